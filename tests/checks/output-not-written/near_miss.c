#include "subject.h"

int count(const char *text, size_t size, tally *found)
{
    found->kind = 1; /* the padding behind it stays as it was */
    found->capital = 0;
    for (size_t i = 0; i < size; i++)
        found->capital += text[i] >= 'A' && text[i] <= 'Z';
    found->other = (int)size - found->capital;
    return 0;
}
