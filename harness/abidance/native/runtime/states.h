/* How a new handle is brought into a state in which a call is lawful, and one into a state in which it may be ended. */
#ifndef ABIDANCE_STATES_H
#define ABIDANCE_STATES_H

static unsigned abidance_forced;  /* the handle that the next call takes, whatever the input says */
static const char *abidance_role; /* of a call that is made on a handle for another one, or to end it */
static unsigned abidance_making;  /* handles are being made, or brought somewhere, for a call */

/* Calls that lead a handle from one of the states `from` to one of those `to`. */
typedef struct { int (*call)(int alone); uint64_t from, to; } abidance_way;
typedef struct { const abidance_way *all; unsigned count; } abidance_ways;
enum { ABIDANCE_MOST_WAYS = 32, ABIDANCE_MOST_STEPS = 12 };

/* Return the states that the first call of a shortest way from `state` to the `wanted` ones leads to; none without one. */
static uint64_t abidance_nearer(abidance_ways ways, uint64_t wanted, unsigned state)
{
    for (uint64_t reached = wanted, more;; reached |= more) {
        more = 0;
        for (unsigned i = 0; i < ways.count; i++)
            if (ways.all[i].to & reached)
                more |= ways.all[i].from;
        if (more >> state & 1)
            return reached;
        if (!(more & ~reached))
            return 0;
    }
}

/* Of the states in which a call is lawful, some byte says that it is one alone. */
static uint64_t abidance_wished(uint64_t states)
{
    if (states == ABIDANCE_ANY_STATE || !(states & (states - 1)))
        return states;
    uint8_t byte = abidance_byte();
    if (byte < ABIDANCE_WANDERS)
        return states;
    for (unsigned nth = byte % (unsigned)__builtin_popcountll(states); nth; nth--)
        states &= states - 1;
    return states & -states;
}

/* Make calls on a new handle, as the input says, until it is in a state in which the call under test is lawful. */
static void abidance_bring(unsigned id, abidance_ways ways, abidance_order order)
{
    uint64_t wanted = abidance_wished(order.states);
    const char *role = abidance_role;
    unsigned forced = abidance_forced;
    abidance_making++;
    for (int step = 0; step < ABIDANCE_MOST_STEPS; step++) {
        abidance_handle *handle = abidance_find(id);
        if (!handle || wanted >> handle->state & 1)
            break;
        unsigned usable[ABIDANCE_MOST_WAYS], count = 0;
        uint64_t nearer = abidance_nearer(ways, wanted, handle->state);
        for (unsigned i = 0; i < ways.count && count < ABIDANCE_MOST_WAYS; i++)
            if (ways.all[i].from >> handle->state & 1 && ways.all[i].to & nearer)
                usable[count++] = i;
        if (!count)
            break;
        abidance_role = "way", abidance_forced = id;
        if (!ways.all[usable[abidance_byte() % count]].call(0))
            break;
    }
    abidance_making--;
    abidance_role = role, abidance_forced = forced;
}

/* Make a call that leads a handle to where it may be ended; it takes nothing of the input. */
static __attribute__((unused)) void abidance_close(unsigned id, unsigned state, int (*call)(int))
{
    abidance_handle *handle = abidance_find(id);
    const uint8_t *next = abidance_next;
    const char *role = abidance_role;
    unsigned forced = abidance_forced;
    if (!handle || handle->state != state)
        return;
    abidance_next = abidance_end, abidance_role = "end", abidance_forced = id;
    call(0);
    abidance_next = next, abidance_role = role, abidance_forced = forced;
}

#endif
