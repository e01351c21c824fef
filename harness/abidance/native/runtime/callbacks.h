/* What callbacks share. */
#ifndef ABIDANCE_CALLBACKS_H
#define ABIDANCE_CALLBACKS_H

static __thread int abidance_caller __attribute__((unused)); /* 1 on the thread that makes the calls */

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
