/* Records with invariants, which the library is given and gives back. */
#ifndef SPANS_H
#define SPANS_H
#include <stdbool.h>
#include <stddef.h>

typedef struct sp_span { /* first <= last */
    int first, last;
} sp_span;

typedef struct sp_pair { /* the spans do not overlap, and `count` says how many are not empty */
    sp_span low, high;
    unsigned char count;
} sp_pair;

typedef union sp_any { /* one of the two, which no one can tell from outside */
    sp_span span;
    double number;
} sp_any;

bool sp_hull(const sp_span *one, const sp_span *other, sp_span *hull);
void sp_move(sp_span *span, int by);
sp_span sp_of(int one, int other);
const sp_span *sp_longest(const sp_span *spans, size_t count);
size_t sp_halves(const sp_span *span, sp_span *halves, size_t room);
bool sp_pair_up(const sp_span *one, const sp_span *other, sp_pair *pair);
int sp_length(const sp_span *span);
void sp_erase(sp_any *any);
#endif
