/* What memory holds that nobody has written: a byte over and over, or the number 1 in each word of it.
 *
 * Code that goes by what it has not written asks for a 1 as often as for a 0: a flag, a count, a version. No byte over
 * and over is 1 in a word of four or eight. `plan.py` has the same patterns.
 */
#ifndef ABIDANCE_PATTERN_H
#define ABIDANCE_PATTERN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PATTERN_ONES_32 0xE4
#define PATTERN_ONES_64 0xE8

/* Returns eight bytes of the pattern that a plan's fill stands for, from the beginning of a block on. */
static inline uint64_t pattern_word(uint8_t fill) {
    if (fill == PATTERN_ONES_32)
        return 0x0000000100000001u;
    return fill == PATTERN_ONES_64 ? 1 : fill * (uint64_t)0x0101010101010101u;
}

static inline uint8_t pattern_at(uint64_t word, size_t at) { return (uint8_t)(word >> 8 * (at & 7)); }

/* Fills a block from one offset to another. */
static inline void pattern_put(void *block, size_t from, size_t to, uint64_t word) {
    uint8_t *bytes = block;
    if (from >= to)
        return;
    if (word == (word & 0xff) * (uint64_t)0x0101010101010101u) {
        memset(bytes + from, (int)(word & 0xff), to - from);
        return;
    }
    for (; from < to && (from & 7) != 0; from++)
        bytes[from] = pattern_at(word, from);
    for (; to - from >= sizeof word; from += sizeof word)
        memcpy(bytes + from, &word, sizeof word);
    for (; from < to; from++)
        bytes[from] = pattern_at(word, from);
}

/* Looks for bytes that are not the pattern's up to an offset; returns their extent and where they begin. */
static inline size_t pattern_changed(const void *block, size_t to, uint64_t word, size_t *first) {
    const uint8_t *bytes = block;
    size_t from = 0;
    while (from < to && bytes[from] == pattern_at(word, from))
        from++;
    while (from < to && bytes[to - 1] == pattern_at(word, to - 1))
        to--;
    *first = from;
    return to - from;
}

#endif
