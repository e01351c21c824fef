#include <stddef.h>

/* Writes as much of `text` as there is room for, and how much that was to `length`. */
int put(char *out, size_t room, size_t *length);
