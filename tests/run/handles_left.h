/* Handles that calls leave in arrays of the caller's: new ones, borrowed ones, and such as are numbers. */
#ifndef HANDLES_LEFT_H
#define HANDLES_LEFT_H

#include <stddef.h>

typedef struct hl_item hl_item;
typedef struct hl_box hl_box;

hl_item *hl_item_new(int weight);
void hl_item_free(hl_item *item);
int hl_weight(const hl_item *item);

/* Cuts an item into up to `room` new ones of weight 1, as many as it weighs; the item stays as it is. */
int hl_cut(const hl_item *item, hl_item **pieces, size_t room, size_t *n);

hl_box *hl_box_new(int items);
void hl_box_free(hl_box *box);
/* Leaves the items that are in a box, up to `room` of them: the box's, until it is cleared. Returns how many. */
size_t hl_items(hl_box *box, hl_item **items, size_t room);
void hl_clear(hl_box *box, int items);

/* Two ends of a pipe, or -1. */
int hl_pair(int fds[2]);
int hl_open(void);
int hl_close(int fd);
int hl_is_open(int fd);

#endif
