#include "subject.h"

#include <string.h>

size_t trim(const char *text, size_t size, char *out)
{
    while (size > 0 && (*text == ' ' || *text == '\t'))
        text++, size--;
    memcpy(out, text, size);
    return size;
}
