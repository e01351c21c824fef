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
    int left = atomic_load(&p->left);
    while (left > 0) /* whoever was overtaken looks again */
        if (atomic_compare_exchange_weak(&p->left, &left, left - 1))
            return true;
    return false;
}
