/* Boxes that take several items at a time. */
#ifndef HANDLE_ARRAYS_H
#define HANDLE_ARRAYS_H

#include <stddef.h>

typedef struct ar_item ar_item;
typedef struct ar_box ar_box;

ar_item *ar_item_new(int weight);
void ar_item_free(ar_item *item);
int ar_weight(const ar_item *item);

ar_box *ar_box_new(void);
void ar_box_free(ar_box *box);
int ar_put_all(ar_box *box, ar_item **items, size_t n); /* takes all of them, or none where there is no room */
int ar_heaviest(ar_item *const *items, size_t n);       /* only looks at them */
size_t ar_count(const ar_box *box);

int ar_open(void);
int ar_close(int fd);
int ar_ready(const int *fds, size_t n); /* how many of them are open */

#endif
