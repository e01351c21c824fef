/* With which user data a callback that is kept may be invoked: with what a call has given that gave the callback. */
#ifndef ABIDANCE_USER_DATA_H
#define ABIDANCE_USER_DATA_H

/* What calls have given, which made the callback known to the library; nothing is said where there is more of it. */
enum { ABIDANCE_MOST_GIVEN = 24 };
typedef struct {
    unsigned long since;
    unsigned count;
    unsigned char each[ABIDANCE_MOST_GIVEN][8];
} abidance_given_data;

static unsigned long abidance_since; /* the first input from which on a library may have what inputs have given it */

static __attribute__((unused)) int abidance_was_given(const abidance_given_data *given, const void *data, size_t size)
{
    unsigned known = given->count <= ABIDANCE_MOST_GIVEN ? given->count : 0;
    for (unsigned i = 0; i < known; i++)
        if (memcmp(given->each[i], data, size) == 0)
            return 1;
    return !known;
}

/* Note what a callback is given with. What is kept by no handle that the end of an input ends stays `for_good`. */
static __attribute__((unused)) void abidance_give_data(abidance_given_data *given, const unsigned char *data, size_t size,
                                                       int for_good)
{
    if (!for_good && given->since != abidance_since)
        given->count = 0;
    given->since = abidance_since;
    if (given->count > ABIDANCE_MOST_GIVEN || (given->count && abidance_was_given(given, data, size)))
        return;
    if (given->count < ABIDANCE_MOST_GIVEN)
        memcpy(given->each[given->count], data, size);
    given->count++;
}

#endif
