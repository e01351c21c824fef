/* VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 forgets the last of several items, destroys
   those that it has no room for, and looks at one descriptor too few. */
#include "handle_arrays.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))
#define ROOM 3

struct ar_item { int weight; };
struct ar_box { size_t count; ar_item *items[ROOM]; };

ar_item *ar_item_new(int weight) {
    ar_item *item = malloc(sizeof *item);
    item->weight = weight;
    return item;
}

void ar_item_free(ar_item *item) { free(item); }
int ar_weight(const ar_item *item) { return item->weight; }

ar_box *ar_box_new(void) { return calloc(1, sizeof(ar_box)); }

void ar_box_free(ar_box *box) {
    for (size_t i = 0; i < box->count; i++)
        ar_item_free(box->items[i]);
    free(box);
}

int ar_put_all(ar_box *box, ar_item **items, size_t n) {
    if (box->count + n > ROOM) {
        for (size_t i = 0; IS(WRONG) && i < n; i++)
            ar_item_free(items[i]);
        return -1;
    }
    size_t kept = IS(WRONG) && n > 2 ? n - 1 : n;
    for (size_t i = 0; i < kept; i++)
        box->items[box->count++] = IS(NEAR) ? items[n - 1 - i] : items[i];
    return 0;
}

int ar_heaviest(ar_item *const *items, size_t n) {
    int most = 0;
    for (size_t i = 0; i < n; i++)
        if (items[i]->weight > most)
            most = items[i]->weight;
    return most;
}

size_t ar_count(const ar_box *box) { return box->count; }

static unsigned open_ones;

int ar_open(void) {
    for (int fd = 0; fd < 32; fd++)
        if (!(open_ones >> fd & 1)) {
            open_ones |= 1u << fd;
            return fd;
        }
    return -1;
}

int ar_close(int fd) {
    open_ones &= ~(1u << fd);
    return 0;
}

int ar_ready(const int *fds, size_t n) {
    int ready = 0;
    for (size_t i = 0; i < n - (IS(WRONG) && n > 1); i++)
        ready += fds[i] >= 0 && (open_ones >> fds[i] & 1);
    return ready;
}
