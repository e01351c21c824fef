#include "subject.h"

#include <errno.h>

int left(int all, int taken)
{
    if (taken < 0) {
        errno = EINVAL;
        return -1;
    }
    return taken > all ? -1 : all - taken;
}
