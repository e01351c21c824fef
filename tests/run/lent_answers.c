/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, each other has one of them. */
#include "lent_answers.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, FOUND, VIEWED, FREED, NAMED };
#define IS(defect) (VARIANT == (defect))
enum { KEYS = 4, LONGEST = 16 };

struct la_store {
    uint8_t *data[KEYS];
    size_t sizes[KEYS];
    uint8_t *spare;
    char last[LONGEST + 1];
};

la_store *la_new(void) { return calloc(1, sizeof(la_store)); }

void la_free(la_store *store) {
    if (store == NULL)
        return;
    for (unsigned key = 0; key < KEYS; key++)
        free(store->data[key]);
    free(store->spare);
    free(store);
}

int la_put(la_store *store, unsigned key, const uint8_t *data, size_t size) {
    if (key >= KEYS || size > LONGEST)
        return -1;
    uint8_t *copy = calloc(1, size + 1);
    if (copy == NULL)
        return -1;
    if (size)
        memcpy(copy, data, size);
    free(store->data[key]); /* callers know that a change ends it */
    store->data[key] = copy;
    store->sizes[key] = size;
    return 0;
}

int la_find(const la_store *store, unsigned key, const char **text) {
    if (key >= KEYS || store->data[key] == NULL)
        return -1;
    *text = (const char *)store->data[key];
    if (IS(FOUND)) /* one place for all answers */
        *text = strcpy(((la_store *)store)->last, *text);
    return 0;
}

int la_view_of(const la_store *store, unsigned key, la_view *view) {
    if (key >= KEYS || store->data[key] == NULL)
        return -1;
    view->size = store->sizes[key];
    view->data = store->data[key];
    if (IS(VIEWED)) /* the same */
        view->data = memcpy(((la_store *)store)->last, view->data, view->size);
    if (IS(FREED)) { /* a copy that goes with the next one */
        la_store *own = (la_store *)store;
        free(own->spare);
        own->spare = malloc(view->size + 1);
        view->data = memcpy(own->spare, view->data, view->size);
    }
    return 0;
}

int la_kind(const la_store *store, const char **name) {
    static char empty[] = "empty";
    size_t used = 0;
    for (unsigned key = 0; key < KEYS; key++)
        used += store->data[key] != NULL;
    if (IS(NAMED)) {
        static char one[LONGEST];
        *name = strcpy(one, used ? "in use" : "empty");
    } else if (IS(NEAR)) {
        *name = used > 1 ? "several" : used ? "one" : empty;
    } else {
        *name = used ? "in use" : empty;
    }
    return 0;
}
