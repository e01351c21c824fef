#include "subject.h"

#include <stdlib.h>
#include <string.h>

int put(const char *item, size_t size)
{
    char *copy = malloc(size);
    if (!copy) return 0;
    memcpy(copy, item, size);
    item = copy;
    free((void *)item);
    return size <= 8;
}
