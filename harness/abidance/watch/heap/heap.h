/* What the preloaded allocator and the arena share: one object, found by name. */
#ifndef ABIDANCE_HEAP_H
#define ABIDANCE_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* What was written where nothing may be: the first of a plan. */
struct abidance_spoiled {
    uint64_t kind;     /* an `abidance_spoil` */
    uint64_t size;     /* of the block, as it was asked for */
    uint64_t offset;   /* of the first byte that changed, from the block's start */
    uint64_t length;   /* from the first to the last one */
    uint64_t made;     /* where the block was asked for, 0 when unknown */
    uint64_t freed;    /* where it was given back, 0 when it was not */
};

enum abidance_spoil { ABIDANCE_SOUND, ABIDANCE_PAST_END, ABIDANCE_AFTER_FREE };

/* A block that calls have asked for, and where in it an address is. */
struct abidance_owned {
    uint64_t offset, size;
};

struct abidance_heap {
    volatile int on; /* a call of the library runs; everything else here is about such calls alone */
    uint8_t overflowed; /* too many blocks at a time to keep account of them */
    uint64_t fill; /* what fresh and freed memory holds: eight bytes of it */
    uint64_t allocations, allocated; /* blocks asked for since `on` was set, and bytes of them */
    uint64_t refuse;                         /* refuse block number so many that is asked for while `on`; 0: none */
    int refuse_onwards;                      /* and all after it */
    uint64_t refused;                        /* so many blocks were refused since `on` was set */
    uint64_t live_blocks, live_bytes;       /* made since `begin` and still there */
    uint64_t returned_blocks, returned_bytes; /* older ones that were given back since */
    uint64_t site, nth; /* where the oldest of the live ones was asked for, and as which of all since `begin` */
    struct abidance_spoiled spoiled;        /* known once looked for, or settled */
    /* Tells whether memory that is to be freed is none of the heap's, and takes note of it. */
    int (*is_foreign)(const void *block);
    volatile uint32_t handed; /* so many blocks there may be that are none of the heap's and the library's to free */
    /* Takes such a block, where it is one: 0, or an `abidance_given_back`. `handed_size` is its size, SIZE_MAX of none. */
    int (*take_back)(const void *block);
    size_t (*handed_size)(const void *block);
    /* Is told of each block that a call frees, as long as it is as the call left it; may be NULL. */
    void (*freed)(const void *block, size_t size);
    void (*begin)(void); /* forgets the live blocks: they are older ones from now on */
    int (*is_gone)(const void *at); /* tells whether it is in a block that this plan's calls gave back; may be NULL */
    /* Tells whether an address is in a block that this plan's calls made and that is still there; may be NULL. */
    int (*owns)(const void *at, struct abidance_owned *owned);
    /* Tells how large such a block is that begins at an address, SIZE_MAX of none; may be NULL. */
    size_t (*size_of)(const void *block);
    void (*look)(void);   /* brings `spoiled` up to date before the plan is over; may be NULL */
    void (*settle)(void); /* brings `live_blocks`, `live_bytes` and `site` up to date */
};

enum abidance_given_back { ABIDANCE_GIVEN_BACK = 1, ABIDANCE_GIVEN_BACK_TWICE = 2 };

/* Tells whether a block that a call asks for is to be refused. */
static inline int heap_refuses(struct abidance_heap *heap) {
    if (!heap->on || heap->refuse == 0)
        return 0;
    if (heap->refuse > 1) {
        heap->refuse--;
        return 0;
    }
    if (!heap->refuse_onwards)
        heap->refuse = 0;
    heap->refused++;
    return 1;
}

#define ABIDANCE_HEAP_NAME "abidance_heap"

#endif
