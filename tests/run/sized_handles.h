/* A pool in memory of the caller's, of the size that the caller says: the pointer to it is what later calls take. */
#ifndef SIZED_HANDLES_H
#define SIZED_HANDLES_H

#include <stddef.h>

int sh_init(void *memory, size_t room);
/* Takes n bytes of the pool, sets them, and returns where they begin; -1 if there are not as many. */
int sh_take(void *pool, size_t n);
size_t sh_left(const void *pool);
void sh_reset(void *pool);

#endif
