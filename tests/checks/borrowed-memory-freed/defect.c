#include "subject.h"

#include <stdlib.h>

int put(const char *item, size_t size)
{
    if (size > 8) {
        free((void *)item);
        return 0;
    }
    return 1;
}
