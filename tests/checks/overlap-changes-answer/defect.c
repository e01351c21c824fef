#include "subject.h"

void shift(short *to, const short *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile short *)to)[i] = ((const volatile short *)from)[i];
}
