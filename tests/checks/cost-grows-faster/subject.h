#include <stddef.h>

/* Returns the last of the numbers that is not 0, which is one of the last eight, or 0. */
int newest(const unsigned char *numbers, size_t count);
