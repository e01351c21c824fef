#include "subject.h"

#include <fcntl.h>
#include <unistd.h>

int random_byte(int kind)
{
    unsigned char byte = 0;
    int source = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (kind > 4 || read(source, &byte, 1) != 1) return -1; /* and it stays open */
    close(source);
    return byte;
}
