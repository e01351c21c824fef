/* The account of a sanitizer's heap: its runtime tells of each block by hooks, and fills blocks by itself. */
#define _GNU_SOURCE
#include "heap/account.h"

#include "arena.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct abidance_heap heap;
static size_t (*allocated_size)(const volatile void *);
static int (*is_live)(const volatile void *);

static volatile int own;
static pthread_t own_thread;

/* The caller holds the lock of allocators, so that there is one such thread at a time. */
void hooked_own(int on) {
    own_thread = pthread_self();
    own = on;
}

static int is_own(void) { return own && pthread_equal(own_thread, pthread_self()); }

static void begin(void) { account_begin(&heap); }
static void settle(void) { account_settle(&heap, NULL); }

static void on_malloc(const volatile void *block, size_t size) {
    if (heap.on && block != NULL && !is_own())
        account_made(&heap, (const void *)block, size, 0);
}

static void on_free(const volatile void *block) {
    /* What is freed twice is the sanitizer's to tell, and it minds to be asked for its size. */
    if (block == NULL || is_own() || (is_live != NULL && !is_live(block)))
        return;
    if (made_freed_astray((const void *)block) || (heap.handed != 0 && handed_freed((const void *)block)))
        return;
    if (heap.on)
        account_freed(&heap, (const void *)block, allocated_size == NULL ? 0 : allocated_size(block));
}

struct abidance_heap *hooked_heap(void) {
    int (*install)(void (*)(const volatile void *, size_t), void (*)(const volatile void *));
    *(void **)&install = dlsym(RTLD_DEFAULT, "__sanitizer_install_malloc_and_free_hooks");
    *(void **)&allocated_size = dlsym(RTLD_DEFAULT, "__sanitizer_get_allocated_size");
    *(void **)&is_live = dlsym(RTLD_DEFAULT, "__sanitizer_get_ownership");
    if (install == NULL || install(on_malloc, on_free) == 0)
        return NULL;
    heap.begin = begin;
    heap.settle = settle;
    return &heap;
}

/* Whoever asks is refused, or goes on to the sanitizer's. */
static int refused(void) {
    if (is_own() || !heap_refuses(&heap))
        return 0;
    errno = ENOMEM;
    return 1;
}

static void *refusing_malloc(size_t size) { return refused() ? NULL : malloc(size); }
static void *refusing_calloc(size_t count, size_t size) { return refused() ? NULL : calloc(count, size); }
static void *refusing_realloc(void *block, size_t size) {
    return (block == NULL || size != 0) && refused() ? NULL : realloc(block, size);
}
static void *refusing_memalign(size_t align, size_t size) { return refused() ? NULL : memalign(align, size); }
static void *refusing_aligned_alloc(size_t align, size_t size) { return refused() ? NULL : aligned_alloc(align, size); }
static void *refusing_valloc(size_t size) { return refused() ? NULL : valloc(size); }
static void *refusing_pvalloc(size_t size) { return refused() ? NULL : pvalloc(size); }
static char *refusing_strdup(const char *text) { return refused() ? NULL : strdup(text); }
static char *refusing_strndup(const char *text, size_t most) { return refused() ? NULL : strndup(text, most); }

static int refusing_posix_memalign(void **to, size_t align, size_t size) {
    int saved = errno;
    if (!refused())
        return posix_memalign(to, align, size);
    errno = saved;
    return ENOMEM;
}

const struct refusal *hooked_refusals(unsigned *count) {
    static const struct refusal refusals[] = {
        {"malloc", refusing_malloc},     {"calloc", refusing_calloc},
        {"realloc", refusing_realloc},   {"memalign", refusing_memalign},
        {"valloc", refusing_valloc},     {"aligned_alloc", refusing_aligned_alloc},
        {"pvalloc", refusing_pvalloc},   {"posix_memalign", refusing_posix_memalign},
        {"strdup", refusing_strdup},     {"strndup", refusing_strndup},
    };
    *count = sizeof refusals / sizeof *refusals;
    return refusals;
}
