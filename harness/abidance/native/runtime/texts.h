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

#endif
