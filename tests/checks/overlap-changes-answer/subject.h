#include <stddef.h>

/* Copies `n` numbers to a place that may overlap where they are. */
void shift(short *to, const short *from, size_t n);
