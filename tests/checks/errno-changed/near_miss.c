#include "subject.h"

#include <errno.h>
#include <unistd.h>

int exists(const char *path)
{
    int before = errno;
    int found = access(path, F_OK) == 0;
    errno = before;
    return found;
}
