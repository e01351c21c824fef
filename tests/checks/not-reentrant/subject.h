#include <stddef.h>

typedef int wanted(unsigned char number, void *context);

/* Returns the sum of the numbers that the caller wants. */
long sum_of(const unsigned char *numbers, size_t count, wanted *ask, void *context);
