#include "subject.h"

#include <string.h>

void blank(char *out, size_t room)
{
    memset(out, ' ', room);
    out[room] = 0;
}
