#include <stddef.h>

/* Writes what is left of a text without the blanks before it, and returns how much that is. */
size_t trim(const char *text, size_t size, char *out);
