/* What calls have left that lasts: it is looked at again after later calls, until a call ends that it is there. It is the
 * account of `boundary/encode/borrowed_results.py`, but for what calls answer, which is known here. */
#ifndef ABIDANCE_LASTING_H
#define ABIDANCE_LASTING_H

enum { ABIDANCE_MOST_STAY = 8, ABIDANCE_STAY_SIZE = 1 << 12 };

/* As long as `holder` is there; of none, for ever. What `stays` may not change, as far as there is a copy. */
typedef struct {
    unsigned holder;
    int until, stays;
    const char *function, *what;
    const unsigned char *at;
    size_t size, copied;
} abidance_stay;

static abidance_stay abidance_stay_each[ABIDANCE_MOST_STAY]; /* the newest last */
static unsigned char abidance_stay_copies[ABIDANCE_MOST_STAY][ABIDANCE_STAY_SIZE];
static unsigned abidance_stay_count;
static unsigned long abidance_stay_run; /* in which they were left */

static void abidance_stay_drop(unsigned which)
{
    abidance_stay_count--;
    for (unsigned i = which; i < abidance_stay_count; i++) {
        abidance_stay_each[i] = abidance_stay_each[i + 1];
        memcpy(abidance_stay_copies[i], abidance_stay_copies[i + 1], abidance_stay_each[i].copied);
    }
}

/* Tell whether a handle was put into another, or into what that holds. */
static int abidance_may_be_in(const abidance_handle *part, const abidance_handle *whole, int depth)
{
    for (unsigned i = 0; i < whole->part_count && depth; i++) {
        const abidance_handle *inside = abidance_find(whole->parts[i]);
        if (inside == part || abidance_may_be_in(part, inside, depth - 1))
            return 1;
    }
    for (unsigned i = 0; i < part->kept_count && depth; i++) {
        const abidance_handle *holder = abidance_find(part->kept[i].holder);
        if (holder == whole || abidance_may_be_in(holder, whole, depth - 1))
            return 1;
    }
    return 0;
}

/* Tell whether a call ends that memory is there, or may: it ends or takes the handle, or what the handle holds is changed. */
static int abidance_ends_stay(const abidance_stay *each, unsigned function, const unsigned *given,
                                 const abidance_hold *holds, unsigned count)
{
    const abidance_handle *holder = abidance_find(each->holder);
    if (!holder)
        return abidance_is_until(each->until, function, 0) != 0;
    if (!holder->there || abidance_ends_keep(NULL, (abidance_keep){each->holder, each->until}, function, given, holds, count))
        return 1;
    for (unsigned i = 0; i < count; i++) {
        const abidance_handle *handle = abidance_find(given[i]);
        if (handle && (holds[i].ends || holds[i].owner == ABIDANCE_CALLEE) && abidance_may_be_same(handle, holder))
            return 1;
        if (handle && abidance_is_until(each->until, function, holds[i].changes) == ABIDANCE_CHANGED &&
            abidance_may_be_in(handle, holder, ABIDANCE_KEEPS))
            return 1;
    }
    return 0;
}

/* Forget what a call ends, which is about to be noted of the handles that it was given. */
static __attribute__((unused)) void abidance_end_stays(unsigned function, const unsigned *given, const abidance_hold *holds,
                                                         unsigned count)
{
    if (abidance_stay_run != abidance_runs)
        abidance_stay_run = abidance_runs, abidance_stay_count = 0;
    for (unsigned i = abidance_stay_count; i-- > 0;)
        if (abidance_ends_stay(&abidance_stay_each[i], function, given, holds, count))
            abidance_stay_drop(i);
}

/* Forget what a function ends that was asked about a call. */
static __attribute__((unused)) void abidance_asked_ends_stays(unsigned function)
{
    for (unsigned i = abidance_stay_count; i-- > 0;)
        if (abidance_is_until(abidance_stay_each[i].until, function, 0))
            abidance_stay_drop(i);
}

/* Look again at what lasts, once it is known which handles the call has left. */
static __attribute__((unused)) void abidance_look_again(int judges)
{
    for (unsigned i = abidance_stay_count; i-- > 0;) {
        abidance_stay *each = &abidance_stay_each[i];
        if (each->holder && !abidance_find(each->holder)->there)
            abidance_stay_drop(i);
        else if (judges && !abidance_overfull && (!abidance_readable(each->at, each->size) ||
                            (each->stays && memcmp(each->at, abidance_stay_copies[i], each->copied)))) {
            abidance_report("ABD374", each->function, each->what);
            abidance_stay_drop(i);
        }
    }
}

/* Return the handle as long as which memory is there: at a place among those that a call is given, or of a kind. */
static __attribute__((unused)) unsigned abidance_holder(int place, int kind, const unsigned *given, unsigned count)
{
    abidance_hold hold = {.whole = place, .of_kind = kind};
    const abidance_handle *found = abidance_whole(&hold, given, count);
    if (!found && kind >= 0)
        found = abidance_of_kind_above(kind, given, count);
    return found ? found->id : 0;
}

/* Note that so many elements and `more` bytes at a place last, where they are there. */
static __attribute__((unused)) void abidance_lasts(const unsigned char *at, uint64_t count, size_t unit, size_t more,
                                                   abidance_stay how)
{
    if (!at || count > (1 << 24) / unit || (how.holder && !abidance_find(how.holder)->there))
        return;
    how.at = at, how.size = (size_t)count * unit + more;
    if (!how.size || !abidance_readable(at, how.size))
        return;
    if (abidance_stay_count == ABIDANCE_MOST_STAY)
        abidance_stay_drop(0);
    how.copied = !how.stays ? 0 : how.size < ABIDANCE_STAY_SIZE ? how.size : ABIDANCE_STAY_SIZE;
    memcpy(abidance_stay_copies[abidance_stay_count], at, how.copied);
    abidance_stay_each[abidance_stay_count++] = how;
}

#endif
