#include "subject.h"

#include <time.h>

int later_than(long when)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now); /* is read in the process itself */
    return now.tv_sec > when;
}
