/* One source. VARIANT 0 is sound and aborts when it is called out of order; 1 comes as near to the defects as sound code
   can. 2 has room for one level less than it says, 3 loses count after three levels, 4 takes an end too many, 5 leaves
   what it poured in both cups, 6 pours the wrong way round, 7 leaves the cup empty into which it let something flow. */
#include "counted_states.h"

#include <stdlib.h>

enum { SOUND, NEAR, SHORT, MISCOUNTS, ACCEPTS, SHARES, REVERSES, DRIES, INDENTS, SPILLS };
#define IS(variant) (VARIANT == (variant))

struct co_writer {
    int depth;
    char *open;
    int total;
};

struct co_cup {
    int *content;
    int flows;
};

struct co_flow {
    co_cup *into;
    int value;
    int steps;
};

static void must(int lawful) {
    if (!lawful)
        abort();
}

co_writer *co_new(void) {
    co_writer *writer = calloc(1, sizeof *writer);
    writer->open = malloc(IS(SHORT) ? CO_MOST - 1 : IS(NEAR) ? CO_MOST + 1 : CO_MOST);
    return writer;
}

void co_free(co_writer *writer) {
    must(writer->depth == 0 || IS(MISCOUNTS));
    free(writer->open);
    free(writer);
}

int co_begin(co_writer *writer, char what) {
    must(writer->depth < CO_MOST || IS(MISCOUNTS));
    if (IS(NEAR) && what == 'x')
        return CO_NO_MEMORY;
    writer->open[writer->depth++ % CO_MOST] = what;
    return CO_OK;
}

int co_end(co_writer *writer) {
    if (writer->depth == 0)
        return IS(ACCEPTS) ? CO_OK : CO_NOT_OPEN;
    writer->depth -= IS(MISCOUNTS) && writer->depth == 4 ? 2 : 1;
    return CO_OK;
}

void co_reset(co_writer *writer) { writer->depth = 0; }

int co_put(co_writer *writer, int value) {
    must(writer->depth > 0 || IS(MISCOUNTS));
    writer->total = value;
    return writer->depth;
}

int co_depth(const co_writer *writer) { return writer->depth; }

struct co_pool {
    int have;
};

co_pool *co_pool_new(void) { return calloc(1, sizeof(co_pool)); }
void co_pool_free(co_pool *pool) { free(pool); }

/* Wrong: loses one of many. Near: adds them one by one. */
int co_pool_add(co_pool *pool, int n) {
    if (pool->have + n > CO_MOST)
        abort();
    for (int i = 0; IS(NEAR) && i < n; i++)
        pool->have++;
    if (!IS(NEAR))
        pool->have += n - (IS(SPILLS) && n > 3);
    return CO_OK;
}

int co_pool_take(co_pool *pool, int want) {
    int taken = want < pool->have ? want : pool->have;
    pool->have -= taken;
    return taken;
}

int co_pool_have(const co_pool *pool) { return pool->have; }

/* Wrong: goes no further in than twice. Near: counts in another way. */
int co_indent(const co_writer *writer, int tab) {
    int depth = IS(INDENTS) && writer->depth > 2 ? 2 : writer->depth, found = 0;
    for (int i = 0; IS(NEAR) && i < depth; i++)
        found += tab;
    return IS(NEAR) ? found : depth * tab;
}

co_cup *co_cup_new(void) { return calloc(1, sizeof(co_cup)); }

void co_cup_free(co_cup *cup) {
    must(cup->flows == 0);
    free(cup->content);
    free(cup);
}

int co_fill(co_cup *cup, int value) {
    must(cup->content == NULL && cup->flows == 0);
    if (IS(NEAR) && value == 7)
        return CO_NO_MEMORY;
    cup->content = malloc(sizeof(int));
    *cup->content = value;
    return CO_OK;
}

int co_pour(co_cup *to, co_cup *from) {
    must(to->content == NULL && from->content != NULL && to->flows == 0 && from->flows == 0);
    if (IS(REVERSES))
        return CO_OK;
    to->content = from->content;
    if (!IS(SHARES))
        from->content = NULL;
    return CO_OK;
}

int co_is_full(const co_cup *cup) {
    must(cup->flows == 0);
    return cup->content != NULL;
}

int co_taste(const co_cup *cup) {
    must((cup->content != NULL || IS(REVERSES) || IS(DRIES)) && cup->flows == 0);
    return cup->content == NULL ? 0 : *cup->content;
}

co_flow *co_flow_new(co_cup *into, const co_cup *from) {
    must(into->content == NULL && from->content != NULL && into->flows == 0);
    co_flow *flow = malloc(sizeof *flow);
    *flow = (co_flow){into, *from->content, 0};
    into->flows = 1;
    return flow;
}

int co_flow_step(co_flow *flow) {
    must(flow->into->flows == 1);
    if (++flow->steps < (IS(NEAR) ? 3 : 2))
        return CO_MORE;
    flow->into->flows = 0;
    if (!IS(DRIES)) {
        flow->into->content = malloc(sizeof(int));
        *flow->into->content = flow->value;
    }
    return CO_OK;
}

void co_flow_end(co_flow *flow) {
    while (flow->into->flows)
        co_flow_step(flow);
    free(flow);
}
