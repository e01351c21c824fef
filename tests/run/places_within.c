/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "places_within.h"

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
