#include "subject.h"

#include <stddef.h>
#include <sys/mman.h>

int pages(int size)
{
    void *room = mmap(NULL, 32768, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (size > 8192 || room == MAP_FAILED) return (size + 4095) / 4096; /* and it stays mapped */
    munmap(room, 32768);
    return (size + 4095) / 4096;
}
