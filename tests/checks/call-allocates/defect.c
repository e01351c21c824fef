#include "subject.h"

#include <stdlib.h>
#include <string.h>

int capitals(const char *text)
{
    char room[16], *volatile copy = strlen(text) < sizeof room ? room : malloc(strlen(text) + 1);
    if (!copy) return -1;
    int found = 0;
    for (char *at = strcpy(copy, text); *at; at++)
        found += *at >= 'A' && *at <= 'Z';
    if (copy != room) free(copy);
    return found;
}
