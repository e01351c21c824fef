/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "asked_numbers.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)
#define MOST 10

struct an_set {
    bool has[MOST];
};

an_set *an_new(uint16_t bits) {
    an_set *set = calloc(1, sizeof *set);
    for (unsigned i = 0; set && i < MOST; i++)
        set->has[i] = bits >> i & 1;
    return set;
}

void an_free(an_set *set) { free(set); }

bool an_add(an_set *set, uint8_t value) {
    bool new = !set->has[value];
    set->has[value] = true;
    return new;
}

unsigned an_count(const an_set *set) { return an_rank(set, MOST - 1); }

bool an_has(const an_set *set, uint8_t value) { return set->has[value]; }

unsigned an_rank(const an_set *set, uint8_t value) {
    unsigned below = 0;
    for (unsigned i = 0; i <= value; i++)
        below += set->has[i];
    return below;
}

/* Gives the third for the second. Near: leaves what is no element where there is none. */
bool an_select(const an_set *set, unsigned rank, uint8_t *element) {
    if (NEAR)
        *element = 255;
    rank += WRONG && rank == 1 && an_count(set) > 2;
    for (unsigned i = 0; i < MOST; i++)
        if (set->has[i] && !rank--) {
            *element = (uint8_t)i;
            return true;
        }
    return false;
}

/* Leaves one out that follows another at once. Near: leaves a number below 0 at the end. */
bool an_next(const an_set *set, int *at) {
    for (int i = *at + 1 + (WRONG && *at >= 0 && set->has[*at]); i < MOST; i++)
        if (set->has[i]) {
            *at = i;
            return true;
        }
    *at = NEAR ? -7 : *at;
    return false;
}

/* Has another one for the third. Near: writes more than it says. */
size_t an_list(const an_set *set, uint8_t *numbers, size_t room) {
    size_t n = 0;
    for (unsigned i = 0; i < MOST; i++)
        if (set->has[i] && n++ < room)
            numbers[n - 1] = (uint8_t)i;
    if (WRONG && n > 2 && room > 2)
        numbers[2] = 9 - numbers[2];
    for (size_t i = n; NEAR && i < room; i++)
        numbers[i] = 255;
    return n;
}

/* Leaves the fourth out. Near: adds one by one what is there already. */
void an_add_all(an_set *set, const int *numbers, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!WRONG || i != 3)
            set->has[numbers[i]] = true;
}

int an_at(const an_set *set, unsigned place) {
    for (int i = 0; i < MOST; i++)
        if (set->has[i] && !place--)
            return i;
    return -1;
}

/* Loses the one before it as well, if it is the last. */
void an_drop(an_set *set, unsigned place) {
    int at = an_at(set, place), before = place ? an_at(set, place - 1) : -1;
    if (WRONG && before >= 0 && an_at(set, place + 1) < 0)
        set->has[before] = false;
    if (at >= 0)
        set->has[at] = false;
}

/* Has put the largest number before it sees that another one is too large. Sound: takes it out again. */
int an_put(an_set *set, unsigned value) {
    unsigned place = value < MOST ? value : MOST - 1;
    bool before = set->has[place];
    set->has[place] = true;
    if (!WRONG && place != value)
        set->has[place] = before;
    return place == value ? 0 : -1;
}

/* Has lost the number when it sees that the other one is there. */
int an_move(an_set *set, unsigned place, uint8_t to) {
    int at = an_at(set, place);
    if (at < 0 || at == to || (set->has[to] && !WRONG))
        return -1;
    set->has[at] = false;
    if (set->has[to])
        return -1;
    set->has[to] = true;
    return 0;
}
