#include "subject.h"

#include <time.h>

int later_than(long when)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec > when;
}
