#include <stddef.h>

/* Returns whether `item` was put into a queue, which has room for short ones; it stays the caller's. */
int put(const char *item, size_t size);
