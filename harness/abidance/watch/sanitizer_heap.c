/* The account of a sanitizer's heap: its runtime tells of each block by hooks, and fills blocks by itself. */
#define _GNU_SOURCE
#include "heap/account.h"

#include "arena.h"

#include <dlfcn.h>
#include <pthread.h>

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
