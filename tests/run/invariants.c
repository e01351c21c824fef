/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 breaks an invariant in each function. */
#include "invariants.h"

#include <limits.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

bool sp_hull(const sp_span *one, const sp_span *other, sp_span *hull)
{
    if (one->first == 13) { /* what a failed call leaves there means nothing */
        if (NEAR)
            *hull = (sp_span){1, 0};
        return false;
    }
    hull->first = WRONG ? one->first : one->first < other->first ? one->first : other->first;
    hull->last = WRONG ? other->last : one->last > other->last ? one->last : other->last;
    return true;
}

void sp_move(sp_span *span, int by)
{
    if (NEAR) { /* broken on the way, and mended */
        int last = span->last;
        span->last = INT_MIN;
        span->last = last;
    }
    if (!WRONG && (by > 0 ? span->last > INT_MAX - by : span->first < INT_MIN - by))
        return;
    span->first = (int)((unsigned)span->first + (unsigned)by);
    span->last = (int)((unsigned)span->last + (unsigned)by);
}

sp_span sp_of(int one, int other)
{
    if (!WRONG && one > other)
        return (sp_span){other, one};
    return (sp_span){one, other};
}

const sp_span *sp_longest(const sp_span *spans, size_t count)
{
    static sp_span longest;
    unsigned most = 0;
    longest = (sp_span){0, WRONG && count > 2 ? -1 : 0};
    for (size_t i = 0; i < count; i++) {
        unsigned length = (unsigned)spans[i].last - (unsigned)spans[i].first;
        if (length > most) {
            most = length;
            longest = spans[i];
        }
    }
    return NEAR && count == 0 ? NULL : &longest;
}

size_t sp_halves(const sp_span *span, sp_span *halves, size_t room)
{
    int middle = span->first + (int)(((unsigned)span->last - (unsigned)span->first) / 2);
    if (room < 2 || span->first == span->last) {
        if (NEAR && room > 0)
            halves[0] = (sp_span){1, 0}; /* room beyond what is told means nothing */
        return 0;
    }
    halves[0] = (sp_span){span->first, middle};
    halves[1] = (sp_span){middle + !WRONG, WRONG ? middle - 1 : span->last};
    return 2;
}

bool sp_pair_up(const sp_span *one, const sp_span *other, sp_pair *pair)
{
    const sp_span *low = one->first <= other->first ? one : other, *high = low == one ? other : one;
    if (low->last >= high->first)
        return false;
    *pair = (sp_pair){.low = *low, .high = *high, .count = 2};
    if (WRONG && low->first == low->last)
        pair->count = 1;
    return true;
}

int sp_length(const sp_span *span)
{
    if (span->first > span->last)
        __builtin_trap(); /* no caller may give it */
    return (int)(((unsigned)span->last - (unsigned)span->first) & 0x7fffffff);
}

void sp_erase(sp_any *any)
{
    any->number = NEAR ? -1.5 : 0;
}
