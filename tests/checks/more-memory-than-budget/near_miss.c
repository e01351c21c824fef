#include "subject.h"

#include <stdlib.h>

int parts(const char *text, size_t length)
{
    int found = 1;
    char *volatile all = malloc(length + 1); /* for all of them */
    if (!all) return -1;
    for (size_t i = 0; i < length; i++)
        found += text[i] == ',';
    free(all);
    return found;
}
