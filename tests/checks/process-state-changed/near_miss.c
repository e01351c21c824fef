#include "subject.h"

#include <sys/stat.h>

int allowed(int mode)
{
    mode_t before = umask((mode_t)mode);
    umask(before);
    return (mode & 0400) != 0;
}
