#include "subject.h"

int set_level(int level, int *before)
{
    *before = 0;
    return level >= 10 ? -1 : 0;
}
