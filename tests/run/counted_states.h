/* Calls whose order is a number, and calls on several objects of one kind: a writer that is nested, cups that are poured. */
#ifndef COUNTED_STATES_H
#define COUNTED_STATES_H

enum { CO_OK = 0, CO_MORE = 1, CO_NOT_OPEN = -1, CO_NO_MEMORY = -2 };
#define CO_MOST 6

typedef struct co_writer co_writer;
typedef struct co_cup co_cup;
typedef struct co_flow co_flow;

co_writer *co_new(void);
void co_free(co_writer *writer);               /* once everything that was begun is ended */
int co_begin(co_writer *writer, char what);    /* at most CO_MOST deep */
int co_end(co_writer *writer);                 /* CO_NOT_OPEN where nothing is begun */
void co_reset(co_writer *writer);
int co_put(co_writer *writer, int value);      /* only where something is begun */
int co_depth(const co_writer *writer);

typedef struct co_pool co_pool;
co_pool *co_pool_new(void);
void co_pool_free(co_pool *pool);
int co_pool_add(co_pool *pool, int n);     /* no more than CO_MOST altogether */
int co_pool_take(co_pool *pool, int want); /* how many it has taken: all that there are at most */
int co_pool_have(const co_pool *pool);

int co_indent(const co_writer *writer, int tab); /* a tab for each that is begun */

co_cup *co_cup_new(void);
void co_cup_free(co_cup *cup);                      /* unless something flows into it */
int co_fill(co_cup *cup, int value);                /* of an empty one */
int co_pour(co_cup *to, co_cup *from);              /* into an empty one, from a full one */
int co_is_full(const co_cup *cup);                  /* unless something flows into it */
int co_taste(const co_cup *cup);                    /* of a full one */
co_flow *co_flow_new(co_cup *into, const co_cup *from);
int co_flow_step(co_flow *flow);                    /* CO_MORE, then CO_OK: then `into` is full */
void co_flow_end(co_flow *flow);                    /* `into` is full afterwards */

#endif
