/* The handles of an input, in the order in which they were made, and which of them are there. */
#ifndef ABIDANCE_HANDLES_H
#define ABIDANCE_HANDLES_H

enum { ABIDANCE_PARENTS = 8, ABIDANCE_KEEPS = 8, ABIDANCE_PARTS = 12, ABIDANCE_KNOWN = 256 };

/* That a handle is there, or must be, as long as another is: until calls on that one which end it, by a set of them. */
typedef struct { unsigned holder; int until; } abidance_keep;

/* `references` are those of the caller; it has those that are `left` only since a call has not taken them, and gives
 * them back at the end. One that is `borrowed`, or `counted_anew`, may be the same as another of its `group`, which calls have
 * brought together; `lasting` is what is there for ever. What it is there for besides is `kept`, what it must outlive `needed`,
 * what it goes with, though the caller may destroy it before, `within`, and what was put into it `parts`.
 * `boundary/encode/holdings.py` has the same account before any call is made. */
typedef struct {
    void *at;
    unsigned kind, id, step;
    const char *path;
    unsigned parents[ABIDANCE_PARENTS]; /* the handles that must outlive it, by their ids */
    unsigned parent_count;
    struct { unsigned id; const char *parameter; } sources[ABIDANCE_PARENTS]; /* what it was made or is borrowed from, even
                                                                              * where that need not outlive it */
    unsigned source_count;
    int busy;             /* the call that is being made has it already */
    unsigned state, used; /* the state that it is in, and a bit for each call that is made once and was */
    int lost;             /* nothing says any more which state it is in: none is judged */
    int references, left, borrowed, counted_anew, lasting, there;
    unsigned group, kept_count, needed_count, part_count;
    abidance_keep kept[ABIDANCE_KEEPS], needed[ABIDANCE_KEEPS], within;
    unsigned parts[ABIDANCE_PARTS];
    abidance_int created[ABIDANCE_CREATED]; /* the numbers that it was created with, and a bit for each that is known */
    unsigned known;
} abidance_handle;

/* In which states a call may be made on a handle, a bit for each; 0 is that of handles whose contract names none. Of
 * `once` is the bit of a call that is made once, and `from` is the handle that it must have been made from. */
typedef struct { uint64_t states; unsigned once, from; } abidance_order;
#define ABIDANCE_ANY_STATE UINT64_MAX

static abidance_handle abidance_handles[ABIDANCE_KNOWN];
static unsigned abidance_handle_count;                /* how many there are, whether or not they are there still */
static unsigned abidance_there[ABIDANCE_KNOWN]; /* those that are there, by their ids */
static unsigned abidance_alive;
static int abidance_overfull;  /* more hold each other than is kept account of */
static int abidance_sequence;  /* calls go on with what earlier ones have made */
static int abidance_only_reads; /* nothing is asked that may change a handle */
static unsigned abidance_asker; /* which condition asks, of those that may spoil what others ask */

static abidance_handle *abidance_find(unsigned id)
{
    return id && id <= abidance_handle_count ? &abidance_handles[id - 1] : NULL;
}

/* Which handle keeps a script of a callback, in which run. */
typedef struct { unsigned long run; unsigned id; } abidance_owner;

static int abidance_script_mixed __attribute__((unused)); /* that script may be invoked as another's, too */

/* A script that no handle keeps, for a callback that one is given now, or that it has given, where all are kept. */
static __attribute__((unused)) unsigned abidance_script_for(abidance_owner *owners, unsigned count, unsigned id)
{
    unsigned found = abidance_step % count;
    abidance_script_mixed = 1;
    for (unsigned i = 0; i < count; i++) {
        abidance_handle *keeper = owners[i].run == abidance_runs ? abidance_find(owners[i].id) : NULL;
        if (!keeper || !keeper->there) {
            found = i, abidance_script_mixed = 0;
            break;
        }
    }
    owners[found] = (abidance_owner){abidance_runs, id};
    return found;
}

/* Which callback a handle was given last, in which run: its number among those of one name, 0 where nobody knows. */
typedef struct { unsigned long run; unsigned which; void *script; } abidance_kept_callback;

static __attribute__((unused)) void abidance_keeps(abidance_kept_callback *kept, unsigned id, unsigned which, void *script)
{
    if (id && id <= ABIDANCE_KNOWN)
        kept[id - 1] = (abidance_kept_callback){abidance_runs, which, script};
}

static __attribute__((unused)) abidance_kept_callback abidance_kept_by(const abidance_kept_callback *kept, unsigned id)
{
    int known = id && id <= ABIDANCE_KNOWN && kept[id - 1].run == abidance_runs;
    return known ? kept[id - 1] : (abidance_kept_callback){0, 0, NULL};
}

static unsigned abidance_alive_of(unsigned kind)
{
    unsigned count = 0;
    for (unsigned i = 0; i < abidance_alive; i++)
        count += abidance_find(abidance_there[i])->kind == kind;
    return count;
}

/* Tell whether a call may be made that makes `more` handles; of one that makes more than there may be, some are lost. */
static __attribute__((unused)) int abidance_has_room(unsigned kind, unsigned more)
{
    unsigned alive = abidance_alive_of(kind);
    return (!alive || alive + more <= ABIDANCE_MOST_ALIVE) && abidance_handle_count + 8 < ABIDANCE_KNOWN;
}

static __attribute__((unused)) void abidance_add_parent(abidance_handle *made, unsigned parent)
{
    for (unsigned i = 0; i < made->parent_count; i++)
        if (made->parents[i] == parent)
            return;
    if (made->parent_count == ABIDANCE_PARENTS)
        abidance_overfull = 1;
    else
        made->parents[made->parent_count++] = parent;
}

/* What is made from another of its kind, as a copy is, must not outlive what that one must not. */
static __attribute__((unused)) void abidance_take_parents(abidance_handle *made, const abidance_handle *original)
{
    for (unsigned i = 0; original && i < original->parent_count; i++)
        abidance_add_parent(made, original->parents[i]);
}

/* What is made from another must not outlive that, nor what that one is borrowed from. */
static __attribute__((unused)) void abidance_be_outlived_by(abidance_handle *made, unsigned parent)
{
    unsigned next = made->parent_count;
    if (parent)
        abidance_add_parent(made, parent);
    for (; next < made->parent_count; next++) {
        const abidance_handle *each = abidance_find(made->parents[next]);
        for (unsigned k = 0; k < each->kept_count; k++)
            abidance_add_parent(made, each->kept[k].holder);
    }
}

/* What is made from one must not outlive what that was made from, as far as it is of a kind. */
static __attribute__((unused)) void abidance_take_parents_of_kind(abidance_handle *made, const abidance_handle *from,
                                                                  unsigned kind, int far)
{
    for (unsigned i = 0; from && far && i < from->parent_count; i++) {
        const abidance_handle *each = abidance_find(from->parents[i]);
        if (each->kind == kind)
            abidance_be_outlived_by(made, from->parents[i]);
        else
            abidance_take_parents_of_kind(made, each, kind, far - 1);
    }
}

/* Note that a handle was made or is borrowed from another, which was a parameter; of a copy, what the original was made from. */
static __attribute__((unused)) void abidance_comes_from(abidance_handle *made, unsigned source, const char *parameter)
{
    if (source && made->source_count == ABIDANCE_PARENTS)
        abidance_overfull = 1;
    else if (source) {
        made->sources[made->source_count].id = source;
        made->sources[made->source_count++].parameter = parameter;
    }
}

static __attribute__((unused)) void abidance_comes_from_those_of(abidance_handle *made, const abidance_handle *original)
{
    for (unsigned i = 0; original && i < original->source_count; i++)
        abidance_comes_from(made, original->sources[i].id, original->sources[i].parameter);
}

/* What was a parameter when a handle was made; 0 for none. */
static __attribute__((unused)) unsigned abidance_source_of(unsigned id, const char *parameter)
{
    const abidance_handle *handle = abidance_find(id);
    for (unsigned i = 0; handle && i < handle->source_count; i++)
        if (!strcmp(handle->sources[i].parameter, parameter))
            return handle->sources[i].id;
    return 0;
}

/* Tell whether a number is that of a handle which nobody has ended. */
static __attribute__((unused)) int abidance_is_in_use(unsigned kind, const void *number)
{
    for (unsigned i = 0; i < abidance_alive; i++) {
        const abidance_handle *each = abidance_find(abidance_there[i]);
        if (each->kind == kind && each->at == number && each->references && !each->borrowed)
            return 1;
    }
    return 0;
}

/* The id of the handle that was made; 0 when there is no room, and then the caller must not have made it. */
static unsigned abidance_add_handle(abidance_handle made)
{
    if (abidance_alive_of(made.kind) == ABIDANCE_MOST_OF_KIND || abidance_handle_count == ABIDANCE_KNOWN)
        return 0;
    made.id = made.group = abidance_handle_count + 1;
    made.there = 1;
    abidance_handles[abidance_handle_count++] = made;
    abidance_there[abidance_alive++] = made.id;
    return made.id;
}

static int abidance_may_be_same(const abidance_handle *one, const abidance_handle *other)
{
    int another = one->borrowed || one->counted_anew || other->borrowed || other->counted_anew;
    return one == other || (one->kind == other->kind && another && one->group == other->group);
}

/* Note that a handle is gone which others lent: it may be any of those that came back. */
static void abidance_forget_others(const abidance_handle *gone)
{
    for (unsigned i = 0; i < abidance_handle_count; i++)
        if (abidance_handles[i].borrowed && &abidance_handles[i] != gone && abidance_may_be_same(&abidance_handles[i], gone))
            abidance_handles[i].kept_count = 0;
}

/* Tell whether somebody has a reference to a handle, or keeps it, as far as that is known by now. */
static int abidance_is_kept(const abidance_handle *handle)
{
    for (unsigned k = 0; k < handle->kept_count; k++)
        if (abidance_find(handle->kept[k].holder)->there)
            return 1;
    return handle->references > 0 || handle->lasting;
}

/* Note that a handle has gone with another, or may have: nobody is given it, nor destroys it. */
static void abidance_gone_with(abidance_handle *handle)
{
    handle->references = handle->left = handle->there = 0;
    handle->kept_count = 0;
    if (handle->within.holder)
        abidance_forget_others(handle);
}

/* Leave out those that are not there any more: nobody has a reference, nor keeps them, or what they go with is gone. */
static void abidance_settle(void)
{
    for (int again = 1; again;) {
        for (unsigned i = 0; i < abidance_alive; i++)
            abidance_find(abidance_there[i])->there = 0;
        for (int more = 1; more;) {
            more = 0;
            for (unsigned i = 0; i < abidance_alive; i++) {
                abidance_handle *each = abidance_find(abidance_there[i]);
                const abidance_handle *whole = abidance_find(each->within.holder);
                if (!each->there && (!whole || whole->there) && abidance_is_kept(each))
                    more = each->there = 1;
            }
        }
        again = 0;
        for (unsigned i = 0; i < abidance_alive; i++) {
            abidance_handle *each = abidance_find(abidance_there[i]);
            const abidance_handle *whole = abidance_find(each->within.holder);
            if (whole && !whole->there && (each->references || each->left || each->kept_count))
                abidance_gone_with(each), again = 1;
        }
    }
    unsigned kept = 0;
    for (unsigned i = 0; i < abidance_alive; i++)
        if (abidance_find(abidance_there[i])->there)
            abidance_there[kept++] = abidance_there[i];
    abidance_alive = kept;
}

/* Note that a handle is gone whoever held it. */
static void abidance_remove(unsigned id)
{
    abidance_handle *gone = abidance_find(id);
    if (!gone)
        return;
    gone->lasting = 0;
    abidance_gone_with(gone);
    abidance_settle();
}

/* Note where a handle is from now on; one that was to be replaced, and of which NULL is left, is nobody's any more. */
static __attribute__((unused)) void abidance_replace(unsigned id, void *at)
{
    abidance_handle *replaced = abidance_find(id);
    if (replaced)
        replaced->at = at;
    if (!at) {
        abidance_unowned = 1;
        abidance_remove(id);
    }
}

static void abidance_all_idle(void)
{
    for (unsigned i = 0; i < abidance_alive; i++)
        abidance_find(abidance_there[i])->busy = 0;
}

/* Tell whether another handle is there that this one must outlive, or one that goes with it. */
static int abidance_is_needed(const abidance_handle *handle)
{
    for (unsigned i = 0; i < handle->needed_count; i++)
        if (abidance_find(handle->needed[i].holder)->there)
            return 1;
    for (unsigned i = 0; i < abidance_alive; i++) {
        const abidance_handle *child = abidance_find(abidance_there[i]);
        for (unsigned k = 0; k < child->parent_count; k++)
            if (child->parents[k] == handle->id)
                return 1;
        if (child->within.holder == handle->id && abidance_is_needed(child))
            return 1;
    }
    return 0;
}

/* Tell whether the caller has a reference that it may give back, or away. */
static int abidance_may_give_away(const abidance_handle *handle)
{
    return handle->references > 1 || (handle->references == 1 && !abidance_is_needed(handle));
}

/* Tell whether a handle was made from another, is borrowed from it, or was made from what that was made from. */
static int abidance_is_from(const abidance_handle *child, const abidance_handle *parent)
{
    int of_kind = 0, shared = 0;
    if (child->left) /* a call was to put it somewhere, and did not */
        return 0;
    for (unsigned i = 0; i < child->kept_count; i++) {
        const abidance_handle *holder = abidance_find(child->kept[i].holder);
        if (holder == parent)
            return 1;
        of_kind |= holder->kind == parent->kind;
        for (unsigned k = 0; k < parent->kept_count; k++)
            shared |= abidance_find(parent->kept[k].holder) == holder;
    }
    for (unsigned i = 0; i < child->parent_count; i++)
        shared |= child->parents[i] == parent->id;
    return (!of_kind && shared) || child->within.holder == parent->id;
}

static int abidance_is_lawful(unsigned id, abidance_order order)
{
    abidance_handle *handle = abidance_find(id), *from = abidance_find(order.from);
    return handle && order.states >> handle->state & 1 && !(handle->used & order.once) &&
           (!from || abidance_is_from(handle, from));
}

/* Choose a handle that is there, for a call in a sequence, which `gives` it up or `ends` it, so that it must be the
 * caller's. 0 asks for a new one, which there is room for; -1 tells that there is none. Where the call is not lawful on
 * the one that the input says, it is the next on which it is; where it is on none, the one of the input, so that what
 * follows in it means what it did. */
enum { ABIDANCE_USES, ABIDANCE_GIVES, ABIDANCE_ENDS };
static int abidance_choose(unsigned kind, int how, abidance_order order)
{
    unsigned usable[ABIDANCE_MOST_OF_KIND], count = 0, of_kind = 0;
    for (unsigned i = 0; i < abidance_alive; i++) {
        abidance_handle *each = abidance_find(abidance_there[i]);
        if (each->kind != kind)
            continue;
        of_kind++;
        if (!each->busy && (how == ABIDANCE_USES || abidance_may_give_away(each)))
            usable[count++] = each->id;
    }
    uint8_t byte = abidance_byte();
    if ((count == 0 || (byte >= ABIDANCE_NEW && how != ABIDANCE_ENDS)) && abidance_has_room(kind, 1))
        return how == ABIDANCE_ENDS ? -1 : 0;
    for (unsigned i = 0; i < count; i++)
        if (abidance_is_lawful(usable[(byte + i) % count], order))
            return (int)usable[(byte + i) % count];
    return count ? (int)usable[byte % count] : -1;
}

static void abidance_show_handle(unsigned id, const char *kind)
{
    abidance_handle *handle = abidance_find(id);
    printf("{\"earlier\": [%u, \"%s\", %s]", handle->step, handle->path, kind);
}

#endif
