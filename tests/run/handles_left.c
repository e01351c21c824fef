/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "handles_left.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct hl_item {
    int weight;
};

struct hl_box {
    int count;
    hl_item *items[4];
};

hl_item *hl_item_new(int weight) {
    hl_item *item = malloc(sizeof *item);
    if (item)
        item->weight = weight;
    return item;
}

void hl_item_free(hl_item *item) { free(item); }

int hl_weight(const hl_item *item) { return item->weight; }

/* The last of several pieces is the first once more. Near: uses the room behind them. */
int hl_cut(const hl_item *item, hl_item **pieces, size_t room, size_t *n) {
    size_t wanted = (size_t)item->weight < room ? (size_t)item->weight : room;
    for (size_t i = 0; i < wanted; i++)
        pieces[i] = WRONG && i == 2 ? pieces[0] : hl_item_new(1);
    for (size_t i = wanted; NEAR && i < room; i++)
        pieces[i] = (hl_item *)item;
    *n = wanted;
    return 0;
}

static void fill(hl_box *box, int items) {
    box->count = items;
    for (int i = 0; i < items; i++)
        box->items[i] = hl_item_new(i);
}

hl_box *hl_box_new(int items) {
    hl_box *box = calloc(1, sizeof *box);
    if (box)
        fill(box, items);
    return box;
}

static void empty(hl_box *box) {
    for (int i = 0; i < box->count; i++)
        hl_item_free(box->items[i]);
    box->count = 0;
}

void hl_box_free(hl_box *box) {
    empty(box);
    free(box);
}

/* Leaves NULL for the second where there are three. Near: the last ones first. */
size_t hl_items(hl_box *box, hl_item **items, size_t room) {
    size_t n = (size_t)box->count < room ? (size_t)box->count : room;
    for (size_t i = 0; i < n; i++)
        items[i] = box->items[NEAR ? n - 1 - i : i];
    if (WRONG && n > 2)
        items[1] = NULL;
    return n;
}

void hl_clear(hl_box *box, int items) {
    empty(box);
    fill(box, items);
}

static unsigned char open_[64];

int hl_open(void) {
    for (int fd = 0; fd < 64; fd++)
        if (!open_[fd])
            return open_[fd] = 1, fd;
    return -1;
}

/* Forgets to open the other end. Near: the other end first. */
int hl_pair(int fds[2]) {
    int one = hl_open(), other = WRONG ? one + 1 : hl_open();
    if (one < 0 || other < 0)
        return -1;
    fds[NEAR] = one;
    fds[!NEAR] = other;
    return 0;
}

int hl_close(int fd) {
    if (fd < 0 || fd >= 64 || !open_[fd])
        return -1;
    open_[fd] = 0;
    return 0;
}

int hl_is_open(int fd) { return fd >= 0 && fd < 64 && open_[fd]; }
