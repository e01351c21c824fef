#include "subject.h"

#include <stdlib.h>

struct bag {
    unsigned coins;
};

static unsigned all_coins; /* in bags that there are */

bag *bag_new(void)
{
    return calloc(1, sizeof(bag));
}

void bag_free(bag *bag)
{
    if (bag) all_coins -= bag->coins;
    free(bag);
}

unsigned bag_add(bag *bag)
{
    bag->coins++;
    all_coins++;
    return bag->coins;
}
