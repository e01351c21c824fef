/* Blocks that allocators of the caller's gave to the library, and did not get back.
 *
 * They are the heap's, but count as no memory of the library's own. Each is freed by the allocator that it came from:
 * callbacks in one record or parameter list are one, by its number. */
#ifndef ABIDANCE_ALLOCATORS_H
#define ABIDANCE_ALLOCATORS_H

enum { ABIDANCE_ALLOTTED = 1 << 16 }; /* places of blocks, of which half are used at most */
typedef struct {
    void *at; /* NULL where no block ever was */
    const char *function, *what; /* the function that was given the allocator, and the callback */
    unsigned allocator, run, step;
    int there, for_good;
} abidance_allotted_block;
static abidance_allotted_block abidance_allotted[ABIDANCE_ALLOTTED];
static unsigned abidance_allotted_used, abidance_allotted_there, abidance_allotted_run;
static unsigned abidance_allotted_due; /* of those that are there, what this run has to give back */
static int abidance_allotted_lost; /* there were too many to know of all of them */

static abidance_allotted_block *abidance_find_allotted(const void *at)
{
    size_t place = ((uintptr_t)at >> 4) * 0x9E3779B97F4A7C15u >> 48;
    while (abidance_allotted[place].at && abidance_allotted[place].at != at)
        place = (place + 1) % ABIDANCE_ALLOTTED;
    return &abidance_allotted[place];
}

/* Nothing is known any more of blocks that are gone, and of none where too many are left. */
static void abidance_forget_allotted(void)
{
    if (abidance_allotted_there)
        abidance_allotted_lost = 1;
    memset(abidance_allotted, 0, sizeof abidance_allotted);
    abidance_allotted_used = abidance_allotted_there = abidance_allotted_due = 0;
}

static int abidance_is_allotted(const void *at)
{
    return abidance_allotted_there && abidance_find_allotted(at)->there;
}

static void abidance_drop_allotted(abidance_allotted_block *block)
{
    block->there = 0;
    abidance_allotted_there--;
    abidance_allotted_due -= block->run == abidance_allotted_run && !block->for_good;
}

/* Note that a block is there no more; false where it is not one that this allocator gave, which is reported. */
static int abidance_return_allotted(const void *at, unsigned allocator, const char *function, const char *what)
{
    abidance_allotted_block *found = abidance_find_allotted(at);
    int same = found->allocator == allocator;
    if (found->there) {
        abidance_drop_allotted(found);
        if (same)
            return 1;
    }
    abidance_allotted_due = 0; /* what is left may be what should have been given back */
    if (!abidance_allotted_lost)
        abidance_report("ABD377", function, what);
    return abidance_allotted_lost;
}

/* The C library's `free` was called for a block: it is not the C library's to free. */
static void abidance_freed_astray(const void *at)
{
    abidance_allotted_block *found = abidance_find_allotted(at);
    abidance_drop_allotted(found);
    abidance_allotted_due = 0;
    abidance_report("ABD377", found->function, found->what);
}

static __attribute__((unused)) void abidance_free_allotted(void *at, unsigned allocator, const char *function, const char *what)
{
    if (!at || !abidance_return_allotted(at, allocator, function, what))
        return;
    int inside = abidance_inside;
    abidance_inside = 0;
    free(at);
    abidance_inside = inside;
}

/* Give a block, or move an old one; where there is no memory, the old one stays. */
static __attribute__((unused)) void *abidance_allot(void *old, size_t size, int zeroed, int for_good, unsigned allocator,
                                                    const char *function, const char *what)
{
    abidance_allotted_block *before = old ? abidance_find_allotted(old) : NULL;
    if (old && !(before->there && before->allocator == allocator) &&
        !abidance_return_allotted(old, allocator, function, what))
        return NULL;
    int inside = abidance_inside;
    abidance_inside = 0;
    void *at = old ? realloc(old, size) : zeroed ? calloc(1, size) : malloc(size);
    abidance_inside = inside;
    if (!at)
        return NULL;
    if (old && before->there)
        abidance_drop_allotted(before);
    if (abidance_allotted_used == ABIDANCE_ALLOTTED / 2)
        abidance_forget_allotted();
    abidance_allotted_block *place = abidance_find_allotted(at);
    abidance_allotted_used += !place->at;
    abidance_allotted_there += !place->there;
    abidance_allotted_due += !for_good;
    *place = (abidance_allotted_block){at, function, what, allocator, abidance_allotted_run, abidance_step, 1, for_good};
    return at;
}

/* Report what is left when all handles are gone. What is known to be left, or may be, is not looked at again. */
static __attribute__((unused)) void abidance_judge_allotted(int owned)
{
    unsigned run = abidance_allotted_run++;
    for (size_t i = 0; i < ABIDANCE_ALLOTTED && abidance_allotted_due && owned && !abidance_allotted_lost; i++) {
        const abidance_allotted_block *each = &abidance_allotted[i];
        if (!each->there || each->for_good || each->run != run)
            continue;
        abidance_step = each->step;
        abidance_report("ABD378", each->function, each->what);
    }
    abidance_allotted_due = 0;
}

#endif
