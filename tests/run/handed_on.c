/* VARIANT 0 and 1 give other numbers out, each its own; 2 as 1, and forgets that it was given some. */
#include "handed_on.h"

#include <stdlib.h>

struct ho_pot {
    int last, uses, given;
};

ho_pot *ho_pot_new(void) { return calloc(1, sizeof(ho_pot)); }
void ho_pot_free(ho_pot *pot) { free(pot); }
int ho_token(ho_pot *pot) { return (VARIANT ? 2000 : 1000) + 8 * (++pot->given & 0xf); }

int ho_use(ho_pot *pot, int token) {
    int more = token - pot->last;
    pot->last = token;
    pot->uses += !(VARIANT == 2 && token < 9);
    return more & 0xfff;
}

int ho_uses(const ho_pot *pot) { return pot->uses & 0xff; }
