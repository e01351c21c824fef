#include "subject.h"

#include <sys/stat.h>

int allowed(int mode)
{
    umask((mode_t)mode);
    return (mode & 0400) != 0;
}
