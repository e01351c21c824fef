/* Pieces of memory that callbacks decide by: their order, and a hash of what they hold.
 *
 * A callback in the worker decides by them as one in a compiled contract does, whose runtime has this text as well.
 */
#ifndef ABIDANCE_PIECES_H
#define ABIDANCE_PIECES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What is read, or written in one turn; nothing where `at` is NULL. */
typedef struct {
    const unsigned char *at;
    size_t size;
} abidance_piece;

/* The order of two pieces: as numbers by their kind (1 unsigned, 2 signed, 3 real), or as bytes (0). */
static inline int abidance_compared(abidance_piece one, abidance_piece other, unsigned kind) {
    size_t least = one.size < other.size ? one.size : other.size;
    if (kind && one.size == other.size && least && least <= sizeof(uint64_t)) {
        uint64_t a = 0, b = 0, top = kind > 1 ? (uint64_t)1 << (8 * least - 1) : 0;
        memcpy(&a, one.at, least);
        memcpy(&b, other.at, least);
        a ^= kind == 3 && a & top ? ~(uint64_t)0 : top; /* of real numbers below 0, the larger bits are the smaller */
        b ^= kind == 3 && b & top ? ~(uint64_t)0 : top;
        return (a > b) - (a < b);
    }
    int found = least ? memcmp(one.at, other.at, least) : 0;
    return found ? found : (one.size > other.size) - (one.size < other.size);
}

/* The same number for the same contents. */
static inline uint64_t abidance_hashed(abidance_piece from) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < from.size; i++)
        hash = (hash ^ from.at[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

#endif
