/* Blocks that are made while a plan runs, behind those of the plan: what callbacks give to the library. */
#define _GNU_SOURCE
#include "arena.h"

#include <stdlib.h>

/* So many that were given back to an allocator stay out of use, the newest, before their numbers are used again. */
#define MOST_GONE 4096u

static uint32_t first, gone[ABIDANCE_MAX_BLOCKS], gone_first, gone_count;

void made_begin(uint32_t plan_blocks) {
    first = plan_blocks;
    gone_first = gone_count = 0;
}

static struct block *another(uint64_t size, uint64_t align, int handed, uint8_t fill) {
    uint32_t index = arena_count();
    if (gone_count >= MOST_GONE || (index == ABIDANCE_MAX_BLOCKS && gone_count != 0)) {
        index = gone[gone_first];
        gone_first = (gone_first + 1) % ABIDANCE_MAX_BLOCKS;
        gone_count--;
        if (arena_at(index)->slot != NULL)
            guarded_release(arena_at(index));
    }
    if (index == ABIDANCE_MAX_BLOCKS || arena_place(index, size, align, handed, fill) != ABIDANCE_OK)
        return NULL;
    return arena_at(index);
}

struct block *made_block(uint64_t size, uint64_t align, int zeroed) {
    return another(size, align, 0, zeroed ? 0 : gate_fill());
}

struct block *made_to_hand(uint64_t size, uint64_t align) {
    struct block *block = another(size, align, 1, 0);
    if (block != NULL) {
        block->handed = ABIDANCE_TAKEN;
        block->told = 1; /* it is no block of the plan, of which a look would tell that it is freed */
    }
    return block;
}

void made_give_back(struct block *block) {
    block->freed = block->told = 1;
    if (block->slot != NULL) {
        arena_last_look(block);
        guarded_retire(block);
    } else {
        free(block->chunk);
        block->chunk = NULL;
    }
    gone[(gone_first + gone_count++) % ABIDANCE_MAX_BLOCKS] = arena_index(block);
}

int made_freed_astray(const void *memory) {
    for (uint32_t i = first; i < arena_count(); i++) {
        struct block *block = arena_at(i);
        if (block->allocator != 0 && !block->freed && block->chunk == memory) {
            block->freed = block->told = 1;
            block->chunk = NULL;
            gate_misfreed(i);
            return 1;
        }
    }
    return 0;
}

struct block *made_find(const void *memory) {
    const uint8_t *at = memory;
    struct block *found = NULL;
    for (uint32_t i = first; i < arena_count(); i++) {
        struct block *block = arena_at(i);
        if (block->allocator == 0)
            continue;
        if (block->start == at && (found == NULL || found->freed))
            found = block; /* what is there now comes before what was */
        else if (found == NULL && at > block->start && at < block->start + block->size && !block->freed)
            found = block;
    }
    return found;
}
