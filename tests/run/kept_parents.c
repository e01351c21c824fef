/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can; the others have one each. */
#include "kept_parents.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define EARLY (VARIANT == 2)
#define NEVER (VARIANT == 3)
#define LATE (VARIANT == 4)

struct kp_base {
    unsigned queries, steps;
    int closed;
    void (*gone)(void *mine);
    void *mine;
};

struct kp_query {
    kp_base *base;
    unsigned rows;
};

kp_base *kp_open(void) { return calloc(1, sizeof(kp_base)); }

static void end(kp_base *base) {
    if (base->gone)
        base->gone(base->mine);
    free(base);
}

/* Early: goes while there are queries. Late: says that it is gone at once, and does not when it is. */
void kp_close(kp_base *base) {
    base->closed = 1;
    if (LATE && base->gone) {
        base->gone(base->mine);
    }
    if (base->queries == 0 || EARLY)
        end(base);
}

void kp_at_end(kp_base *base, void (*gone)(void *mine), void *mine) {
    base->gone = gone;
    base->mine = mine;
}

int kp_prepare(kp_base *base, unsigned rows, kp_query **query) {
    if (base->queries == 4)
        return -1;
    *query = malloc(sizeof **query);
    if (!*query)
        return -1;
    **query = (kp_query){base, rows};
    base->queries++;
    return 0;
}

int kp_step(kp_query *query) {
    query->base->steps++;
    return query->rows ? query->rows--, 1 : 0;
}

/* Never: leaves a base behind that was closed before. Near: the base goes before the query. */
void kp_end(kp_query *query) {
    kp_base *base = query->base;
    if (!NEAR)
        free(query);
    if (--base->queries == 0 && base->closed && !NEVER)
        end(base);
    if (NEAR)
        free(query);
}
