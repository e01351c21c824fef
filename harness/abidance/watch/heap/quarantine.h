/* Blocks that calls gave back, held until the plan ends: nobody is given one again meanwhile, so that a pointer
 * into one that is still followed finds the fill, and one that is freed twice is known. The oldest go first.
 */
#ifndef ABIDANCE_QUARANTINE_H
#define ABIDANCE_QUARANTINE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define QUARANTINE_BLOCKS (1u << 12) /* a power of two */
#define QUARANTINE_BYTES ((size_t)16 << 20)
#define QUARANTINE_LARGEST ((size_t)256 << 10)

struct quarantined {
    void *block;
    size_t size;           /* all of it */
    uint64_t asked;        /* what its owner knew of: its first bytes */
    uint64_t made, freed;  /* where it was asked for and given back */
};

static struct quarantined quarantine[QUARANTINE_BLOCKS];
static unsigned quarantine_first, quarantine_count;
static size_t quarantine_bytes;
static atomic_flag quarantine_lock = ATOMIC_FLAG_INIT;

static void quarantine_enter(void) {
    while (atomic_flag_test_and_set_explicit(&quarantine_lock, memory_order_acquire))
        ;
}

static void quarantine_leave(void) { atomic_flag_clear_explicit(&quarantine_lock, memory_order_release); }

/* Lets the oldest go, which must be there; `look` sees it once more. */
static void *quarantine_oldest(void (*look)(const struct quarantined *)) {
    struct quarantined *oldest = &quarantine[quarantine_first];
    quarantine_first = (quarantine_first + 1) & (QUARANTINE_BLOCKS - 1);
    quarantine_count--;
    quarantine_bytes -= oldest->size;
    look(oldest);
    return oldest->block;
}

/* Takes a block; returns one to free for good, if any. */
static void *quarantine_take(struct quarantined taken, void (*look)(const struct quarantined *)) {
    if (taken.size > QUARANTINE_LARGEST)
        return taken.block;
    quarantine_enter();
    void *out = NULL;
    if (quarantine_count == QUARANTINE_BLOCKS || quarantine_bytes + taken.size > QUARANTINE_BYTES)
        out = quarantine_oldest(look);
    quarantine[(quarantine_first + quarantine_count++) & (QUARANTINE_BLOCKS - 1)] = taken;
    quarantine_bytes += taken.size;
    quarantine_leave();
    return out;
}

/* Tells whether an address is in a block that is held. */
static int quarantine_holds(const void *at) {
    int found = 0;
    quarantine_enter();
    for (unsigned i = 0; i < quarantine_count && !found; i++) {
        const struct quarantined *each = &quarantine[(quarantine_first + i) & (QUARANTINE_BLOCKS - 1)];
        found = (uintptr_t)at - (uintptr_t)each->block < each->size;
    }
    quarantine_leave();
    return found;
}

static void quarantine_each(void (*look)(const struct quarantined *)) {
    quarantine_enter();
    for (unsigned i = 0; i < quarantine_count; i++)
        look(&quarantine[(quarantine_first + i) & (QUARANTINE_BLOCKS - 1)]);
    quarantine_leave();
}

/* Lets all go, through `release`; `look` sees each once more. */
static void quarantine_end(void (*look)(const struct quarantined *), void (*release)(void *)) {
    quarantine_enter();
    while (quarantine_count != 0)
        release(quarantine_oldest(look));
    quarantine_leave();
}

#endif
