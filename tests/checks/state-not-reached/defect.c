#include "subject.h"

#include <stdlib.h>

struct door {
    int state;
};

door *door_new(void) { return calloc(1, sizeof(door)); }

void door_free(door *d) { free(d); }

int door_open(door *d) { return d->state = OPEN; }

int door_close(door *d) { return d->state = CLOSED; }

int door_lock(door *d) { return d->state = CLOSED; /* it stays as it was */ }

int door_look(const door *d) { return d->state; }
