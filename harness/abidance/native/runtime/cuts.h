/* Laws whose steps are made once more, for pieces of what the law is given: where that is cut, and what the pieces leave. */
#ifndef ABIDANCE_CUTS_H
#define ABIDANCE_CUTS_H

enum { ABIDANCE_MOST_PIECES = 65, ABIDANCE_MOST_PLACES = 4, ABIDANCE_FAR = 1 << 16 };

/* Which piece it is that a step is made for, and whether callbacks answer the same however often they are asked. */
static unsigned abidance_part;
static int abidance_alike __attribute__((unused));

/* Where an input is cut: everywhere, or at some places that the input of the target chooses. Pieces end where `ends` says. */
typedef struct {
    unsigned places, count;
    uint16_t at[ABIDANCE_MOST_PLACES];
    size_t ends[ABIDANCE_MOST_PIECES];
} abidance_cuts;

static __attribute__((unused)) void abidance_draw_cuts(abidance_cuts *cuts)
{
    uint8_t way = abidance_byte();
    cuts->places = way % 4 == 1 ? 1 : way % 4 == 3 ? 2 + way / 4 % (ABIDANCE_MOST_PLACES - 1) : 0;
    for (unsigned i = 0; i < cuts->places; i++)
        cuts->at[i] = (uint16_t)abidance_raw(2);
}

static int abidance_compare_ends(const void *one, const void *other)
{
    size_t a = *(const size_t *)one, b = *(const size_t *)other;
    return a < b ? -1 : a > b;
}

/* Cut so many elements, none of the pieces empty; text that is given, in UTF-8, between its characters. */
static __attribute__((unused)) void abidance_cut(abidance_cuts *cuts, size_t size, const unsigned char *utf8)
{
    size_t far = size < ABIDANCE_FAR ? size : ABIDANCE_FAR;
    size_t every = (size + ABIDANCE_MOST_PIECES - 2) / (ABIDANCE_MOST_PIECES - 1), seen = 0;
    cuts->count = 0;
    for (size_t at = 1; !cuts->places && at < far && cuts->count < ABIDANCE_MOST_PIECES - 1; at++)
        if ((!utf8 || (utf8[at] & 0xC0) != 0x80) && seen++ % every == 0)
            cuts->ends[cuts->count++] = at;
    for (unsigned i = 0; i < cuts->places && far > 1; i++) {
        size_t at = 1 + cuts->at[i] % (far - 1);
        while (utf8 && at < far && (utf8[at] & 0xC0) == 0x80)
            at++;
        if (at < far)
            cuts->ends[cuts->count++] = at;
    }
    qsort(cuts->ends, cuts->count, sizeof *cuts->ends, abidance_compare_ends);
    unsigned kept = 0;
    for (unsigned i = 0; i < cuts->count; i++)
        if (!kept || cuts->ends[kept - 1] != cuts->ends[i])
            cuts->ends[kept++] = cuts->ends[i];
    cuts->ends[kept++] = size;
    cuts->count = kept;
}

/* Where the piece begins that a step is made for, and how much it has: nothing, where others are cut into more. */
static __attribute__((unused)) size_t abidance_piece_begin(const abidance_cuts *cuts)
{
    return abidance_part == 0 ? 0 : cuts->ends[abidance_part < cuts->count ? abidance_part - 1 : cuts->count - 1];
}

static __attribute__((unused)) size_t abidance_piece_size(const abidance_cuts *cuts)
{
    return abidance_part < cuts->count ? cuts->ends[abidance_part] - abidance_piece_begin(cuts) : 0;
}

/* Bytes that grow. The room of one is kept for the next input. */
typedef struct {
    unsigned char *at;
    size_t size, room;
} abidance_growing;

static __attribute__((unused)) int abidance_append(abidance_growing *bytes, const void *more, size_t size)
{
    if (bytes->size + size > bytes->room) {
        long asked = abidance_asked;
        size_t room = 2 * (bytes->size + size);
        unsigned char *at = realloc(bytes->at, room);
        abidance_asked = asked;
        if (!at)
            return 0;
        bytes->at = at, bytes->room = room;
    }
    if (size)
        memcpy(bytes->at + bytes->size, more, size);
    bytes->size += size;
    return 1;
}

/* How often a callback was invoked for each piece: in all, and for which of them invocation `index` was, counted there. */
typedef struct {
    unsigned parts, count[ABIDANCE_MOST_PIECES];
} abidance_part_counts;

static __attribute__((unused)) abidance_int abidance_in_all_parts(const abidance_part_counts *invoked)
{
    abidance_int all = 0;
    for (unsigned part = 0; part < invoked->parts; part++)
        all += invoked->count[part];
    return all;
}

static __attribute__((unused)) unsigned abidance_part_of(const abidance_part_counts *invoked, abidance_int index)
{
    unsigned part = 0;
    for (; part + 1 < invoked->parts && index >= invoked->count[part]; part++)
        index -= invoked->count[part];
    return part;
}

static __attribute__((unused)) abidance_int abidance_place_in_part(const abidance_part_counts *invoked, abidance_int index)
{
    for (unsigned part = 0; part + 1 < invoked->parts && index >= invoked->count[part]; part++)
        index -= invoked->count[part];
    return index;
}

#endif
