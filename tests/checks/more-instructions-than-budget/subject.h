#include <stddef.h>

/* Returns where `wanted` is, or -1. */
int find(const unsigned short *routes, size_t count, int wanted);
