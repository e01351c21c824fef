#include "subject.h"

size_t capitals(const char *text, size_t size)
{
    size_t found = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] >= 'A' && text[i] <= 'Z') {
            found++;
            ((char *)text)[i] += 'a' - 'A'; /* so that it is not counted again */
        }
    return found;
}
