/* Allocators that the plan gives to the library: real memory of exact size, guarded, and an account of what comes back.
 *
 * A callback that allocates, one that frees and one that does both may be parts of one allocator.
 */
#define _GNU_SOURCE
#include "arena.h"

#include "plan_format.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define MOST_ASKED ((uint64_t)1 << 36) /* no allocator has more */

static atomic_flag busy = ATOMIC_FLAG_INIT;

void allocator_enter(void) {
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        sched_yield();
    hooked_own(1);
}

void allocator_leave(void) {
    hooked_own(0);
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

static struct block *made(const struct abidance_plan_allocator *part, uint64_t size) {
    if (size > MOST_ASKED)
        return NULL;
    struct block *block = made_block(size, ABIDANCE_MALLOC_ALIGN, (part->does & ABIDANCE_ZEROES) != 0);
    if (block == NULL) {
        /* The library is not to blame for NULL, nor for what it then does: the case cannot be judged. */
        mailbox_last_words();
        abidance_status_page->phase = ABIDANCE_EXHAUSTED;
        _exit(1);
    }
    block->allocator = part->number + 1;
    return block;
}

/* Judges what is given back, and finds the block that it is in. */
static uint32_t verdict_of(const struct abidance_plan_allocator *part, uint64_t address, struct block **block) {
    if (address == 0)
        return ABIDANCE_NOTHING;
    *block = made_find((const void *)(uintptr_t)address);
    if (*block == NULL)
        return ABIDANCE_STRANGE;
    if ((*block)->freed)
        return ABIDANCE_AGAIN;
    if ((uint64_t)(uintptr_t)(*block)->start != address)
        return ABIDANCE_INSIDE;
    return (*block)->allocator == part->number + 1 ? ABIDANCE_RIGHT : ABIDANCE_OTHERS;
}

struct allocated allocator_called(const struct abidance_plan_allocator *part, const uint8_t *numbers, void **arguments,
                                  int fails) {
    struct allocated seen = {.made = UINT32_MAX, .returned = UINT32_MAX};
    struct block *old = NULL, *fresh = NULL;
    uint64_t size = 0, given = 0;
    allocator_enter();
    if (part->does & ABIDANCE_ALLOCATES)
        size = callback_product(numbers, part->rooms, part->scale, arguments);
    if (part->does & ABIDANCE_FREES) {
        memcpy(&given, arguments[part->returned], sizeof given);
        seen.verdict = verdict_of(part, given, &old);
        if (old != NULL)
            seen.returned = arena_index(old);
    }
    /* Asked for no bytes in place of what is given back, it only frees, as `realloc` and `lua_Alloc` do. */
    int only_frees = (part->does & ABIDANCE_FREES) && size == 0;
    if ((part->does & ABIDANCE_ALLOCATES) && !only_frees && !fails)
        fresh = made(part, size);
    int there = seen.verdict == ABIDANCE_RIGHT || seen.verdict == ABIDANCE_OTHERS;
    if (fresh != NULL) {
        if (there)
            memcpy(fresh->start, old->start, old->size < size ? old->size : size);
        seen.made = arena_index(fresh);
        seen.address = (uint64_t)(uintptr_t)fresh->start;
    }
    if (there && (fresh != NULL || only_frees))
        made_give_back(old);
    else if (there)
        seen.verdict = ABIDANCE_NOTHING; /* it failed, and what was to be replaced stays */
    allocator_leave();
    return seen;
}
