#include <stddef.h>

/* Returns how many of the letters of `text` are capital. */
size_t capitals(const char *text, size_t size);
