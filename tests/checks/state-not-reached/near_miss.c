#include "subject.h"

#include <stdlib.h>

struct door {
    int state;
};

door *door_new(void) { return calloc(1, sizeof(door)); }

void door_free(door *d) { free(d); }

int door_open(door *d) {
    if (d->state != CLOSED)
        abort();
    return d->state = OPEN;
}

int door_close(door *d) {
    if (d->state != OPEN)
        abort();
    return d->state = CLOSED;
}

int door_lock(door *d) { return (d->state = LOCKED) - LOCKED; }

int door_look(const door *d) { return d->state; }
