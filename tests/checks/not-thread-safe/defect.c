#include "subject.h"

#include <stdio.h>
#include <unistd.h>

const char *name(unsigned number)
{
    static char text[16];
    snprintf(text, sizeof text, "n%u", number);
    usleep(10); /* as long as it takes to be interrupted */
    return text;
}
