/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "places_within.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* Looks at what is at the end of the range. Near: looks at it where that is not the end of the text. */
long pw_find(const char *text, const char *end, const char *start, const char *range, char wanted) {
    volatile char seen;
    if (NEAR && range < end)
        seen = *range;
    for (const char *at = start; WRONG ? at <= range : at < range; at++)
        if (*at == wanted)
            return at - text;
    return -1;
}

/* Counts from the beginning where it is given the end. Near: asks whether it is at the end by the NUL there. */
size_t pw_left(const char *text, const char *at) {
    if (NEAR)
        return *at ? strlen(at) : 0;
    return WRONG && !*at ? strlen(text) : strlen(at);
}

/* Raises the one before it, too. Near: leaves all as it was where nothing is there. */
void pw_raise(int *numbers, size_t n, int *at, int by) {
    if (NEAR && at == numbers + n)
        return;
    for (int *each = WRONG && at > numbers ? at - 1 : at; each < numbers + n; each++)
        *each += by;
}

/* Leaves `*at` one too low. Near: needs all the room there is. */
int pw_put(unsigned char **at, unsigned char *start, const unsigned char *bytes, size_t n) {
    if ((size_t)(*at - start) < n)
        return -1;
    *at -= n;
    memcpy(*at, bytes, n);
    if (WRONG && n > 3 && *at > start)
        --*at;
    return (int)n;
}

/* Steps over the beginning of the text. Near: looks at the first byte once more. */
int pw_prior(const char *text, const char **at) {
    const char *from = *at;
    volatile char seen;
    while (*at > text && (*--*at & 0xc0) == 0x80)
        ;
    if (NEAR)
        seen = *text;
    if (WRONG && *at == text && from == text + 1)
        --*at;
    return (int)(from - *at);
}

/* Gives a word of one letter in memory of its own. Near: one that is nothing, at the end. */
int pw_word(const char **at, const char *end, pw_part *word) {
    static char copy[1];
    while (*at < end && **at == ' ')
        ++*at;
    const char *first = *at;
    while (*at < end && **at != ' ')
        ++*at;
    word->n = (size_t)(*at - first);
    word->first = first;
    if (WRONG && word->n == 1) {
        copy[0] = *first;
        word->first = copy;
    }
    if (NEAR && word->n == 0)
        word->first = end;
    return word->n > 0;
}

/* Leads one behind the sign. Near: as the sound one. */
const char *pw_sign(const char **at, const char *end) {
    if (*at == end || (**at != '+' && **at != '-'))
        return NULL;
    return WRONG ? ++*at : (*at)++;
}

/* Leaves the byte behind the last one in its place. Near: gives the rest other memory. */
void pw_cut(char **list, size_t *n, char *from) {
    size_t left = (size_t)(from - *list), rest = *n - left;
    size_t gone = rest < 2 ? rest : 2;
    memmove(from, from + gone, rest - gone - (WRONG && rest > 3));
    *n -= gone;
    if (NEAR && *n) {
        char *moved = malloc(*n);
        memcpy(moved, *list, *n);
        free(*list);
        *list = moved;
    }
}
