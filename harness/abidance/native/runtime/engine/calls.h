/* Sequences: the target tells where the calls of an input begin, so that they are altered call by call. */
#ifndef ABIDANCE_ENGINE_CALLS_H
#define ABIDANCE_ENGINE_CALLS_H
#include "mutate.h"

enum { MOST_PARTS = 96, ARGUMENTS = 12 };

/* Of a target that was compiled from a contract; there are no calls in others. */
extern __attribute__((weak)) uint32_t abidance_starts[], abidance_start_count, abidance_call_choices;

/* Of how many calls there is a choice for each of a sequence; 0 where inputs are none. */
static uint32_t call_choices(void) { return &abidance_call_choices ? abidance_call_choices : 0; }

/* Keep where the calls of the input begin that was run last, which is this one. */
static void note_calls(entry *of, bool ran)
{
    uint32_t count = ran ? abidance_start_count : 0, kept = 0;
    of->starts = malloc((count + 1) * sizeof *of->starts);
    for (; kept <= count && of->starts && (kept == 0 || abidance_starts[kept] > of->starts[kept - 1]); kept++) {
        if (abidance_starts[kept] > of->size)
            break;
        of->starts[kept] = (uint16_t)abidance_starts[kept];
    }
    of->calls = kept > 1 ? kept - 1 : 0;
}

/* Put a call behind all others: alone, or with bytes that choose the first handle and raw numbers. */
static bool put_call(uint8_t *bytes, uint32_t *size, uint32_t which, bool raw)
{
    uint32_t more = raw ? 1 + ARGUMENTS : 1;
    if (*size + more > options.max_len)
        return false;
    bytes[(*size)++] = (uint8_t)which;
    if (!raw)
        return true;
    bytes[(*size)++] = 0;
    for (int i = 1; i < ARGUMENTS; i++)
        bytes[(*size)++] = (uint8_t)(0x80 + below(0x40));
    return true;
}

typedef struct {
    const uint8_t *at;
    uint32_t size;
} part;

static part part_of(const entry *of, uint32_t call)
{
    return (part){of->bytes + of->starts[call], (uint32_t)(of->starts[call + 1] - of->starts[call])};
}

static uint32_t put_part(part *parts, uint32_t count, uint32_t at, part made)
{
    if (count == MOST_PARTS)
        return count;
    memmove(parts + at + 1, parts + at, (count - at) * sizeof *parts);
    parts[at] = made;
    return count + 1;
}

static uint32_t alter_parts(part *parts, uint32_t count, const entry *other)
{
    uint32_t at = below(count), end = below(2) ? count : below(count + 1);
    switch (other->calls ? below(8) : below(3)) {
    case 0:
        if (count > 1) {
            memmove(parts + at, parts + at + 1, (count - at - 1) * sizeof *parts);
            count--;
        }
        return count;
    case 1: {
        part one = parts[at];
        for (uint32_t times = below(4) ? 1 : 1 + below(8); times--;)
            count = put_part(parts, count, at, one);
        return count;
    }
    case 2: {
        part one = parts[at];
        uint32_t with = below(count);
        parts[at] = parts[with];
        parts[with] = one;
        return count;
    }
    case 3: parts[at] = part_of(other, below(other->calls)); return count;
    case 4: /* what another one ends with */
        for (uint32_t from = below(other->calls); from < other->calls; from++)
            count = put_part(parts, count, count, part_of(other, from));
        return count;
    default: return put_part(parts, count, end, part_of(other, below(other->calls)));
    }
}

/* Leave calls away, repeat and exchange them, and take some of another input. */
static void alter_calls(const entry *base, uint8_t *bytes, uint32_t *size)
{
    part parts[MOST_PARTS];
    uint32_t count = 0, made = base->starts[0];
    for (; count < base->calls && count < MOST_PARTS; count++)
        parts[count] = part_of(base, count);
    for (uint32_t times = 1 + below(3); times--;)
        count = alter_parts(parts, count, &corpus[chosen_entry()]);
    for (uint32_t i = 0; i < count && made + parts[i].size <= length_limit; i++) {
        memcpy(bytes + made, parts[i].at, parts[i].size);
        made += parts[i].size;
    }
    *size = made;
}

#endif
