/* Each aborts where one that is not tidy is given to anything but `cs_tidy`. VARIANT 0 and 1 are sound, 2 has mistakes. */
#include "closed_states.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct cs_set {
    int count, parts[2], joined, tidy;
};

static const cs_set *tidied(const cs_set *set) {
    if (!set->tidy)
        abort();
    return set;
}

cs_set *cs_new(int n) {
    cs_set *set = calloc(1, sizeof *set);
    if (set)
        *set = (cs_set){.count = n, .tidy = 1};
    return set;
}

/* Near: counts already, and nobody may know. */
cs_set *cs_join(const cs_set *a, const cs_set *b) {
    cs_set *set = calloc(1, sizeof *set);
    if (set)
        *set = (cs_set){.parts = {tidied(a)->count, tidied(b)->count}, .joined = 1};
    if (set && NEAR)
        set->count = set->parts[0] + set->parts[1];
    return set;
}

/* Returns how many there are. Wrong: forgets one of more than eight. */
int cs_tidy(cs_set *set) {
    if (set->tidy)
        abort();
    set->count = set->parts[0] + set->parts[1];
    set->tidy = 1;
    return set->count - (WRONG && set->count > 8);
}

int cs_count(const cs_set *set) { return tidied(set)->count; }

/* Wrong: does nothing with what was joined. */
void cs_add(cs_set *set) { set->count = tidied(set)->count + (WRONG && set->joined ? 0 : 1); }

void cs_take(cs_set *set, const cs_set *other) { set->count = tidied(set)->count + tidied(other)->count; }

void cs_free(cs_set *set) { free(set); }
