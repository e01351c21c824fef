/* Numbers in memory, at any address and of any number of bits. */
#ifndef ABIDANCE_NUMBERS_H
#define ABIDANCE_NUMBERS_H

#define ABIDANCE_LOAD(type, at) ({ type abidance_loaded; memcpy(&abidance_loaded, (at), sizeof(type)); abidance_loaded; })
#define ABIDANCE_STORE(type, at, value) do { type abidance_stored = (type)(value); memcpy((at), &abidance_stored, sizeof(type)); } while (0)

static inline abidance_int abidance_widened(uint64_t raw, unsigned bits)
{
    unsigned shift = 64 - bits;
    return (int64_t)(raw << shift) >> shift;
}

/* Bit-fields: `first` counts from the first bit of the record (x86-64 psABI 3.1.2: little-endian, from the right). */
static inline uint64_t abidance_bits(const unsigned char *record, unsigned first, unsigned width)
{
    unsigned __int128 whole = 0;
    memcpy(&whole, record + first / 8, (first % 8 + width + 7) / 8);
    uint64_t value = (uint64_t)(whole >> first % 8);
    return width < 64 ? value & ((UINT64_C(1) << width) - 1) : value;
}

static inline void abidance_set_bits(unsigned char *record, unsigned first, unsigned width, uint64_t value)
{
    unsigned __int128 whole = 0, mask = (((unsigned __int128)1 << width) - 1) << first % 8;
    size_t bytes = (first % 8 + width + 7) / 8;
    memcpy(&whole, record + first / 8, bytes);
    whole = (whole & ~mask) | ((unsigned __int128)value << first % 8 & mask);
    memcpy(record + first / 8, &whole, bytes);
}

#endif
