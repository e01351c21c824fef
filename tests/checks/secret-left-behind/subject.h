#include <stddef.h>

/* A number that depends on all bytes of a key, and on a salt. */
unsigned derive(const unsigned char *key, size_t n, unsigned salt);
