/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "lent_room.h"

#include <stdlib.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))

struct lr_sum {
    unsigned char *room;
    size_t has;
    unsigned sum;
};

lr_sum *lr_new(void) { return calloc(1, sizeof(lr_sum)); }

void lr_free(lr_sum *sum) {
    free(sum->room);
    free(sum);
}

void *lr_room(lr_sum *sum, int size) {
    size_t wanted = (size_t)size;
    if (wanted > sum->has || sum->room == NULL) {
        size_t bytes = IS(WRONG) && wanted > 16 ? wanted - 1 : wanted; /* one too few */
        free(sum->room);
        sum->room = malloc(IS(NEAR) ? bytes + 100 : bytes ? bytes : 1);
        sum->has = wanted;
    }
    return sum->room;
}

unsigned lr_take(lr_sum *sum, int size) {
    for (int i = 0; i < size; i++)
        sum->sum += sum->room[i];
    if (IS(WRONG) && size > 2)
        sum->sum -= sum->room[size - 1]; /* the last one */
    return sum->sum;
}
