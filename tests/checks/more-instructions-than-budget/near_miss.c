#include "subject.h"

static void give_way(unsigned times)
{
    while (times-- > 0)
        __asm__ volatile("");
}

int find(const unsigned short *routes, size_t count, int wanted)
{
    for (size_t i = 0; i < count; i++)
        if (routes[i] == wanted) return (int)i;
    give_way(50);
    return -1;
}
