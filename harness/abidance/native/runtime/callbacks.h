/* What callbacks share. */
#ifndef ABIDANCE_CALLBACKS_H
#define ABIDANCE_CALLBACKS_H

static __thread int abidance_caller __attribute__((unused)); /* 1 on the thread that makes the calls */

/* Whether callbacks that are kept note all invocations of a call, as a law looks at them. */
static int abidance_noting __attribute__((unused));

/* How often a callback must be invoked in all, and may be, until the handle that keeps it is gone. */
typedef struct {
    unsigned id;
    const unsigned *all;
    abidance_int least, most;
    const char *function, *what;
} abidance_total;
enum { ABIDANCE_MOST_TOTALS = 64 };
static abidance_total abidance_totals[ABIDANCE_MOST_TOTALS];
static unsigned abidance_total_count;
static unsigned long abidance_totals_run;

/* Note that a script is another callback's from now on. */
static __attribute__((unused)) void abidance_total_begins(const unsigned *all)
{
    unsigned kept = 0;
    if (abidance_totals_run != abidance_runs)
        abidance_total_count = 0, abidance_totals_run = abidance_runs;
    for (unsigned i = 0; i < abidance_total_count; i++)
        if (abidance_totals[i].all != all)
            abidance_totals[kept++] = abidance_totals[i];
    abidance_total_count = kept;
}

/* Note that a call has given a callback. Beyond as many as are kept, nothing is said. */
static __attribute__((unused)) void abidance_total_counts(abidance_total total)
{
    if (abidance_total_count < ABIDANCE_MOST_TOTALS)
        abidance_totals[abidance_total_count++] = total;
}

/* Judge the callbacks of a handle that is gone. */
static void abidance_counted_out(unsigned id)
{
    for (unsigned i = 0; !abidance_unowned && abidance_totals_run == abidance_runs && i < abidance_total_count; i++) {
        const abidance_total *each = &abidance_totals[i];
        if (each->id == id && (*each->all < each->least || *each->all > each->most))
            abidance_report("ABD341", each->function, each->what);
    }
}

/* What stands for NULL where a callback writes a pointer. */
static const unsigned char abidance_null_lent[1] __attribute__((unused));

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

/* What is poured from a place on: it begins again at its own beginning. */
static __attribute__((unused)) void abidance_pour_from(unsigned char *to, abidance_piece from, size_t size, size_t skip)
{
    size_t first = from.size - skip < size ? from.size - skip : size;
    if (!skip) {
        abidance_pour(to, from, size);
        return;
    }
    memcpy(to, from.at + skip, first);
    abidance_pour(to + first, from, size - first);
}

/* All that there is to read in some turns, one after the other: how many bytes, and, in `room`, these. */
static __attribute__((unused)) size_t abidance_joined_size(const abidance_piece *turns, unsigned count)
{
    size_t size = 0;
    for (unsigned turn = 0; turn < count; turn++)
        size += turns[turn].at ? turns[turn].size : 0;
    return size;
}

static __attribute__((unused)) const unsigned char *abidance_joined(abidance_piece *room, const abidance_piece *turns,
                                                                   unsigned count)
{
    size_t size = abidance_joined_size(turns, count), at = 0;
    long asked = abidance_asked;
    unsigned char *whole = realloc((void *)room->at, size + 1);
    abidance_asked = asked;
    for (unsigned turn = 0; whole && turn < count; turn++)
        if (turns[turn].at && turns[turn].size) {
            memcpy(whole + at, turns[turn].at, turns[turn].size);
            at += turns[turn].size;
        }
    *room = (abidance_piece){whole, whole ? size : 0};
    return whole;
}

/* The turn that has byte `begin` of all of them, one after the other, and how many of its bytes come before that. One
 * that fails has no memory, and does so where it would have begun. */
static __attribute__((unused)) unsigned abidance_turn_at(const abidance_piece *turns, unsigned count, size_t begin,
                                                         int repeats, size_t *skip)
{
    size_t at = 0;
    for (unsigned turn = 0; turn < count; turn++) {
        size_t size = turns[turn].at ? turns[turn].size : 0;
        *skip = repeats && size ? begin % size : begin - at;
        if (turns[turn].at ? repeats || (begin >= at && begin - at < size) : !repeats && begin == at)
            return turn;
        at += size;
    }
    *skip = count && turns[count - 1].at ? turns[count - 1].size : 0;
    return count ? count - 1 : 0;
}

/* The first turn that does not fail, whose answer a callback gives that reads all that it is asked for. */
static __attribute__((unused)) unsigned abidance_first_turn(const abidance_piece *turns, unsigned count)
{
    for (unsigned turn = 0; turn < count; turn++)
        if (turns[turn].at)
            return turn;
    return 0;
}

/* What there is to read behind so many bytes of all turns. */
static __attribute__((unused)) abidance_piece abidance_from(abidance_piece *room, const abidance_piece *turns,
                                                            unsigned count, size_t begin)
{
    const unsigned char *whole = abidance_joined(room, turns, count);
    begin = begin < room->size ? begin : room->size;
    return (abidance_piece){whole ? whole + begin : NULL, room->size - begin};
}

/* Where a callback reads next that others move, and how many elements there are; of a file that is written, its bytes,
 * how many there is room for and were `used`. Nothing is known of what is `lost`. */
typedef struct abidance_cursor {
    int64_t at, size;
    unsigned char *bytes;
    size_t room, used;
    int lost;
} abidance_cursor;

/* Moves it so far from where that counts: from `begin`, from where it is, or from the end. What is `bounded` goes no
 * further than there is something, and tells how far it has gone. */
static __attribute__((unused)) int abidance_seek(abidance_cursor *cursor, int64_t begin, int64_t by, int64_t whence,
                                                 int bounded, int64_t *told)
{
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
        return 0;
    begin = whence == SEEK_CUR ? cursor->at : whence == SEEK_END ? cursor->size : begin;
    if (__builtin_add_overflow(begin, by, &by) || (by < 0 && !bounded))
        return 0;
    if (bounded)
        by = by < 0 ? 0 : by > cursor->size ? cursor->size : by;
    *told = bounded ? by - cursor->at : by;
    cursor->at = by;
    return 1;
}

/* Hands out what there is to read in the turns that do not fail: as much as each had, and the rest in the last one of
 * them. Turns for which nothing is left are none. Whether all is handed out, and no turn has more than it may. */
static __attribute__((unused)) int abidance_dealt(abidance_piece *turns, unsigned *count, const unsigned char *whole,
                                                  size_t size, size_t unit, size_t most)
{
    unsigned last = *count;
    for (unsigned turn = 0; turn < *count; turn++)
        last = turns[turn].at ? turn : last;
    for (unsigned turn = 0; turn < *count; turn++) {
        size_t here = turns[turn].size < unit ? unit : turns[turn].size;
        if (!turns[turn].at)
            continue;
        if (size == 0) {
            *count = turn;
            break;
        }
        here = turn == last || here > size ? size : here;
        turns[turn] = (abidance_piece){whole, here};
        whole += here, size -= here;
        if (here > most)
            return 0;
    }
    return size == 0;
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
