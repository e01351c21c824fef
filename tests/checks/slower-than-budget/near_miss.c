#include "subject.h"

#include <unistd.h>

int admit(int kind)
{
    static _Thread_local unsigned calls;
    if (++calls % 10 == 0) usleep(2000); /* seldom, and it is the median that is limited */
    return kind > 0;
}
