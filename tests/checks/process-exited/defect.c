#include "subject.h"

#include <stdio.h>
#include <stdlib.h>

int open_level(int level)
{
    if (level > 9) exit(EXIT_FAILURE); /* as the program did that this was a part of */
    return level;
}
