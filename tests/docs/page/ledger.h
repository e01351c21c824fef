#ifndef LEDGER_H
#define LEDGER_H
#include "page.h"
#include <stddef.h>
#include <stdlib.h>

typedef union { long mark; max_align_t aligned; } own_block;
static void *own_give(size_t size)
{
    own_block *block = malloc(sizeof *block + size);
    if (block)
        block->mark = 12345;
    return block ? block + 1 : NULL;
}
static void own_take(void *memory)
{
    own_block *block = memory ? (own_block *)memory - 1 : NULL;
    if (block && block->mark-- != 12345)
        abort(); /* another has given it, or it was taken back before */
    free(block);
}
static const st_memory own = {own_give, own_take};
#define own_memory() (&own)

#endif
