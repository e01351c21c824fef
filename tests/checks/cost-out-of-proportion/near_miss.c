#include "subject.h"

#include <time.h>

static void work(unsigned times)
{
    while (times-- > 0)
        __asm__ volatile("");
}

int admit(int kind)
{
    static int made;
    struct timespec wait = {0, 3000000};
    if (!made++)
        work(8000000); /* once in a process */
    if (kind == 11)
        nanosleep(&wait, 0); /* waits, and leaves the processor to others */
    work(20000);
    return kind > 0;
}
