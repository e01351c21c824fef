#include <stddef.h>

/* Returns how many bytes there are that differ. */
int different(const unsigned char *bytes, size_t size);
