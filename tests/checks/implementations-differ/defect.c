#include "subject.h"

#include <string.h>

size_t trim(const char *text, size_t size, char *out)
{
    while (size > 0 && *text == ' ') /* tabs stay */
        text++, size--;
    memcpy(out, text, size);
    return size;
}
