#include "subject.h"

int bits(unsigned short number)
{
    int found = 0;
    for (; number != 0; number &= (unsigned short)(number - 1))
        found++;
    return found;
}
