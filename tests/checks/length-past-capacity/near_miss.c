#include "subject.h"

#include <string.h>

int put(char *out, size_t room, size_t *length)
{
    static const char text[] = "as snprintf does, and not as the contract says";
    size_t all = sizeof text - 1;
    *length = all < room ? all : room;
    memcpy(out, text, *length);
    return 0;
}
