/* What callbacks share. */
#ifndef ABIDANCE_CALLBACKS_H
#define ABIDANCE_CALLBACKS_H

static __thread int abidance_caller __attribute__((unused)); /* 1 on the thread that makes the calls */

/* What a callback writes in one turn, or its answer points at; nothing where `at` is NULL. */
typedef struct {
    const unsigned char *at;
    size_t size;
} abidance_piece;

enum { ABIDANCE_MOST_POURED = 1 << 24 };

/* So many units, in bytes: none for a number below zero. */
static __attribute__((unused)) size_t abidance_room(abidance_int count, size_t unit)
{
    abidance_int most = (abidance_int)(ABIDANCE_MOST_POURED / (unit ? unit : 1));
    return count < 0 ? 0 : (size_t)(count < most ? count : most) * unit;
}

/* Write so many bytes: those of the piece, as often as it takes, and zeros where it has none. */
static __attribute__((unused)) void abidance_pour(unsigned char *to, abidance_piece from, size_t size)
{
    if (!from.size) {
        memset(to, 0, size);
        return;
    }
    for (size_t done = 0, part; done < size; done += part) {
        part = size - done < from.size ? size - done : from.size;
        memcpy(to + done, from.at, part);
    }
}

/* The order of two pieces: as numbers by their kind (1 unsigned, 2 signed, 3 real), or as bytes (0). */
static __attribute__((unused)) int abidance_compared(abidance_piece one, abidance_piece other, int kind)
{
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

static __attribute__((unused)) uint64_t abidance_hashed(abidance_piece from)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < from.size; i++)
        hash = (hash ^ from.at[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

/* A copy that the library is to free; what it holds is more, but it did not ask for it. */
static __attribute__((unused)) void *abidance_hand_copy(abidance_piece from, size_t more)
{
    long asked = abidance_asked;
    void *made = from.at ? malloc(from.size + more ? from.size + more : 1) : NULL;
    abidance_asked = asked;
    if (made)
        memcpy(made, from.at, from.size + more);
    return made;
}

#endif
