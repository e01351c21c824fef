/* What a traced call's arguments are looked at with. Memory is the program's: only what the contract says is there is read,
 * and never where no address can be. */
#ifndef ABIDANCE_LOOKING_H
#define ABIDANCE_LOOKING_H

static unsigned char abidance_zeros[4096] __attribute__((aligned(64), unused));

/* Sequences are what a run makes; of a program's call it is not known what came before it. */
#define abidance_sequence 1

/* Neither NULL nor such as `(void *)-1`, which stands for something, is an address of the program's (x86-64: 47 bits). */
#define abidance_absent(pointer) ((uintptr_t)(pointer) - 4096 >= (UINT64_C(1) << 47) - 4096)

enum { ABIDANCE_NO_TEXT = -1 };

static inline ptrdiff_t abidance_text_size(const void *at) { return abidance_absent(at) ? 0 : (ptrdiff_t)strlen(at); }

/* What a call's recording took. Longer than all that is looked at can take, and the scheduler took the processor away. */
static inline void abidance_own(abidance_stats *stats, uint64_t ticks)
{
    if (ticks >> 16)
        return;
    stats->own += ticks;
    stats->owned++;
}

/* A function that makes none shows a handle: what is known of its end is no longer so. */
static inline void abidance_shown(const void *at)
{
    for (unsigned kind = 0; kind < ABIDANCE_KINDS; kind++)
        if (abidance_gone(kind, at))
            abidance_lose(at);
}

#endif
