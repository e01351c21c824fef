/* Jansson with an allocator of the program's own, which is set before everything else and lasts as long as the process. */
#ifndef JANSSON_ALLOCATORS_H
#define JANSSON_ALLOCATORS_H

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>

enum { JA_OURS = 0x6a616e73, JA_GONE = 0x676f6e65 };

/* Each block has its mark before it: whatever else is given back ends the process, and so does a block that is given back twice. */
typedef union { long mark; max_align_t aligned; } ja_block;

static inline void *ja_malloc(size_t size)
{
    ja_block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    block->mark = JA_OURS;
    return block + 1;
}

static inline void ja_free(void *memory)
{
    ja_block *block = memory ? (ja_block *)memory - 1 : NULL;
    if (block && block->mark != JA_OURS)
        abort();
    if (block)
        block->mark = JA_GONE;
    free(block);
}

/* Jansson calls no function before this one. */
static inline void ja_set_allocator(void) { json_set_alloc_funcs(ja_malloc, ja_free); }

/* Whether that is the one which is set. */
static inline int ja_is_set(void)
{
    json_malloc_t given;
    json_free_t taken;
    json_get_alloc_funcs(&given, &taken);
    return given == ja_malloc && taken == ja_free;
}

#endif
