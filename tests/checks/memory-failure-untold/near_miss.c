#include "subject.h"

#include <stdlib.h>
#include <string.h>

int reversed(char *text)
{
    size_t n = strlen(text);
    if (n < 2)
        return 0; /* nothing to do, with memory or without */
    char *copy = strdup(text);
    if (copy == NULL)
        return -1;
    for (size_t i = 0; i < n; i++)
        text[i] = copy[n - 1 - i];
    free(copy);
    return 0;
}
