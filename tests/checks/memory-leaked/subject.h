#include <stddef.h>

/* Returns how many digits there are, or -1 if anything else is. */
int digits(const char *text, size_t size);
