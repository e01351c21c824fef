#include <stddef.h>

/* Returns how long the first word is. */
size_t first_word(const char *text);
