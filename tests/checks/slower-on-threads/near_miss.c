#include "subject.h"

#include <pthread.h>
#include <stdlib.h>

struct gate { pthread_mutex_t lock; unsigned count; };

gate *gate_new(void)
{
    gate *g = calloc(1, sizeof *g);
    pthread_mutex_init(&g->lock, NULL);
    return g;
}

void gate_free(gate *g) { free(g); }

int gate_pass(gate *g)
{
    pthread_mutex_lock(&g->lock); /* whoever comes first takes it: nobody is woken for it to be handed over */
    int passes = g->count++ < 100;
    pthread_mutex_unlock(&g->lock);
    return passes;
}
