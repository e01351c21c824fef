#include <stdbool.h>

typedef struct pool pool;

pool *pool_new(int size);
void pool_free(pool *p);

/* Takes one of the pool's connections, and returns whether there was one left. */
bool pool_take(pool *p);
