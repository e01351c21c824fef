#include "subject.h"

#include <unistd.h>

int begin(int level)
{
    if (level < 4) return 0;
    fork(); /* and both return */
    return 1;
}
