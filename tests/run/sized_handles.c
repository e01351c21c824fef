/* VARIANT 0 is sound, 1 uses the last byte and no more, 2 goes one further. */
#include "sized_handles.h"

#include <stdint.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct pool { uint32_t used, room; };

/* The wrong one clears a byte too many. */
int sh_init(void *memory, size_t room) {
    if (room < sizeof(struct pool))
        return -1;
    struct pool start = {sizeof start, (uint32_t)room};
    if (NEAR || WRONG)
        memset(memory, 0, room + WRONG);
    memcpy(memory, &start, sizeof start);
    return 0;
}

/* The wrong one takes the byte behind the last for one of its own. */
int sh_take(void *pool, size_t n) {
    struct pool *at = pool;
    size_t left = at->room - at->used;
    if (n > left + WRONG)
        return -1;
    memset((char *)pool + at->used, 1, n);
    at->used += (uint32_t)n;
    return (int)(at->used - n);
}

size_t sh_left(const void *pool) {
    const struct pool *at = pool;
    return at->room - at->used;
}

/* The wrong one marks the end, which is the caller's. */
void sh_reset(void *pool) {
    struct pool *at = pool;
    at->used = sizeof *at;
    if (NEAR && at->room > sizeof *at)
        ((char *)pool)[at->room - 1] = 0;
    if (WRONG)
        ((char *)pool)[at->room] = 0;
}
