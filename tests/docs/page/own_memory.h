#ifndef OWN_MEMORY_H
#define OWN_MEMORY_H
#include "page.h"
#include <stddef.h>
#include <stdlib.h>

typedef union { long mark; max_align_t aligned; } st_block;
static inline void *st_give(size_t size)
{
    st_block *block = malloc(sizeof *block + size);
    if (block)
        block->mark = 12345;
    return block ? block + 1 : NULL;
}
static inline void st_take_back(void *memory)
{
    st_block *block = memory ? (st_block *)memory - 1 : NULL;
    if (block && block->mark-- != 12345)
        abort(); /* it is none of ours, or was taken back before */
    free(block);
}
static inline void st_use_own_memory(void) { ow_set_memory(st_give, st_take_back); }
#endif
