#include "subject.h"

#include <stdatomic.h>
#include <stdlib.h>

struct pool { atomic_int left; };

pool *pool_new(int size)
{
    pool *p = malloc(sizeof *p);
    atomic_init(&p->left, size);
    return p;
}

void pool_free(pool *p) { free(p); }

bool pool_take(pool *p)
{
    int left = atomic_load(&p->left); /* each access is atomic, and both together are not */
    if (left == 0)
        return false;
    atomic_store(&p->left, left - 1);
    return true;
}
