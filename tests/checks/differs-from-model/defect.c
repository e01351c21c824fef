#include "subject.h"

int bits(unsigned short number)
{
    int found = 0;
    for (int i = 0; i < 15; i++) /* the highest is left out */
        found += number >> i & 1;
    return found;
}
