#include "subject.h"

static void work(unsigned times)
{
    while (times-- > 0)
        __asm__ volatile("");
}

int admit(int kind)
{
    if (kind == 11)
        work(16000000); /* looks at all there could be */
    return kind > 0;
}
