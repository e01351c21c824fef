#include "subject.h"

#include <stdio.h>

const char *level_name(int level)
{
    static char name[16];
    snprintf(name, sizeof name, "level %d", level);
    return name;
}
