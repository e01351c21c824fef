/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 reads what it has written to the same handle. */
#include "same_handles.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct sh_number {
    int re, im;
};

sh_number *sh_new(int re, int im) {
    sh_number *number = malloc(sizeof *number);
    if (number)
        *number = (sh_number){re, im};
    return number;
}

void sh_free(sh_number *number) { free(number); }

int sh_re(const sh_number *number) { return number->re; }

int sh_im(const sh_number *number) { return number->im; }

void sh_times(sh_number *to, const sh_number *one, const sh_number *other) {
    int re = one->re * other->re - one->im * other->im;
    if (WRONG)
        to->re = re;
    to->im = one->re * other->im + one->im * other->re;
    to->re = re;
}

void sh_turn(sh_number *to, const sh_number *from) {
    int re = NEAR || !WRONG ? from->re : 0;
    to->re = -from->im;
    to->im = WRONG ? from->re : re;
}

void sh_take(sh_number *to, const sh_number *from) {
    if (to == from)
        abort();
    *to = *from;
}

void sh_pair_set(sh_pair *pair, int first, int second) { *pair = (sh_pair){first, second}; }

void sh_pair_end(sh_pair *pair) { (void)pair; }

int sh_pair_first(const sh_pair *pair) { return pair->first; }

int sh_pair_second(const sh_pair *pair) { return pair->second; }

void sh_pair_swap(sh_pair *to, const sh_pair *from) {
    int first = from->first;
    to->first = from->second;
    to->second = WRONG ? from->first : first;
}
