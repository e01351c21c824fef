/* The account of the blocks that calls of a library have made: a table that costs nothing to forget. */
#ifndef ABIDANCE_ACCOUNT_H
#define ABIDANCE_ACCOUNT_H

#include "heap.h"

#include <stdatomic.h>
#include <stddef.h>

#define ACCOUNT_ENTRIES (1u << 15) /* a power of two */
#define ACCOUNT_MOST (ACCOUNT_ENTRIES / 4 * 3)

struct account_entry {
    uintptr_t block;
    uint64_t size, site, number;
    uint32_t generation; /* an entry of another generation is empty */
};

static struct account_entry account[ACCOUNT_ENTRIES];
static uint32_t account_generation = 1, account_used;
static uint64_t account_number, account_first; /* of all blocks so far, and when the plan began */
static atomic_flag account_lock = ATOMIC_FLAG_INIT;

static void account_enter(void) {
    while (atomic_flag_test_and_set_explicit(&account_lock, memory_order_acquire))
        ;
}

static void account_leave(void) { atomic_flag_clear_explicit(&account_lock, memory_order_release); }

static uint32_t account_home(uintptr_t block) {
    return (uint32_t)((block >> 4) * 0x9E3779B97F4A7C15u >> 40) & (ACCOUNT_ENTRIES - 1);
}

static int account_empty(uint32_t at) { return account[at].generation != account_generation; }

/* Blocks that calls of this plan gave back, and that nobody has been given since: to free one again is a defect.
 * One word each, with the generation in its upper 16 bits; a newer block takes the place of an older one. */
#define ACCOUNT_GONE (1u << 12)
static _Atomic uint64_t account_gone[ACCOUNT_GONE];

static uint64_t account_word(const void *block) {
    return ((uint64_t)(uintptr_t)block & (((uint64_t)1 << 48) - 1)) | (uint64_t)account_generation << 48;
}

static _Atomic uint64_t *account_gone_at(const void *block) {
    return &account_gone[account_home((uintptr_t)block) & (ACCOUNT_GONE - 1)];
}

static inline int account_is_gone(const void *block) {
    return atomic_load_explicit(account_gone_at(block), memory_order_relaxed) == account_word(block);
}

/* Somebody has been given the block: it may be freed. Called at all times, by all threads. */
static inline void account_given(const void *block) {
    if (account_is_gone(block))
        atomic_store_explicit(account_gone_at(block), 0, memory_order_relaxed);
}

static uint32_t account_at(const void *block) {
    uint32_t at = account_home((uintptr_t)block);
    while (!account_empty(at) && account[at].block != (uintptr_t)block)
        at = (at + 1) & (ACCOUNT_ENTRIES - 1);
    return at;
}

static void account_made(struct abidance_heap *heap, const void *block, uint64_t size, uint64_t site) {
    account_enter();
    heap->allocations++;
    heap->allocated += size;
    if (account_used >= ACCOUNT_MOST) {
        heap->overflowed = 1;
    } else {
        uint32_t at = account_at(block);
        account_used += (uint32_t)account_empty(at);
        account[at] = (struct account_entry){(uintptr_t)block, size, site, ++account_number, account_generation};
    }
    account_leave();
}

/* Closes the gap where an entry was, so that no search stops before its end. */
static void account_close(uint32_t gap) {
    for (uint32_t next = (gap + 1) & (ACCOUNT_ENTRIES - 1); !account_empty(next);
         next = (next + 1) & (ACCOUNT_ENTRIES - 1)) {
        uint32_t home = account_home(account[next].block);
        if (((next - home) & (ACCOUNT_ENTRIES - 1)) >= ((next - gap) & (ACCOUNT_ENTRIES - 1))) {
            account[gap] = account[next];
            gap = next;
        }
    }
    account[gap].generation = account_generation - 1;
    account_used--;
}

/* Tells what is known of a block; `block` is 0 when nothing is. */
static inline struct account_entry account_of(const void *block) {
    account_enter();
    uint32_t at = account_at(block);
    struct account_entry known = account_empty(at) ? (struct account_entry){0} : account[at];
    account_leave();
    return known;
}

/* Tells how large the block is that begins at an address, as it was asked for; SIZE_MAX where none is known. */
static inline size_t account_size(const void *block) {
    struct account_entry known = account_of(block);
    return known.block == 0 ? SIZE_MAX : (size_t)known.size;
}

/* Finds the block that an address is in. */
static inline int account_owner(const void *at, struct abidance_owned *owned) {
    int found = 0;
    account_enter();
    for (uint32_t i = 0; account_used != 0 && i < ACCOUNT_ENTRIES && !found; i++) {
        uint64_t offset = (uint64_t)((uintptr_t)at - account[i].block);
        if (!account_empty(i) && offset < (account[i].size == 0 ? 1 : account[i].size)) {
            *owned = (struct abidance_owned){offset, account[i].size};
            found = 1;
        }
    }
    account_leave();
    return found;
}

/* Has a block count as larger than it was asked for; tells whether it is known. */
static inline int account_widen(const void *block, uint64_t size) {
    account_enter();
    uint32_t at = account_at(block);
    int known = !account_empty(at);
    if (known)
        account[at].size = size;
    account_leave();
    return known;
}

/* Takes the block from the account and tells what was known of it; `block` is 0 when nothing was. */
static struct account_entry account_take(const void *block) {
    struct account_entry was = {0};
    account_enter();
    uint32_t at = account_at(block);
    if (!account_empty(at)) {
        was = account[at];
        account_close(at);
    }
    account_leave();
    return was;
}

/* A call gives a block back. `usable` is its size where the account does not know it. */
static struct account_entry account_freed(struct abidance_heap *heap, const void *block, uint64_t usable) {
    atomic_store_explicit(account_gone_at(block), account_word(block), memory_order_relaxed);
    struct account_entry was = account_take(block);
    if (was.block == 0) {
        account_enter();
        heap->returned_blocks++;
        heap->returned_bytes += usable;
        account_leave();
    }
    return was;
}

static void account_begin(struct abidance_heap *heap) {
    account_enter();
    account_generation++;
    account_used = 0;
    account_first = account_number;
    heap->overflowed = 0;
    heap->live_blocks = heap->live_bytes = heap->returned_blocks = heap->returned_bytes = heap->site = heap->nth = 0;
    account_leave();
}

/* Sums up the live blocks, and has `look` at each when there is somebody to look. */
static void account_settle(struct abidance_heap *heap, void (*look)(const struct account_entry *)) {
    uint64_t oldest = UINT64_MAX;
    account_enter();
    heap->live_blocks = heap->live_bytes = heap->site = heap->nth = 0;
    for (uint32_t at = 0; account_used != 0 && at < ACCOUNT_ENTRIES; at++) {
        if (account_empty(at))
            continue;
        heap->live_blocks++;
        heap->live_bytes += account[at].size;
        if (look != NULL)
            look(&account[at]);
        if (account[at].number < oldest) {
            oldest = account[at].number;
            heap->site = account[at].site;
            heap->nth = oldest - account_first;
        }
    }
    account_leave();
}

#endif
