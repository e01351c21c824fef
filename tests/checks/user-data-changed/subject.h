#include <stddef.h>

typedef void seen(unsigned char number, void *context);

/* Shows each number to the caller. */
void each(const unsigned char *numbers, size_t count, seen *show, void *context);
