#include "subject.h"

#include <stdlib.h>
#include <string.h>

static int in_order(const void *one, const void *other)
{
    return *(const unsigned char *)one - *(const unsigned char *)other;
}

int middle(const unsigned char *numbers, size_t count, get *alloc, give_back *release)
{
    unsigned char *copy = alloc(count);
    if (!copy) return -1;
    memcpy(copy, numbers, count);
    if (count == 1) return copy[0];
    qsort(copy, count, 1, in_order);
    int found = copy[count / 2];
    release(copy);
    return found;
}
