#include "subject.h"

#include <unistd.h>

int exists(const char *path)
{
    return access(path, F_OK) == 0;
}
