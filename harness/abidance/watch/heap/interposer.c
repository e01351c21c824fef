/* The C library's allocator, watched: preloaded into workers of builds without a sanitizer.
 *
 * While a call of the library runs, every block that it asks for is filled with a byte that the plan chooses,
 * counted, and kept account of until it is given back. At all other times this only passes on.
 */
#define _GNU_SOURCE
#include "account.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

#define API __attribute__((visibility("default")))
#define MOST_FILLED ((size_t)64 << 10) /* a huge block that is never used must not take memory */

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

API struct abidance_heap abidance_heap;

static void begin(void) { account_begin(&abidance_heap); }
static void settle(void) { account_settle(&abidance_heap); }

__attribute__((constructor)) static void start(void) {
    abidance_heap.begin = begin;
    abidance_heap.settle = settle;
}

static void fill(void *block, size_t from, size_t to) {
    if (to > MOST_FILLED)
        to = MOST_FILLED;
    if (from < to)
        memset((char *)block + from, abidance_heap.fill, to - from);
}

static void *made(void *block, size_t size, int fresh, void *site) {
    if (block != NULL) {
        if (fresh)
            fill(block, 0, size);
        account_made(&abidance_heap, block, size, (uint64_t)(uintptr_t)site);
    }
    return block;
}

#define SITE __builtin_return_address(0)

API void *malloc(size_t size) {
    void *block = __libc_malloc(size);
    return abidance_heap.on ? made(block, size, 1, SITE) : block;
}

API void *calloc(size_t count, size_t size) {
    void *block = __libc_calloc(count, size);
    return abidance_heap.on ? made(block, count * size, 0, SITE) : block;
}

API void free(void *block) {
    if (abidance_heap.on && block != NULL) {
        if (abidance_heap.is_foreign != NULL && abidance_heap.is_foreign(block))
            return;
        int saved = errno; /* free leaves errno alone, POSIX.1-2024 */
        size_t size = malloc_usable_size(block);
        account_freed(&abidance_heap, block, size);
        fill(block, 0, size);
        errno = saved;
    }
    __libc_free(block);
}

API void *realloc(void *block, size_t size) {
    if (!abidance_heap.on)
        return __libc_realloc(block, size);
    if (block == NULL)
        return made(__libc_realloc(NULL, size), size, 1, SITE);
    if (abidance_heap.is_foreign != NULL && abidance_heap.is_foreign(block))
        return made(__libc_malloc(size), size, 1, SITE);
    size_t before = malloc_usable_size(block);
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
    return abidance_heap.on ? made(block, size, 1, SITE) : block;
}

API void *aligned_alloc(size_t align, size_t size) {
    void *block = __libc_memalign(align, size);
    return abidance_heap.on ? made(block, size, 1, SITE) : block;
}

API int posix_memalign(void **to, size_t align, size_t size) {
    if (align < sizeof(void *) || (align & (align - 1)) != 0)
        return EINVAL;
    int saved = errno;
    void *block = __libc_memalign(align, size);
    errno = saved;
    if (block == NULL)
        return ENOMEM;
    *to = abidance_heap.on ? made(block, size, 1, SITE) : block;
    return 0;
}
