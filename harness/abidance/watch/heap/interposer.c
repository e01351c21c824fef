/* The C library's allocator, watched: preloaded into workers of builds without a sanitizer.
 *
 * While a call of the library runs, every block that it asks for is filled with a byte that the plan chooses,
 * counted, and kept account of until it is given back. At all other times this only passes on.
 */
#define _GNU_SOURCE
#include "account.h"
#include "quarantine.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))
#define MOST_FILLED ((size_t)64 << 10) /* a huge block that is never used must not take memory */

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

API struct abidance_heap abidance_heap;

static void begin(void) {
    quarantine_end(__libc_free);
    account_begin(&abidance_heap);
}

static void settle(void) {
    account_settle(&abidance_heap);
    quarantine_end(__libc_free);
}

__attribute__((constructor)) static void start(void) {
    abidance_heap.begin = begin;
    abidance_heap.is_gone = quarantine_holds;
    abidance_heap.settle = settle;
}

static void fill(void *block, size_t from, size_t to) {
    if (to > MOST_FILLED)
        to = MOST_FILLED;
    if (from < to)
        memset((char *)block + from, abidance_heap.fill, to - from);
}

/* Looks at a block that is about to be freed or resized. glibc tells a double free by what it has left in the
 * block, which is filled here. */
static void was_freed_before(void) {
    static const char words[] = "free(): this block was freed before\n";
    (void)!write(2, words, sizeof words - 1);
    abort();
}

static void must_be_there(const void *block) {
    if (account_is_gone(block))
        was_freed_before();
}

/* Takes a block that the caller has handed over, whether a call runs or not: none of them is the heap's. */
static int take_back(const void *block) {
    int taken = abidance_heap.handed != 0 && block != NULL ? abidance_heap.take_back(block) : 0;
    if (taken == ABIDANCE_GIVEN_BACK_TWICE)
        was_freed_before();
    return taken;
}

/* Takes a block that is freed out of use; returns one to free for good, if any. */
static void *put_away(void *block) {
    size_t size = malloc_usable_size(block);
    account_freed(&abidance_heap, block, size);
    fill(block, 0, size);
    return quarantine_take(block, size);
}

/* Takes note of a block that somebody was given while no call runs. */
static void *given(void *block) {
    account_given(block);
    return block;
}

static void *made(void *block, size_t size, int fresh, void *site) {
    if (block != NULL) {
        if (fresh)
            fill(block, 0, size);
        account_given(block);
        account_made(&abidance_heap, block, size, (uint64_t)(uintptr_t)site);
    }
    return block;
}

#define SITE __builtin_return_address(0)

API void *malloc(size_t size) {
    void *block = __libc_malloc(size);
    return abidance_heap.on ? made(block, size, 1, SITE) : given(block);
}

API void *calloc(size_t count, size_t size) {
    void *block = __libc_calloc(count, size);
    return abidance_heap.on ? made(block, count * size, 0, SITE) : given(block);
}

API void free(void *block) {
    if (take_back(block))
        return;
    if (abidance_heap.on && block != NULL) {
        if (abidance_heap.is_foreign != NULL && abidance_heap.is_foreign(block))
            return;
        must_be_there(block);
        int saved = errno; /* free leaves errno alone, POSIX.1-2024 */
        block = put_away(block);
        errno = saved;
    }
    __libc_free(block);
}

/* Moves a block that the caller has handed over to the heap. */
static void *moved_to_heap(void *block, size_t before, size_t size, void *site) {
    void *elsewhere = size == 0 ? NULL : __libc_malloc(size);
    if (elsewhere == NULL && size != 0)
        return NULL;
    if (elsewhere != NULL)
        memcpy(elsewhere, block, before < size ? before : size);
    take_back(block);
    if (elsewhere == NULL || !abidance_heap.on)
        return given(elsewhere);
    fill(elsewhere, before, size);
    return made(elsewhere, size, 0, site);
}

API void *realloc(void *block, size_t size) {
    if (abidance_heap.handed != 0 && block != NULL) {
        size_t before = abidance_heap.handed_size(block);
        if (before != SIZE_MAX)
            return moved_to_heap(block, before, size, SITE);
    }
    if (!abidance_heap.on)
        return given(__libc_realloc(block, size));
    if (block == NULL)
        return made(__libc_realloc(NULL, size), size, 1, SITE);
    if (abidance_heap.is_foreign != NULL && abidance_heap.is_foreign(block))
        return made(__libc_malloc(size), size, 1, SITE);
    must_be_there(block);
    size_t before = malloc_usable_size(block);
    if (size != 0 && before <= QUARANTINE_LARGEST) {
        /* To another place every time: pointers to the old one are no good, whether or not glibc moves it. */
        void *elsewhere = __libc_malloc(size);
        if (elsewhere == NULL)
            return NULL;
        memcpy(elsewhere, block, before < size ? before : size);
        __libc_free(put_away(block));
        fill(elsewhere, before, size);
        return made(elsewhere, size, 0, SITE);
    }
    void *moved = __libc_realloc(block, size);
    if (moved == NULL && size != 0)
        return NULL;
    account_freed(&abidance_heap, block, before);
    if (moved == NULL)
        return NULL; /* realloc(p, 0) has freed it */
    fill(moved, before, size);
    return made(moved, size, 0, SITE);
}

API void *memalign(size_t align, size_t size) {
    void *block = __libc_memalign(align, size);
    return abidance_heap.on ? made(block, size, 1, SITE) : given(block);
}

API void *aligned_alloc(size_t align, size_t size) {
    void *block = __libc_memalign(align, size);
    return abidance_heap.on ? made(block, size, 1, SITE) : given(block);
}

API int posix_memalign(void **to, size_t align, size_t size) {
    if (align < sizeof(void *) || (align & (align - 1)) != 0)
        return EINVAL;
    int saved = errno;
    void *block = __libc_memalign(align, size);
    errno = saved;
    if (block == NULL)
        return ENOMEM;
    *to = abidance_heap.on ? made(block, size, 1, SITE) : given(block);
    return 0;
}
