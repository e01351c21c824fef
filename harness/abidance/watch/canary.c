/* Canary bytes: written around a block, compared after each call. */
#define _GNU_SOURCE
#include "arena.h"

#include <string.h>

#define SPAN 4096u

/* Twice the span, so that a span may begin at any offset. The values 0x81 to 0x9f are none that libraries
 * write by habit (0, 0xff, ASCII), none of abidance's fills, and repeat every 31 bytes, so that a shift by
 * any usual power of two shows. */
static uint8_t pattern[2 * SPAN];

__attribute__((constructor)) static void make_pattern(void) {
    for (unsigned i = 0; i < 2 * SPAN; i++)
        pattern[i] = (uint8_t)(0x81 + (i % SPAN) * 7 % 31);
}

static size_t step(const uint8_t *from, const uint8_t *to) {
    size_t left = (size_t)(to - from);
    return left < SPAN ? left : SPAN;
}

static const uint8_t *wanted(const uint8_t *at) { return pattern + ((uintptr_t)at & (SPAN - 1)); }

void canary_write(uint8_t *from, uint8_t *to) {
    while (from < to) {
        size_t length = step(from, to);
        memcpy(from, wanted(from), length);
        from += length;
    }
}

const uint8_t *canary_first_damage(const uint8_t *from, const uint8_t *to) {
    while (from < to) {
        size_t length = step(from, to);
        const uint8_t *good = wanted(from);
        if (memcmp(from, good, length) != 0)
            for (size_t i = 0; i < length; i++)
                if (from[i] != good[i])
                    return from + i;
        from += length;
    }
    return NULL;
}

const uint8_t *canary_last_damage(const uint8_t *from, const uint8_t *to) {
    while (to > from) {
        to--;
        if (*to != *wanted(to))
            return to;
    }
    return NULL;
}
