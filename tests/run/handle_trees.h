/* Pools in pools: each goes with the one that it is in, unless it was freed before. */
#ifndef HANDLE_TREES_H
#define HANDLE_TREES_H

#include <stddef.h>

typedef struct ht_pool ht_pool;
typedef struct ht_note ht_note;

ht_pool *ht_new(ht_pool *parent);               /* in no other where `parent` is NULL */
void ht_free(ht_pool *pool);                    /* with all that is in it */
void ht_clear(ht_pool *pool);                   /* frees all that is in it */
int ht_move(ht_pool *pool, ht_pool *into);      /* -1 where `into` has 3 already; out of all others where it is NULL */
ht_pool *ht_steal(ht_pool *into, ht_pool *pool); /* `pool`, which goes with `into` from now on; NULL where that is full */
ht_pool *ht_take_out(ht_pool *pool);            /* `pool`, which is in no other afterwards */
ht_pool *ht_parent(const ht_pool *pool);        /* NULL where it is in none */
size_t ht_count(const ht_pool *pool);           /* those below it */
int ht_note_new(ht_pool *pool, ht_note **note); /* -1 where it has one already; a note goes with its pool */
void ht_note_free(ht_note *note);
int ht_note_write(ht_note *note, int number);   /* what was written before */

#endif
