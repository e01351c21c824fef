/* Whoever is called against the rules aborts. VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 keeps
 * something locked that is over. */
#include "exclusive_handles.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct ex_store {
    int count, writes, walks, views, nests;
};
struct ex_write {
    ex_store *store;
    int puts;
};
struct ex_walk {
    ex_store *store;
    int at;
};
struct ex_view {
    ex_store *store;
};
struct ex_device {
    int reads;
};
struct ex_nest {
    ex_store *store;
    ex_nest *outer, *inner;
    int puts, locked;
};

static void must(int holds) {
    if (!holds)
        abort();
}

ex_store *ex_store_new(void) { return calloc(1, sizeof(ex_store)); }

void ex_store_free(ex_store *store) {
    if (store != NULL)
        must(store->writes + store->walks + store->views + store->nests == 0 || WRONG);
    free(store);
}

int ex_clear(ex_store *store) {
    must(store->walks == 0 && store->views == 0);
    store->count = 0;
    return 0;
}

int ex_count(const ex_store *store) { return store->count; }

int ex_add(ex_store *store) {
    must(store->walks == 0 && store->views == 0);
    return ++store->count;
}

ex_write *ex_begin(ex_store *store) {
    must(store->writes == 0 && store->views == 0);
    ex_write *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->store = store;
        store->writes++;
    }
    return made;
}

int ex_put(ex_write *write) { return ++write->puts; }

/* The near one commits nothing where nothing was put, and still is over; the wrong one forgets that it is. */
int ex_commit(ex_write *write) {
    if (!WRONG || write->puts > 0)
        write->store->writes--;
    if (!NEAR || write->puts > 0)
        write->store->count += write->puts;
    free(write);
    return 0;
}

void ex_abort(ex_write *write) {
    if (write == NULL)
        return;
    write->store->writes--;
    free(write);
}

ex_walk *ex_walk_new(ex_store *store) {
    must(store->views == 0);
    ex_walk *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->store = store;
        store->walks++;
    }
    return made;
}

int ex_walk_next(ex_walk *walk) { return walk->at < walk->store->count ? ++walk->at : 0; }

/* The wrong one keeps its store locked if it was walked. */
void ex_walk_free(ex_walk *walk) {
    if (walk == NULL)
        return;
    if (!WRONG || walk->at == 0)
        walk->store->walks--;
    free(walk);
}

ex_view *ex_view_new(ex_store *store) {
    must(store->views == 0);
    ex_view *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->store = store;
        store->views++;
    }
    return made;
}

int ex_view_size(ex_store *store, ex_view *view) {
    must(view->store == store);
    return store->count;
}

void ex_view_free(ex_view *view) {
    if (view != NULL)
        view->store->views--;
    free(view);
}

static int opened;

ex_device *ex_device_open(void) {
    must(!opened);
    ex_device *made = calloc(1, sizeof *made);
    opened = made != NULL;
    return made;
}

int ex_device_read(ex_device *device) { return ++device->reads; }

/* The wrong one is open for good once it was read twice. */
void ex_device_close(ex_device *device) {
    opened = WRONG && device != NULL && device->reads > 1;
    free(device);
}

ex_nest *ex_nest_begin(ex_store *store, ex_nest *outer) {
    if (outer != NULL)
        must(outer->store == store && !outer->locked);
    else
        must(store->nests == 0 && store->views == 0);
    ex_nest *made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    made->store = store;
    made->outer = outer;
    if (outer != NULL) {
        outer->inner = made;
        outer->locked = 1;
    } else
        store->nests++;
    return made;
}

int ex_nest_put(ex_nest *nest) {
    must(!nest->locked);
    return ++nest->puts;
}

/* The wrong one leaves the outer one locked if something was put into the inner one. */
void ex_nest_end(ex_nest *nest) {
    if (nest == NULL)
        return;
    ex_nest_end(nest->inner);
    if (nest->outer != NULL) {
        nest->outer->inner = NULL;
        nest->outer->locked = WRONG && nest->puts > 0;
    } else
        nest->store->nests--;
    free(nest);
}
