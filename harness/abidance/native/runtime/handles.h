/* The handles that are alive, in the order in which they were made. */
#ifndef ABIDANCE_HANDLES_H
#define ABIDANCE_HANDLES_H

enum { ABIDANCE_PARENTS = 4 };
typedef struct {
    void *at;
    unsigned kind, id, step;
    const char *path;
    unsigned parents[ABIDANCE_PARENTS]; /* the handles that must outlive it, by their ids */
    unsigned parent_count;
    int busy;            /* the call that is being made has it already */
    unsigned state, used; /* the state that it is in, and a bit for each call that is made once and was */
    int lost;            /* nothing says any more which state it is in: none is judged */
} abidance_handle;

/* In which states a call may be made on a handle, a bit for each; 0 is that of handles whose contract names none. Of
 * `once` is the bit of a call that is made once. */
typedef struct { uint64_t states; unsigned once; } abidance_order;
#define ABIDANCE_ANY_STATE UINT64_MAX

static abidance_handle abidance_handles[ABIDANCE_KINDS * ABIDANCE_MOST_ALIVE + 1];
static unsigned abidance_alive, abidance_last_id;
static int abidance_sequence; /* calls go on with what earlier ones have made */

static unsigned abidance_alive_of(unsigned kind)
{
    unsigned count = 0;
    for (unsigned i = 0; i < abidance_alive; i++)
        count += abidance_handles[i].kind == kind;
    return count;
}

static int abidance_is_parent(unsigned id)
{
    for (unsigned i = 0; i < abidance_alive; i++)
        for (unsigned k = 0; k < abidance_handles[i].parent_count; k++)
            if (abidance_handles[i].parents[k] == id)
                return 1;
    return 0;
}

/* The id of the handle that was made; 0 when there is no room, and then the caller must not have made it. */
static unsigned abidance_add_handle(abidance_handle made)
{
    if (abidance_alive_of(made.kind) == ABIDANCE_MOST_ALIVE)
        return 0;
    made.id = ++abidance_last_id;
    abidance_handles[abidance_alive++] = made;
    return made.id;
}

static abidance_handle *abidance_find(unsigned id)
{
    for (unsigned i = 0; i < abidance_alive; i++)
        if (abidance_handles[i].id == id)
            return &abidance_handles[i];
    return NULL;
}

static void abidance_remove(unsigned id)
{
    abidance_handle *gone = abidance_find(id);
    if (!gone)
        return;
    size_t behind = (size_t)(&abidance_handles[abidance_alive] - gone) - 1;
    memmove(gone, gone + 1, behind * sizeof *gone);
    abidance_alive--;
}

static void abidance_all_idle(void)
{
    for (unsigned i = 0; i < abidance_alive; i++)
        abidance_handles[i].busy = 0;
}

static int abidance_is_lawful(unsigned id, abidance_order order)
{
    abidance_handle *handle = abidance_find(id);
    return handle && order.states >> handle->state & 1 && !(handle->used & order.once);
}

/* Choose a handle that is alive, for a call in a sequence: `to_end` when the call ends it. 0 asks for a new one, which
 * there is room for; -1 tells that there is none. Where the call is not lawful on the one that the input says, it is
 * the next on which it is; where it is on none, the one of the input, so that what follows in it means what it did. */
static int abidance_choose(unsigned kind, int to_end, abidance_order order)
{
    unsigned usable[ABIDANCE_MOST_ALIVE], count = 0, of_kind = 0;
    for (unsigned i = 0; i < abidance_alive; i++) {
        abidance_handle *each = &abidance_handles[i];
        if (each->kind != kind)
            continue;
        of_kind++;
        if (!each->busy && !(to_end && abidance_is_parent(each->id)))
            usable[count++] = each->id;
    }
    uint8_t byte = abidance_byte();
    if ((count == 0 || (byte >= ABIDANCE_NEW && !to_end)) && of_kind < ABIDANCE_MOST_ALIVE)
        return to_end ? -1 : 0;
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
