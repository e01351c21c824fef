#include "subject.h"

#include <stdlib.h>
#include <string.h>

size_t first_word(const char *text)
{
    char *volatile copy = malloc(strlen(text) + 1);
    if (!copy) return 0;
    size_t length = strcspn(strcpy(copy, text), " ");
    free(copy);
    return length;
}
