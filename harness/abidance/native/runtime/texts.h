/* Text in an encoding. */
#ifndef ABIDANCE_TEXTS_H
#define ABIDANCE_TEXTS_H

/* The bytes of the character at the start of `at`, by the table of well-formed sequences (Unicode 15, table 3-7); 0 for
 * none. */
static inline size_t abidance_utf8_at(const unsigned char *at, size_t left)
{
    unsigned char first = at[0];
    if (first < 0x80)
        return 1;
    size_t size = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
    if (!size || size > left)
        return 0;
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if (at[i] < 0x80 || at[i] > 0xBF)
            return 0;
    return size;
}

static inline int abidance_is_text(const unsigned char *at, size_t count, const unsigned char *valid)
{
    for (size_t i = 0; i < count; i++)
        if (!valid[at[i]])
            return 0;
    return 1;
}

/* Bytes that are none of a character become plain ones. */
static inline void abidance_repair_utf8(unsigned char *at, size_t count)
{
    for (size_t i = 0, size; i < count; i += size) {
        size = abidance_utf8_at(at + i, count - i);
        if (!size) {
            at[i] = at[i] & 0x7F ? at[i] & 0x7F : 1;
            size = 1;
        }
    }
}

static inline void abidance_repair(unsigned char *at, size_t count, const unsigned char *valid)
{
    for (size_t i = 0; i < count; i++)
        if (!valid[at[i]])
            at[i] = valid[at[i] & 0x7F] && (at[i] & 0x7F) ? at[i] & 0x7F : 'a';
}

/* The unit of UTF-16 or UTF-32 at a place, of `unit` bytes, the highest first where it is `big`. */
static inline uint32_t abidance_unit_at(const unsigned char *at, size_t unit, int big)
{
    uint32_t value = 0;
    for (size_t i = 0; i < unit; i++)
        value |= (uint32_t)at[i] << 8 * (big ? unit - 1 - i : i);
    return value;
}

/* How many units the character at a place has; 0 for none. */
static inline size_t abidance_units_at(const unsigned char *at, size_t left, size_t unit, int big)
{
    uint32_t first = abidance_unit_at(at, unit, big);
    if (first < 0xD800 || first > 0xDFFF)
        return first < 0x110000;
    if (unit > 2 || first > 0xDBFF || left < 2 * unit)
        return 0;
    uint32_t second = abidance_unit_at(at + unit, unit, big);
    return second >= 0xDC00 && second <= 0xDFFF ? 2 : 0;
}

static __attribute__((unused)) int abidance_is_in_units(const unsigned char *at, size_t count, size_t unit, int big)
{
    for (size_t i = 0, units; i < count; i += units * unit) {
        units = count - i < unit ? 0 : abidance_units_at(at + i, count - i, unit, big);
        if (!units)
            return 0;
    }
    return 1;
}

/* Units that are none of a character become plain ones. */
static __attribute__((unused)) void abidance_repair_units(unsigned char *at, size_t count, size_t unit, int big)
{
    for (size_t i = 0, units; i + unit <= count; i += units * unit) {
        units = abidance_units_at(at + i, count - i, unit, big);
        if (units)
            continue;
        uint32_t plain = abidance_unit_at(at + i, unit, big) & 0x7FF;
        for (size_t k = 0; k < unit; k++)
            at[i + k] = (unsigned char)((plain ? plain : 1) >> 8 * (big ? unit - 1 - k : k));
        units = 1;
    }
}

#endif
