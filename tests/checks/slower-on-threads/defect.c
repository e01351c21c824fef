#include "subject.h"

#include <pthread.h>
#include <stdlib.h>

struct gate { pthread_mutex_t lock; pthread_cond_t next; unsigned ticket, turn, count; };

gate *gate_new(void)
{
    gate *g = calloc(1, sizeof *g);
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->next, NULL);
    return g;
}

void gate_free(gate *g) { free(g); }

int gate_pass(gate *g)
{
    pthread_mutex_lock(&g->lock);
    for (unsigned mine = g->ticket++; g->turn != mine;)
        pthread_cond_wait(&g->next, &g->lock);
    pthread_mutex_unlock(&g->lock);
    for (volatile unsigned work = 0; work < 200; work++)
        ; /* long enough for the others to come meanwhile */
    int passes = g->count++ < 100; /* only whose turn it is is here, and everybody waits for theirs */
    pthread_mutex_lock(&g->lock);
    g->turn++;
    pthread_cond_broadcast(&g->next);
    pthread_mutex_unlock(&g->lock);
    return passes;
}
