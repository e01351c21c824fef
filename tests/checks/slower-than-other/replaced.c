#include "subject.h"

static void work(unsigned times)
{
    while (times-- > 0)
        __asm__ volatile("");
}

int admit(int kind)
{
    work(1000);
    return kind > 0;
}
