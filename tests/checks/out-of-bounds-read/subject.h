#include <stddef.h>

/* Returns the sum of `size` bytes. */
unsigned sum(const unsigned char *bytes, size_t size);
