#include "subject.h"

#include <string.h>

int put(char *out, size_t room, size_t *length)
{
    static const char text[] = "as snprintf does, and not as the contract says";
    size_t all = sizeof text - 1;
    memcpy(out, text, all < room ? all : room);
    *length = all;
    return 0;
}
