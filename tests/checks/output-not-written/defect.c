#include "subject.h"

int count(const char *text, size_t size, tally *found)
{
    found->kind = 1;
    found->capital = 0;
    if (size > 0) found->other = 0; /* and what if there is no text? */
    for (size_t i = 0; i < size; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            found->capital++;
        else
            found->other++;
    return 0;
}
