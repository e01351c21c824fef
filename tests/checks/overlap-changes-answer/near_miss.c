#include "subject.h"

void shift(short *to, const short *from, size_t n)
{
    if (to <= from)
        for (size_t i = 0; i < n; i++)
            ((volatile short *)to)[i] = ((const volatile short *)from)[i];
    else
        while (n-- > 0) /* the last first: it may lie where others are read */
            ((volatile short *)to)[n] = ((const volatile short *)from)[n];
}
