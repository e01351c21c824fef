/* One source and its twins. VARIANT 0 is what was there; 1 is another that answers alike in all that has a meaning; each
   other one answers differently only after a certain order of calls. */
#include "call_order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, EMPTIED, THIRD, REFUSES, FALLS, WHY, BACKWARDS };
#define IS(variant) (VARIANT == (variant))

struct tw_bag {
    int room;
    size_t count;
    size_t told;
    size_t added;
    int numbers[8];
    char more[IS(NEAR) ? 64 : 8];
};

tw_bag *tw_new(int room)
{
    if (IS(REFUSES) && room == 8)
        return NULL;
    tw_bag *bag = calloc(1, sizeof *bag + (IS(NEAR) ? 100 : 0));
    bag->room = room;
    return bag;
}

void tw_free(tw_bag *bag)
{
    free(bag);
}

enum tw_status tw_add(tw_bag *bag, int number)
{
    if (bag->count == (size_t)bag->room) {
        errno = IS(WHY) && bag->added > 2 ? EPERM : ENOSPC;
        return TW_FULL;
    }
    bag->numbers[bag->count++] = number;
    bag->added++;
    if (!(IS(THIRD) && bag->count > 2))
        bag->told = bag->count;
    return TW_OK;
}

enum tw_status tw_drop(tw_bag *bag, int *number)
{
    if (bag->count == 0) {
        if (IS(NEAR))
            *number = -1; /* means nothing: the call fails */
        errno = IS(NEAR) ? ENODATA : ENOENT; /* means nothing: nobody says that it does */
        return TW_NONE;
    }
    *number = bag->numbers[--bag->count];
    if (!(IS(EMPTIED) && bag->count == 0))
        bag->told = bag->count;
    return TW_OK;
}

enum tw_status tw_last(const tw_bag *bag, tw_top *top)
{
    if (bag->count == 0) {
        if (IS(FALLS) && bag->added > 0)
            abort();
        return TW_NONE;
    }
    memset(top, IS(NEAR) ? 0xff : 0, sizeof *top); /* padding */
    top->many = (char)bag->count;
    top->value = bag->numbers[bag->count - 1];
    return TW_OK;
}

size_t tw_count(const tw_bag *bag)
{
    return bag->told;
}

/* A letter for each. */
size_t tw_text(const tw_bag *bag, char *out, size_t capacity)
{
    size_t length = bag->count < capacity ? bag->count : capacity;
    memset(out, 'x', IS(NEAR) ? capacity : length); /* beyond what is told nothing is meant */
    return length;
}

void tw_each(const tw_bag *bag, tw_visit visit, void *self)
{
    int turned = IS(BACKWARDS) && bag->added > bag->count;
    for (size_t i = 0; i < bag->count; i++)
        visit(self, bag->numbers[turned ? bag->count - 1 - i : i]);
}

const void *tw_where(const tw_bag *bag)
{
    return bag->numbers;
}
