/* The input: bytes become choices. What each choice takes from the input is described in `target/input_format.py`,
 * whose numbers are the ABIDANCE_ constants here. */
#ifndef ABIDANCE_INPUT_H
#define ABIDANCE_INPUT_H

static const uint8_t *abidance_next, *abidance_end;

static inline uint8_t abidance_byte(void) { return abidance_next < abidance_end ? *abidance_next++ : 0; }

static inline size_t abidance_left(void) { return (size_t)(abidance_end - abidance_next); }

/* Little-endian; an input that ends early goes on with zeros. */
static inline uint64_t abidance_raw(unsigned size)
{
    uint64_t value = 0;
    size_t left = abidance_left(), taken = size < left ? size : left;
    memcpy(&value, abidance_next, taken);
    abidance_next += taken;
    return value;
}

/* Numbers that the calls of a sequence have returned, the last ones first. */
static abidance_int abidance_returned[ABIDANCE_RETURNED_COUNT];
static unsigned abidance_returned_count;

static inline __attribute__((unused)) void abidance_note_returned(abidance_int value)
{
    memmove(abidance_returned + 1, abidance_returned, sizeof abidance_returned - sizeof *abidance_returned);
    abidance_returned[0] = value;
    if (abidance_returned_count < ABIDANCE_RETURNED_COUNT)
        abidance_returned_count++;
}

/* A number: one of those that contract and header mention, or raw bytes that are taken as they are where that is valid,
 * so that an engine which copies the operands of comparisons into the input meets them; else wrapped into the range. */
static inline abidance_int abidance_draw_number(unsigned bits, int is_signed, abidance_int low, abidance_int high,
                                           const abidance_int *mentioned, unsigned count)
{
    uint8_t selector = abidance_byte();
    if (count && selector < ABIDANCE_MENTIONED) {
        abidance_int value = mentioned[selector % count];
        if (value >= low && value <= high)
            return value;
    }
    if (abidance_returned_count && (uint8_t)(selector - ABIDANCE_RETURNED) < ABIDANCE_RETURNED_COUNT) {
        abidance_int value = abidance_returned[(unsigned)(selector - ABIDANCE_RETURNED) % abidance_returned_count];
        if (value >= low && value <= high)
            return value;
    }
    uint64_t raw = abidance_raw((bits + 7) / 8);
    if (bits < 64)
        raw &= (UINT64_C(1) << bits) - 1;
    abidance_int value = is_signed ? abidance_widened(raw, bits) : (abidance_int)raw;
    if (value >= low && value <= high)
        return value;
    if (high < low)
        return low;
    return low + (abidance_int)((unsigned __int128)raw % ((unsigned __int128)(high - low) + 1));
}

static inline abidance_int abidance_one_of(const abidance_int *values, unsigned count)
{
    return values[(count > 256 ? (unsigned)abidance_raw(2) : abidance_byte()) % count];
}

static inline double abidance_draw_real(unsigned size, double low, double high, int any, const double *mentioned, unsigned count)
{
    uint8_t selector = abidance_byte();
    if (count && selector < ABIDANCE_MENTIONED)
        return mentioned[selector % count];
    uint64_t raw = abidance_raw(size);
    double value;
    if (size == 4) {
        uint32_t half = (uint32_t)raw;
        float single;
        memcpy(&single, &half, 4);
        value = single;
    } else
        memcpy(&value, &raw, 8);
    return any || (value >= low && value <= high) ? value : low;
}

static inline int abidance_null_wished(void) { return (abidance_byte() & ABIDANCE_NULL) == ABIDANCE_NULL; }

typedef struct {
    const char *bytes;
    size_t count;
} abidance_text;

/* So many elements, of `unit` bytes each. */
typedef struct {
    const unsigned char *bytes;
    size_t count;
} abidance_contents;

/* Zeros for what the input is too short to give. */
static const unsigned char abidance_zeros[ABIDANCE_ZEROS];

/* Exactly so many bytes of the input; zeros when fewer are left. */
static inline const unsigned char *abidance_exactly(size_t size)
{
    if (size > abidance_left()) {
        abidance_next = abidance_end;
        return size <= sizeof abidance_zeros ? abidance_zeros : NULL;
    }
    const unsigned char *bytes = abidance_next;
    abidance_next += size;
    return bytes;
}

/* A size, most often a small one: whatever comes next in the input is to have bytes as well. */
static inline size_t abidance_size(void)
{
    uint8_t byte = abidance_byte();
    if (byte >= ABIDANCE_LONG)
        return (size_t)abidance_raw(2);
    return byte >= ABIDANCE_MEDIUM ? ABIDANCE_SHORT + (size_t)(byte - ABIDANCE_MEDIUM) : byte % ABIDANCE_SHORT;
}

/* How many elements there are: `last` tells that what is left of the input belongs to them, so that the engine makes
 * them longer and shorter by making the input so. */
static inline size_t abidance_count(uint8_t selector, size_t least, size_t most, size_t unit, int last)
{
    size_t count;
    if (last && selector >= ABIDANCE_REST)
        count = abidance_left() / unit;
    else
        count = abidance_size();
    if (count > most)
        count = last && selector >= ABIDANCE_REST ? most : most < least ? least : least + count % (most - least + 1);
    return count < least ? least : count;
}

/* The contents of memory: a text that contract and header mention, or a length and that many elements of the input,
 * where they lie. An input that ends early gives fewer, but never fewer than the least. */
static inline abidance_contents abidance_some(size_t least, size_t most, size_t unit, const abidance_text *mentioned,
                                              unsigned count, int last)
{
    uint8_t selector = abidance_byte();
    if (count && selector < ABIDANCE_TEXTS) {
        const abidance_text *text = &mentioned[selector % count];
        if (text->count % unit == 0 && text->count / unit >= least && text->count / unit <= most)
            return (abidance_contents){(const unsigned char *)text->bytes, text->count / unit};
    }
    size_t wanted = abidance_count(selector, least, most, unit, last), left = abidance_left() / unit;
    if (wanted > left)
        wanted = left < least ? least : left;
    const unsigned char *bytes = abidance_exactly(wanted * unit);
    return (abidance_contents){bytes ? bytes : abidance_zeros, bytes ? wanted : 0};
}

static inline abidance_contents abidance_one_text(const abidance_text *texts, unsigned count, size_t unit)
{
    const abidance_text *text = &texts[count > 1 ? abidance_byte() % count : 0];
    return (abidance_contents){(const unsigned char *)text->bytes, text->count / unit};
}

#endif
