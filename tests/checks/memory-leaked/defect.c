#include "subject.h"

#include <stdlib.h>
#include <string.h>

int digits(const char *text, size_t size)
{
    char *volatile copy = malloc(size + 1);
    if (!copy) return -1;
    memcpy(copy, text, size);
    for (size_t i = 0; i < size; i++)
        if (copy[i] < '0' || copy[i] > '9') return -1; /* with the copy still there */
    free(copy);
    return (int)size;
}
