/* Memory that the plan hands over: the library frees it, in the call that took it or later, in other plans as well.
 *
 * Where the C library's `free` is watched, such a block is guarded memory like any other, and `free` comes here. Under a
 * sanitizer it is memory from malloc, which the sanitizer watches, and its hooks come here.
 */
#define _GNU_SOURCE
#include "arena.h"

#include "heap/heap.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_LEFT 1024u

static struct block *blocks;
static uint32_t handed;
static int begun;
/* Blocks of plans that are over, which the library has taken and not freed yet. */
static struct block left[MOST_LEFT];
static uint32_t left_count;

int handed_place(struct block *block, uint64_t size, uint64_t align) {
    void *chunk = NULL;
    if (align <= ABIDANCE_MALLOC_ALIGN)
        chunk = malloc(size);
    else if (posix_memalign(&chunk, align, size) != 0)
        chunk = NULL;
    if (chunk == NULL)
        return ABIDANCE_NO_MEMORY;
    uint8_t *start = chunk;
    *block = (struct block){.start = start, .low = start, .high = start + size, .size = size, .chunk = chunk};
    return ABIDANCE_OK;
}

void handed_begin(struct block *of, uint32_t many) {
    blocks = of;
    begun = 1;
    handed = 0;
    for (uint32_t i = 0; i < many; i++)
        handed += blocks[i].handed != ABIDANCE_LENT;
    gate_handed(handed + left_count);
}

void handed_end(void) {
    begun = 0;
    handed = 0;
    gate_handed(left_count);
}

/* Of memory from malloc, what is freed is given to others again. */
static int is_there(const struct block *block, const void *memory) {
    return block->start == memory && !(block->freed && block->slot == NULL);
}

static struct block *found(const void *memory) {
    for (uint32_t i = 0; begun && handed != 0 && i < arena_count(); i++)
        if (blocks[i].handed != ABIDANCE_LENT && is_there(&blocks[i], memory))
            return &blocks[i];
    for (uint32_t i = 0; i < left_count; i++)
        if (left[i].start == memory)
            return &left[i];
    return NULL;
}

size_t handed_size(const void *memory) {
    const struct block *block = found(memory);
    return block == NULL ? SIZE_MAX : block->size;
}

int handed_freed(const void *memory) {
    struct block *block = found(memory);
    if (block == NULL)
        return 0;
    if (atomic_exchange(&block->freed, 1))
        return ABIDANCE_GIVEN_BACK_TWICE;
    remnants_given_back(memory, block->size);
    if (block >= left && block < left + MOST_LEFT)
        gate_returned(block->size);
    else if (block->slot != NULL)
        arena_last_look(block);
    if (block->slot != NULL)
        guarded_retire(block); /* whoever follows a pointer to it faults */
    return ABIDANCE_GIVEN_BACK;
}

uint8_t *handed_copy(uint64_t of) {
    const uint8_t *from = arena_block(of);
    if (from == NULL)
        return NULL;
    allocator_enter();
    struct block *copy = made_to_hand(arena_size(of), ABIDANCE_MALLOC_ALIGN);
    allocator_leave();
    if (copy == NULL) {
        mailbox_last_words();
        abidance_status_page->phase = ABIDANCE_EXHAUSTED;
        _exit(1);
    }
    memcpy(copy->start, from, copy->size);
    gate_handed(++handed + left_count);
    return copy->start;
}

/* Forgets those that were freed since, to have room. */
static void tidy(void) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < left_count; i++) {
        if (!left[i].freed)
            left[kept++] = left[i];
        else if (left[i].slot != NULL)
            guarded_release(&left[i]);
    }
    left_count = kept;
}

void handed_release(struct block *block) {
    if (block->freed || block->handed == ABIDANCE_OFFERED) {
        if (block->slot != NULL)
            guarded_release(block);
        else if (!block->freed)
            free(block->chunk);
        return;
    }
    if (left_count == MOST_LEFT)
        tidy();
    if (block->slot != NULL && left_count < MOST_LEFT)
        left[left_count++] = *block;
}

void handed_settle(struct abidance_kept *kept) {
    for (uint32_t i = 0; handed != 0 && i < arena_count(); i++)
        if (blocks[i].handed == ABIDANCE_TAKEN && !blocks[i].freed && !blocks[i].kept) {
            kept->blocks++;
            kept->bytes += blocks[i].size;
        }
}
