#include "subject.h"

#include <stdlib.h>
#include <string.h>

size_t capitals(const char *text, size_t size)
{
    size_t found = 0;
    char *copy = malloc(size + 1);
    if (!copy) return 0;
    memcpy(copy, text, size);
    for (size_t i = 0; i < size; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z') {
            found++;
            copy[i] += 'a' - 'A';
        }
    free(copy);
    return found;
}
