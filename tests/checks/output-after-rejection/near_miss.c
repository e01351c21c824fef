#include "subject.h"

int set_level(int level, int *before)
{
    int kept = *before;
    *before = 0;
    if (level >= 10) *before = kept; /* as it was */
    return level >= 10 ? -1 : 0;
}
