#include "subject.h"

#include <stdlib.h>
#include <string.h>

int reversed(char *text)
{
    size_t n = strlen(text);
    char *copy = strdup(text);
    if (copy == NULL)
        return 0; /* which says that it is turned around */
    for (size_t i = 0; i < n; i++)
        text[i] = copy[n - 1 - i];
    free(copy);
    return 0;
}
