#include "subject.h"

#include <errno.h>

int left(int all, int taken)
{
    if (taken < 0 || taken > all) {
        errno = taken < 0 ? EINVAL : ERANGE;
        return -1;
    }
    return all - taken; /* `errno` is as it was */
}
