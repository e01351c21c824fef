#include "subject.h"

#include <stddef.h>
#include <sys/mman.h>

int pages(int size)
{
    static void *room; /* is mapped once, and kept */
    if (size > 8192 && !room) room = mmap(NULL, 32768, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return (size + 4095) / 4096;
}
