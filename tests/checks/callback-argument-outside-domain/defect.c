#include "subject.h"

void split(const unsigned char *bytes, size_t count, piece *take, void *context)
{
    size_t at = 0;
    for (; at + 4 <= count; at += 4)
        take(bytes + at, 4, context);
    take(bytes + at, count - at, context); /* which may be none */
}
