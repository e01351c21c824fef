#include "subject.h"

#include <stdlib.h>
#include <string.h>

int digits(const char *text, size_t size)
{
    static char *copy; /* is allocated once, and kept */
    if (!copy) copy = malloc(64);
    if (!copy) return -1;
    memcpy(copy, text, size);
    for (size_t i = 0; i < size; i++)
        if (copy[i] < '0' || copy[i] > '9') return -1;
    return (int)size;
}
