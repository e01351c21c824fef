#include "subject.h"

#include <stdlib.h>

int different(const unsigned char *bytes, size_t size)
{
    unsigned char *volatile seen = malloc(256); /* is written to before it is read, and not all of it */
    int found = 0;
    if (!seen) return -1;
    for (size_t i = 0; i < size; i++)
        seen[bytes[i]] = 0;
    for (size_t i = 0; i < size; i++) {
        found += seen[bytes[i]] == 0;
        seen[bytes[i]] = 1;
    }
    free(seen);
    return found;
}
