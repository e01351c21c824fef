#include "subject.h"

unsigned fold(int number)
{
    return (unsigned)number << 1 ^ -(unsigned)(number < 0);
}

int unfold(unsigned folded)
{
    int half = (int)(folded >> 1);
    return folded & 1 ? ~half : half;
}
