#include "subject.h"

#include <stdlib.h>

int parts(const char *text, size_t length)
{
    int found = 0;
    for (size_t from = 0, i = 0; i <= length; i++)
        if (i == length || text[i] == ',') {
            char *volatile part = malloc(i - from + 1); /* for each */
            if (!part) return -1;
            free(part);
            from = i + 1;
            found++;
        }
    return found;
}
