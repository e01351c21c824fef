#include <stddef.h>

/* Returns how many parts a text has. */
int parts(const char *text, size_t length);
