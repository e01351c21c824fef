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
    size_t size;
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

/* Lets the oldest go; NULL when there is none. */
static void *quarantine_oldest(void) {
    if (quarantine_count == 0)
        return NULL;
    struct quarantined *oldest = &quarantine[quarantine_first];
    quarantine_first = (quarantine_first + 1) & (QUARANTINE_BLOCKS - 1);
    quarantine_count--;
    quarantine_bytes -= oldest->size;
    return oldest->block;
}

/* Takes a block; returns one to free for good, if any. */
static void *quarantine_take(void *block, size_t size) {
    if (size > QUARANTINE_LARGEST)
        return block;
    quarantine_enter();
    void *out = NULL;
    if (quarantine_count == QUARANTINE_BLOCKS || quarantine_bytes + size > QUARANTINE_BYTES)
        out = quarantine_oldest();
    quarantine[(quarantine_first + quarantine_count++) & (QUARANTINE_BLOCKS - 1)] = (struct quarantined){block, size};
    quarantine_bytes += size;
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

/* Lets all go, through `release`. */
static void quarantine_end(void (*release)(void *)) {
    quarantine_enter();
    for (void *block; (block = quarantine_oldest()) != NULL;)
        release(block);
    quarantine_leave();
}

#endif
