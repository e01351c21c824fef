/* What the code compared, with the operands: they are put into the input where the other one is.
 *
 * The compilers call back for comparisons of numbers. Those of bytes and strings are calls of the C library, which this
 * program has functions of the same name for: the library under test is bound to these, and they to the next ones, be
 * they AddressSanitizer's or those of the C library itself. */
#ifndef ABIDANCE_ENGINE_COMPARISONS_H
#define ABIDANCE_ENGINE_COMPARISONS_H
#include "coverage.h"

enum { PAIRS = 1024, TEXT_PAIRS = 128, TEXT = 64, CASES = 64, NEAR = 3, FEW = 32 };

typedef struct {
    uint64_t one, other;
    uint32_t size, call; /* of which call it is; 0: of none */
} pair;

typedef struct {
    uint32_t call, one_size, other_size;
    uint8_t one[TEXT], other[TEXT];
} text_pair;

static pair pairs[PAIRS];
static text_pair text_pairs[TEXT_PAIRS];
static uint32_t call_number = 1;

static inline void agree(uint32_t place, uint32_t amount)
{
    hit(CELLS + (((place * 0x9E3779B1u >> 13) + amount) & (AGREEMENTS - 1)));
}

static inline void come_out(uint32_t place, uint32_t how)
{
    hit(CELLS + AGREEMENTS + (((place * 0x9E3779B1u >> 13) + how) & (OUTCOMES - 1)));
}

/* Addresses are no operands to learn from, and differ from run to run. */
static inline bool is_address(uint64_t value) { return value >> 32 != 0 && value >> 47 == 0; }

static inline bool are_addresses(uint64_t one, uint64_t other)
{
    bool first = is_address(one), second = is_address(other);
    return (first && second && (one ^ other) >> 32 == 0) || (first && other == 0) || (second && one == 0);
}

/* How a comparison comes out is reached as a branch is: compilers make no branch where all that depends on it is a
 * number. By the order of the operands, of which nothing tells whether they have a sign, or EQUAL. */
enum { EQUAL = 4 };

static inline void note_outcome(uint64_t one, uint64_t other, uint32_t size, uint32_t place)
{
    uint32_t shift = 64 - 8 * size;
    bool greater = (int64_t)(one << shift) > (int64_t)(other << shift);
    come_out(place, one == other ? EQUAL : (one > other) + 2u * greater);
}

static inline void note_difference(uint64_t one, uint64_t other, uint32_t size, uint32_t place)
{
    uint64_t differing = one ^ other;
    uint32_t low = (uint32_t)__builtin_ctzll(differing) / 8, high = (uint32_t)(__builtin_clzll(differing) - (64 - 8 * (int)size)) / 8;
    uint32_t bits = (uint32_t)__builtin_popcountll(differing);
    if (low | high)
        agree(place, low > high ? low : 8 + high);
    if (bits <= NEAR)
        agree(place, 16 + bits);
    uint32_t at = (uint32_t)((place * 31 + one * 0x9E3779B1u + other * 0x85EBCA6Bu) >> 7) & (PAIRS - 1);
    pairs[at] = (pair){one, other, size, call_number};
}

static inline void note_pair(uint64_t one, uint64_t other, uint32_t size, uintptr_t address)
{
    if (!recording || (size == 8 && are_addresses(one, other)))
        return;
    uint32_t place = place_of(address);
    note_outcome(one, other, size, place);
    if (one != other)
        note_difference(one, other, size, place);
}

/* With a constant on one side a small number may be a count that has to get there one by one. */
static inline void note_constant(uint64_t one, uint64_t other, uint32_t size, uintptr_t address)
{
    note_pair(one, other, size, address);
    if (recording && one != other && one < FEW && other < FEW)
        come_out(place_of(address), EQUAL + (uint32_t)(one < other ? other - one : one - other));
}

#define PLACE ((uintptr_t)__builtin_return_address(0))

/* Which bytes were equal is one step after the other through a text that code walks along. Promoted to `int` they are
 * told from counters by being printable. */
static inline void note_equal(uint64_t value, uint32_t size, uintptr_t address)
{
    if (recording && (size == 1 || (value > 31 && value < 127)))
        agree(place_of(address), 64 + (uint32_t)value);
}

static inline void note_bytes(uint64_t one, uint64_t other, uint32_t size, uintptr_t address)
{
    note_pair(one, other, size, address);
    if (one == other)
        note_equal(one, size, address);
}

HOOK void __sanitizer_cov_trace_cmp1(uint8_t one, uint8_t other) { note_bytes(one, other, 1, PLACE); }
HOOK void __sanitizer_cov_trace_cmp2(uint16_t one, uint16_t other) { note_pair(one, other, 2, PLACE); }
HOOK void __sanitizer_cov_trace_cmp4(uint32_t one, uint32_t other) { note_bytes(one, other, 4, PLACE); }
HOOK void __sanitizer_cov_trace_cmp8(uint64_t one, uint64_t other) { note_pair(one, other, 8, PLACE); }
HOOK void __sanitizer_cov_trace_const_cmp1(uint8_t one, uint8_t other) { note_constant(one, other, 1, PLACE); }
HOOK void __sanitizer_cov_trace_const_cmp2(uint16_t one, uint16_t other) { note_constant(one, other, 2, PLACE); }
HOOK void __sanitizer_cov_trace_const_cmp4(uint32_t one, uint32_t other) { note_constant(one, other, 4, PLACE); }
HOOK void __sanitizer_cov_trace_const_cmp8(uint64_t one, uint64_t other) { note_constant(one, other, 8, PLACE); }

HOOK void __sanitizer_cov_trace_cmpf(float one, float other)
{
    uint32_t raw[2];
    memcpy(&raw[0], &one, 4);
    memcpy(&raw[1], &other, 4);
    note_pair(raw[0], raw[1], 4, PLACE);
}

HOOK void __sanitizer_cov_trace_cmpd(double one, double other)
{
    uint64_t raw[2];
    memcpy(&raw[0], &one, 8);
    memcpy(&raw[1], &other, 8);
    note_pair(raw[0], raw[1], 8, PLACE);
}

/* `cases` holds their number, the width of the value in bits, and the cases in ascending order. */
HOOK void __sanitizer_cov_trace_switch(uint64_t value, const uint64_t *cases)
{
    if (!recording)
        return;
    uint32_t size = cases[1] > 32 ? 8 : cases[1] > 16 ? 4 : cases[1] > 8 ? 2 : 1;
    uint32_t place = place_of(PLACE);
    for (uint64_t i = 0; i < cases[0] && i < CASES; i++)
        if (value == cases[2 + i])
            come_out(place + (uint32_t)i, EQUAL);
        else
            note_difference(value, cases[2 + i], size, place + (uint32_t)i);
}

/* How many of the bytes up to `most` lie on the page of the one at `differing`: what is behind need not be there. */
static inline uint32_t readable(const void *at, size_t differing, size_t most)
{
    uintptr_t last = ((uintptr_t)at + differing) | 4095;
    size_t there = last + 1 - (uintptr_t)at, size = there < most ? there : most;
    return (uint32_t)(size < TEXT ? size : TEXT);
}

static void note_texts(const void *one, size_t one_size, const void *other, size_t other_size, size_t same,
                       uintptr_t address)
{
    uint32_t first = readable(one, same, one_size), second = readable(other, same, other_size);
    uint32_t place = place_of(address);
    agree(place, same < 32 ? (uint32_t)same : 32);
    uint64_t key = digest_from(digest_of(one, first < 8 ? first : 8), other, second < 8 ? second : 8) + place;
    text_pair *to = &text_pairs[(key ^ key >> 32) & (TEXT_PAIRS - 1)];
    to->call = call_number;
    to->one_size = first;
    to->other_size = second;
    memcpy(to->one, one, first);
    memcpy(to->other, other, second);
}

extern char __executable_start, etext;

/* The target's own comparisons are none of the library's. */
static inline bool is_watched(uintptr_t place)
{
    return recording && !(place >= (uintptr_t)&__executable_start && place < (uintptr_t)&etext);
}

/* That texts are equal is reached as that numbers are. */
static void note_same(uintptr_t place) { come_out(place_of(place), EQUAL); }

static inline size_t common(const uint8_t *one, const uint8_t *other, size_t most)
{
    size_t same = 0;
    while (same < most && one[same] == other[same])
        same++;
    return same;
}

static void note_memory(const void *one, const void *other, size_t size, uintptr_t place)
{
    size_t same = common(one, other, size);
    if (same < size)
        note_texts(one, size, other, size, same, place);
}

static void note_strings(const char *one, const char *other, size_t most, uintptr_t place)
{
    size_t same = 0;
    while (same < most && one[same] && one[same] == other[same])
        same++;
    if (same == most)
        return;
    /* No terminator is looked for behind the page of the difference. */
    size_t first = strnlen(one, readable(one, same, most)), second = strnlen(other, readable(other, same, most));
    note_texts(one, first, other, second, same, place);
}

static inline void look_at_memory(bool same, const void *one, const void *other, size_t size, uintptr_t place)
{
    if (same && is_watched(place))
        note_same(place);
    else if (is_watched(place))
        note_memory(one, other, size, place);
}

static inline void look_at_strings(bool same, const char *one, const char *other, size_t most, uintptr_t place)
{
    if (same && is_watched(place))
        note_same(place);
    else if (is_watched(place))
        note_strings(one, other, most, place);
}

static void *next_function(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

#define NEXT(name)                                                                                                     \
    static __typeof__(&name) next;                                                                                     \
    if (!next)                                                                                                         \
    next = (__typeof__(&name))next_function(#name)

HOOK int memcmp(const void *one, const void *other, size_t size)
{
    NEXT(memcmp);
    int answer = next(one, other, size);
    look_at_memory(answer == 0, one, other, size, PLACE);
    return answer;
}

HOOK int bcmp(const void *one, const void *other, size_t size)
{
    NEXT(bcmp);
    int answer = next(one, other, size);
    look_at_memory(answer == 0, one, other, size, PLACE);
    return answer;
}

HOOK int strcmp(const char *one, const char *other)
{
    NEXT(strcmp);
    int answer = next(one, other);
    look_at_strings(answer == 0, one, other, SIZE_MAX, PLACE);
    return answer;
}

HOOK int strncmp(const char *one, const char *other, size_t most)
{
    NEXT(strncmp);
    int answer = next(one, other, most);
    look_at_strings(answer == 0, one, other, most, PLACE);
    return answer;
}

HOOK int strcasecmp(const char *one, const char *other)
{
    NEXT(strcasecmp);
    int answer = next(one, other);
    look_at_strings(answer == 0, one, other, SIZE_MAX, PLACE);
    return answer;
}

HOOK int strncasecmp(const char *one, const char *other, size_t most)
{
    NEXT(strncasecmp);
    int answer = next(one, other, most);
    look_at_strings(answer == 0, one, other, most, PLACE);
    return answer;
}

HOOK char *strstr(const char *text, const char *part)
{
    NEXT(strstr);
    char *answer = next(text, part);
    look_at_strings(answer != NULL, text, part, SIZE_MAX, PLACE);
    return answer;
}

HOOK void *memmem(const void *text, size_t size, const void *part, size_t part_size)
{
    NEXT(memmem);
    void *answer = next(text, size, part, part_size);
    if (answer && is_watched(PLACE))
        note_same(PLACE);
    if (!answer && part_size && is_watched(PLACE)) {
        size_t same = common(text, part, size < part_size ? size : part_size);
        note_texts(text, size, part, part_size, same, PLACE);
    }
    return answer;
}

#endif
