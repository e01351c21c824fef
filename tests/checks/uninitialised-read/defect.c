#include "subject.h"

#include <stdlib.h>

int different(const unsigned char *bytes, size_t size)
{
    unsigned char *volatile seen = malloc(256);
    int found = 0;
    if (!seen) return -1;
    for (size_t i = 0; i < size; i++) {
        found += seen[bytes[i]] != 1;
        seen[bytes[i]] = 1;
    }
    found += seen[0] > 1; /* nobody has written there */
    free(seen);
    return found;
}
