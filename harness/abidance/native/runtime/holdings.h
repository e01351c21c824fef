/* Who holds handles after a call, and which calls may be given them. It is the account of `boundary/encode/holdings.py`,
 * but for what calls answer, which is known here. */
#ifndef ABIDANCE_HOLDINGS_H
#define ABIDANCE_HOLDINGS_H

enum { ABIDANCE_NOBODY, ABIDANCE_CALLEE, ABIDANCE_CALLER, ABIDANCE_SHARED, ABIDANCE_EITHER };

/* What a call does to a handle at one parameter, or says of one that it leaves. `whole` is the place, among the handles
 * that it is given, of the one that this becomes a part of, or must be there as long as; where that is -1 it is the first of
 * kind `of_kind`, if that is none of -1. `parent` is the place of the one that it was made from. */
typedef struct {
    int owner, ends, acquires, always, lasts, part, into_result, lasts_with_result, until, changes, whole, of_kind, parent,
        is_static;
} abidance_hold;

/* Tell whether a set names a function, or has whatever changes what it is given, and the call does. */
enum { ABIDANCE_NAMED = 1, ABIDANCE_CHANGED };
static int abidance_is_until(int until, unsigned function, int changes);

static abidance_handle *abidance_whole(const abidance_hold *hold, const unsigned *given, unsigned count)
{
    if (hold->whole >= 0 && abidance_find(given[hold->whole]))
        return abidance_find(given[hold->whole]);
    for (unsigned i = 0; i < count && hold->of_kind >= 0; i++)
        if (abidance_find(given[i]) && (int)abidance_find(given[i])->kind == hold->of_kind)
            return abidance_find(given[i]);
    return NULL;
}

/* Return the handle of a kind that those which a call is given were made from, or are borrowed from. */
static abidance_handle *abidance_of_kind_above(int kind, const unsigned *given, unsigned count)
{
    static unsigned char found[ABIDANCE_KNOWN];
    static unsigned above[ABIDANCE_KNOWN];
    unsigned known = 0;
    memset(found, 0, abidance_handle_count);
    for (unsigned i = 0; i < count; i++)
        if (abidance_find(given[i]) && !found[given[i] - 1]++)
            above[known++] = given[i];
    for (unsigned i = 0; i < known; i++) {
        abidance_handle *each = abidance_find(above[i]);
        if ((int)each->kind == kind)
            return each;
        for (unsigned k = 0; k < each->source_count; k++)
            if (abidance_find(each->sources[k].id) && !found[each->sources[k].id - 1]++)
                above[known++] = each->sources[k].id;
    }
    return NULL;
}

/* Tell whether a handle may be put into another: it is not that one, and does not hold it. */
static int abidance_may_be_part(const abidance_handle *part, const abidance_handle *whole)
{
    static unsigned char found[ABIDANCE_KNOWN];
    static unsigned inside[ABIDANCE_KNOWN];
    unsigned count = 1;
    memset(found, 0, abidance_handle_count);
    inside[0] = part->id, found[part->id - 1] = 1;
    for (unsigned i = 0; i < count; i++) {
        const abidance_handle *each = abidance_find(inside[i]);
        if (abidance_may_be_same(each, whole))
            return 0;
        for (unsigned other = 0; other < abidance_handle_count; other++) {
            const abidance_handle *same = &abidance_handles[other];
            for (unsigned k = 0; k < same->parent_count; k++) /* what was made from it needs it */
                if (same->parents[k] == each->id && !found[other])
                    found[other] = 1, inside[count++] = other + 1;
            if (same->within.holder && abidance_may_be_same(abidance_find(same->within.holder), each) && !found[other])
                found[other] = 1, inside[count++] = other + 1;
            for (unsigned k = 0; k < same->needed_count; k++) /* what is lent to it is in it */
                if (abidance_may_be_same(abidance_find(same->needed[k].holder), each) && !found[other])
                    found[other] = 1, inside[count++] = other + 1;
            if (!abidance_may_be_same(same, each))
                continue;
            for (unsigned k = 0; k < same->part_count + same->needed_count; k++) {
                unsigned id = k < same->part_count ? same->parts[k] : same->needed[k - same->part_count].holder;
                if (!found[id - 1])
                    found[id - 1] = 1, inside[count++] = id;
            }
        }
    }
    return 1;
}

/* Tell whether the caller does not own already, by another name, what a call gives back. */
static int abidance_may_be_given_back(const abidance_handle *handle)
{
    for (unsigned i = 0; i < abidance_handle_count && !handle->references; i++)
        if (abidance_handles[i].references + abidance_handles[i].left && abidance_may_be_same(&abidance_handles[i], handle))
            return 0;
    return 1;
}

static int abidance_acts_on(const abidance_handle *child, const abidance_handle *parent, int depth);

/* Tell whether another handle must be there as long as one that was made from it, or as what it is borrowed from. */
static int abidance_outlives(const abidance_handle *handle, const abidance_handle *whole, int depth)
{
    if (handle != whole && abidance_acts_on(handle, whole, ABIDANCE_KEEPS))
        return 1;
    for (unsigned i = 0; i < handle->kept_count && depth; i++)
        if (abidance_outlives(abidance_find(handle->kept[i].holder), whole, depth - 1))
            return 1;
    return 0;
}

/* Tell whether a call may be given these handles, of which some are none. */
static __attribute__((unused)) int abidance_allows(const unsigned *given, const abidance_hold *holds, unsigned count, int refused)
{
    for (unsigned i = 0; i < count; i++) {
        abidance_handle *handle = abidance_find(given[i]), *whole = abidance_whole(&holds[i], given, count);
        if (!handle)
            continue;
        if (!handle->there || abidance_overfull)
            return 0;
        if ((holds[i].owner == ABIDANCE_CALLEE || (holds[i].ends && !refused)) && !abidance_may_give_away(handle))
            return 0;
        if (holds[i].owner == ABIDANCE_EITHER && !handle->references)
            return 0;
        if (holds[i].owner == ABIDANCE_CALLER && !abidance_may_be_given_back(handle))
            return 0;
        if (holds[i].parent >= 0 && abidance_find(given[holds[i].parent]) &&
            !abidance_is_from(handle, abidance_find(given[holds[i].parent])))
            return 0;
        if (whole && !abidance_may_be_part(handle, whole))
            return 0;
        /* Each would have to be there as long as the other. */
        if (whole && holds[i].lasts && holds[i].owner == ABIDANCE_NOBODY && abidance_outlives(handle, whole, ABIDANCE_KEEPS))
            return 0;
    }
    return 1;
}

/* Of a kind at most so many may be there: of those that come from the same handle, which is one of the places `given`
 * among those of the call, or, for one that is nested in another of its kind, one of `nested`; of all where none has parents. */
typedef struct { unsigned kind, most, given, nested; int has_parents; } abidance_few;

/* Handles of a kind lock what they come from, at the places `given`, unless the call has them as well. */
typedef struct { unsigned kind, given; int unless_given; } abidance_lock;

static int abidance_is_from_any(const abidance_handle *each, unsigned places, const unsigned *given, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const abidance_handle *source = places >> i & 1 ? abidance_find(given[i]) : NULL;
        for (unsigned k = 0; source && k < each->source_count; k++)
            if (abidance_may_be_same(abidance_find(each->sources[k].id), source))
                return 1;
    }
    return 0;
}

static __attribute__((unused)) int abidance_is_room_for(abidance_few few, const unsigned *given, unsigned count)
{
    unsigned there = 0, places = few.given;
    for (unsigned i = 0; i < count; i++)
        if (few.nested >> i & 1 && abidance_find(given[i]))
            places = few.nested;
    for (unsigned i = 0; i < abidance_alive; i++) {
        const abidance_handle *each = abidance_find(abidance_there[i]);
        int nested = 0;
        for (unsigned k = 0; k < each->source_count; k++)
            nested |= abidance_find(each->sources[k].id)->kind == few.kind;
        if (each->kind == few.kind && (!few.has_parents || (abidance_is_from_any(each, places, given, count) &&
                                                            (places == few.nested || !nested))))
            there++;
    }
    return there < few.most;
}

static __attribute__((unused)) int abidance_is_locked(abidance_lock lock, const unsigned *given, unsigned count)
{
    for (unsigned i = 0; i < abidance_alive; i++) {
        const abidance_handle *each = abidance_find(abidance_there[i]);
        int itself = 0;
        for (unsigned k = 0; k < count; k++)
            itself |= given[k] == each->id;
        if (each->kind == lock.kind && !(itself && lock.unless_given) && abidance_is_from_any(each, lock.given, given, count))
            return 1;
    }
    return 0;
}

static void abidance_put(abidance_keep *list, unsigned *count, unsigned holder, int until)
{
    for (unsigned i = 0; i < *count; i++)
        if (list[i].holder == holder && list[i].until == until)
            return;
    if (*count == ABIDANCE_KEEPS)
        abidance_overfull = 1;
    else
        list[(*count)++] = (abidance_keep){holder, until};
}

static void abidance_put_into(abidance_handle *whole, unsigned part)
{
    for (unsigned i = 0; i < whole->part_count; i++)
        if (whole->parts[i] == part)
            return;
    if (whole->part_count == ABIDANCE_PARTS)
        abidance_overfull = 1;
    else
        whole->parts[whole->part_count++] = part;
}

/* Tell whether a handle was made from another, or from one that was: a writer from what it writes to. */
static int abidance_acts_on(const abidance_handle *child, const abidance_handle *parent, int depth)
{
    const abidance_handle *whole = abidance_find(child->within.holder);
    if (whole && depth && (whole == parent || abidance_acts_on(whole, parent, depth - 1)))
        return 1;
    for (unsigned i = 0; i < parent->needed_count && depth; i++) {
        const abidance_handle *made = abidance_find(parent->needed[i].holder);
        if (made == child || abidance_acts_on(child, made, depth - 1))
            return 1;
    }
    for (unsigned i = 0; i < abidance_handle_count && depth; i++)
        for (unsigned k = 0; k < abidance_handles[i].parent_count; k++)
            if (abidance_handles[i].parents[k] == parent->id &&
                (&abidance_handles[i] == child || abidance_acts_on(child, &abidance_handles[i], depth - 1)))
                return 1;
    return 0;
}

/* Tell whether a handle is borrowed from another or goes with it, or with what does. */
static int abidance_is_part(const abidance_handle *part, const abidance_handle *whole, int depth)
{
    const abidance_handle *within = abidance_find(part->within.holder);
    if (within && depth && (within == whole || abidance_is_part(within, whole, depth - 1)))
        return 1;
    for (unsigned i = 0; i < part->kept_count && part->borrowed && depth; i++) {
        const abidance_handle *holder = abidance_find(part->kept[i].holder);
        if (holder == whole || abidance_is_part(holder, whole, depth - 1))
            return 1;
    }
    return 0;
}

/* Tell whether a call on what it is given ends that one handle is there as long as another. What changes a part changes
 * what it is borrowed from, and others may be gone, though not the part itself. */
static int abidance_ends_keep(const abidance_handle *of, abidance_keep keep, unsigned function, const unsigned *given,
                              const abidance_hold *holds, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const abidance_handle *handle = abidance_find(given[i]);
        const abidance_handle *holder = abidance_find(keep.holder);
        int until = handle ? abidance_is_until(keep.until, function, holds[i].changes) : 0;
        if (until && (abidance_may_be_same(handle, holder) ||
                      ((until == ABIDANCE_NAMED || handle != of) && abidance_is_part(handle, holder, ABIDANCE_KEEPS)) ||
                      (until == ABIDANCE_NAMED && abidance_acts_on(handle, holder, ABIDANCE_KEEPS))))
            return 1;
    }
    return 0;
}

/* Tell whether a call ends for certain that a handle must be there: one that is given it where it can be. */
static int abidance_lets_go(const abidance_handle *handle, abidance_keep keep, unsigned function, const unsigned *given,
                            const abidance_hold *holds, unsigned count)
{
    int holder = 0, itself = 0;
    unsigned of_kind = 0;
    const abidance_handle *kept_by = abidance_find(keep.holder);
    for (unsigned i = 0; i < count; i++) {
        const abidance_handle *each = abidance_find(given[i]);
        holder |= each == kept_by, itself |= each == handle;
        of_kind += each && each->kind == handle->kind;
    }
    return holder && abidance_ends_keep(handle, keep, function, given, holds, count) &&
           (itself || of_kind == (handle->kind == kept_by->kind));
}

/* Note which lifetimes a call has ended that are bound to what it was given: all are looked at before any is changed. */
static void abidance_end_keeps(unsigned function, const unsigned *given, const abidance_hold *holds, unsigned count, int success)
{
    static unsigned char over[ABIDANCE_KNOWN][2][ABIDANCE_KEEPS];
    for (unsigned i = 0; i < abidance_handle_count; i++) {
        const abidance_handle *each = &abidance_handles[i];
        for (unsigned k = 0; k < each->kept_count; k++)
            over[i][0][k] = !!abidance_ends_keep(each, each->kept[k], function, given, holds, count);
        for (unsigned k = 0; k < each->needed_count; k++)
            over[i][1][k] = success && abidance_lets_go(each, each->needed[k], function, given, holds, count);
    }
    for (unsigned i = 0; i < abidance_handle_count; i++) {
        abidance_handle *each = &abidance_handles[i];
        unsigned left = 0;
        for (unsigned k = 0; k < each->kept_count; k++)
            if (!over[i][0][k])
                each->kept[left++] = each->kept[k];
        each->kept_count = left, left = 0;
        for (unsigned k = 0; k < each->needed_count; k++)
            if (!over[i][1][k])
                each->needed[left++] = each->needed[k];
        each->needed_count = left;
    }
}

/* Tell whether a call on what it is given ends a handle for going with that. */
static int abidance_ends_within(const abidance_handle *part, unsigned function, const unsigned *given,
                                const abidance_hold *holds, unsigned count)
{
    for (unsigned i = 0; i < count && part->within.holder; i++) {
        const abidance_handle *handle = abidance_find(given[i]);
        if (handle && handle != part && abidance_may_be_same(handle, abidance_find(part->within.holder)) &&
            abidance_is_until(part->within.until, function, holds[i].changes))
            return 1;
    }
    return 0;
}

/* Note that a handle is the caller's again: whatever else may be this one is not known any more. */
static void abidance_give_back(abidance_handle *handle, int success)
{
    for (unsigned i = 0; i < abidance_handle_count; i++)
        if (abidance_may_be_same(&abidance_handles[i], handle))
            abidance_handles[i].kept_count = 0;
    if (success)
        handle->within = (abidance_keep){0, 0};
    if (success && !handle->references && !handle->left)
        handle->references = 1;
}

/* Note that a handle must be there as long as another; what is borrowed ends with what it is borrowed from. */
static void abidance_need(abidance_handle *handle, const abidance_handle *whole, int until, int depth)
{
    abidance_put(handle->needed, &handle->needed_count, whole->id, until);
    for (unsigned i = 0; i < handle->kept_count && depth; i++) {
        abidance_handle *holder = abidance_find(handle->kept[i].holder);
        if (holder && holder != whole)
            abidance_need(holder, whole, until, depth - 1);
    }
}

/* Note what has become of one handle that a call was given. */
static void abidance_give(abidance_handle *handle, const abidance_hold *hold, const unsigned *given, unsigned count, int success)
{
    abidance_handle *whole = abidance_whole(hold, given, count);
    if (hold->ends) {
        handle->references -= handle->references > 0;
        if (handle->within.holder)
            abidance_forget_others(handle);
        return;
    }
    if (hold->owner == ABIDANCE_EITHER) {
        if (success)
            handle->within = whole ? (abidance_keep){whole->id, hold->until} : (abidance_keep){0, 0};
        return;
    }
    if (hold->acquires) {
        handle->references += success;
        return;
    }
    if (hold->owner == ABIDANCE_CALLEE) {
        handle->references--;
        handle->left += !success && !hold->always;
    } else if (hold->owner == ABIDANCE_CALLER)
        abidance_give_back(handle, success);
    else if (hold->owner == ABIDANCE_NOBODY && hold->lasts && whole && whole != handle)
        abidance_need(handle, whole, hold->until, ABIDANCE_KEEPS);
    if (hold->owner == ABIDANCE_CALLEE && handle->within.holder && !(whole && hold->lasts))
        abidance_forget_others(handle);
    if (!whole || whole == handle || hold->owner == ABIDANCE_CALLER)
        return;
    if (hold->owner != ABIDANCE_NOBODY || hold->part)
        abidance_put_into(whole, handle->id);
    /* One that was not taken is the caller's still, unless a call that fails takes it as well. */
    if (hold->owner != ABIDANCE_NOBODY && hold->lasts && (success || (hold->owner == ABIDANCE_CALLEE && !hold->always)))
        abidance_put(handle->kept, &handle->kept_count, whole->id, hold->until);
}

/* Note what a call has done to the handles that it was given; one that is refused takes what a failing one takes. */
static __attribute__((unused)) void abidance_after(unsigned function, const unsigned *given, const abidance_hold *holds,
                                                   unsigned count, int refused, int success)
{
    abidance_end_keeps(function, given, holds, count, success);
    for (unsigned i = 0; i < abidance_handle_count && !refused; i++)
        if (abidance_ends_within(&abidance_handles[i], function, given, holds, count)) {
            abidance_gone_with(&abidance_handles[i]);
        }
    for (unsigned i = 0; i < count; i++)
        if (abidance_find(given[i]) && (!refused || holds[i].always))
            abidance_give(abidance_find(given[i]), &holds[i], given, count, success);
}

/* Note whose a handle is that a call has left. */
static __attribute__((unused)) void abidance_leaves(unsigned id, const abidance_hold *hold, const unsigned *given,
                                                  const abidance_hold *holds, unsigned count)
{
    abidance_handle *made = abidance_find(id), *whole = abidance_whole(hold, given, count);
    if (!made)
        return;
    if (!whole && hold->of_kind >= 0)
        whole = abidance_of_kind_above(hold->of_kind, given, count);
    made->borrowed = hold->owner == ABIDANCE_CALLEE;
    made->counted_anew = hold->owner == ABIDANCE_SHARED;
    made->references = !made->borrowed;
    made->lasting = hold->is_static;
    if (hold->owner == ABIDANCE_EITHER && whole)
        made->within = (abidance_keep){whole->id, hold->until};
    if (made->borrowed && whole) {
        abidance_comes_from(made, whole->id, "");
        abidance_put(made->kept, &made->kept_count, whole->id, hold->until);
    }
    for (unsigned i = 0; i < count; i++) {
        abidance_handle *each = abidance_find(given[i]);
        if (each && holds[i].into_result)
            abidance_put_into(made, each->id);
        if (each && holds[i].lasts_with_result && holds[i].owner == ABIDANCE_EITHER)
            each->within = (abidance_keep){id, holds[i].until};
        else if (each && holds[i].lasts_with_result && holds[i].owner == ABIDANCE_NOBODY)
            abidance_need(each, made, holds[i].until, ABIDANCE_KEEPS);
        else if (each && holds[i].lasts_with_result) {
            abidance_put_into(made, each->id);
            if (holds[i].lasts)
                abidance_put(each->kept, &each->kept_count, made->id, holds[i].until);
        }
    }
}

/* Note that a call has brought handles together, so that what it leaves may be any of them. */
static __attribute__((unused)) void abidance_together(unsigned one, unsigned other)
{
    abidance_handle *first = abidance_find(one), *second = abidance_find(other);
    if (!first || !second || first->group == second->group)
        return;
    unsigned gone = second->group;
    for (unsigned i = 0; i < abidance_handle_count; i++)
        if (abidance_handles[i].group == gone)
            abidance_handles[i].group = first->group;
}

/* The handle that is ended next: the youngest that no other needs, then the others; NULL when nothing is owed any more. */
static abidance_handle *abidance_owed(void)
{
    abidance_handle *any = NULL;
    for (unsigned i = abidance_handle_count; i-- > 0;) {
        abidance_handle *each = &abidance_handles[i];
        if (each->references + each->left <= 0)
            continue;
        if (!abidance_is_needed(each))
            return each;
        any = any ? any : each;
    }
    return any;
}

#endif
