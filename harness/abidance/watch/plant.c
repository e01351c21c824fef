/* Faults for sanitizers to see, and for guard pages where a sanitizer has the handler. A sanitizer ends the process that it finds one in, so each is planted in a process of its
 * own, which comes back from here only when nothing was seen.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void *(*volatile copy)(void *, const void *, size_t) = memcpy;

/* A read past the end of a heap block, by a function of the C library that the runtime stands in front of. */
static void past_the_end(void) {
    uint8_t to[64];
    void *block = calloc(1, 24);
    if (block != NULL)
        copy(to, block, 25);
}

struct source_location {
    const char *file;
    uint32_t line, column;
};

/* What the compiler puts where nothing may come (`__builtin_unreachable`). */
static void come_where_nothing_may(void) {
    static struct source_location here = {"planted.c", 1, 1};
    void (*handle)(struct source_location *);
    *(void **)&handle = dlsym(RTLD_DEFAULT, "__ubsan_handle_builtin_unreachable");
    if (handle != NULL)
        handle(&here);
}

static uint32_t raced;

static void *race(void *unused) {
    void (*write_four)(void *);
    (void)unused;
    *(void **)&write_four = dlsym(RTLD_DEFAULT, "__tsan_write4");
    for (int i = 0; write_four != NULL && i < 1000; i++)
        write_four(&raced);
    return NULL;
}

/* Two threads write to one word, and nothing orders them. */
static void race_two(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, race, NULL) != 0)
            return;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

/* A read beside a block between guard pages, or a write to one that is read-only. */
static void past_the_pages(int read_only) {
    struct block block;
    if (guarded_place(&block, 24, 1, 0, 0, 0) != ABIDANCE_OK)
        return;
    if (read_only) {
        guarded_protect(&block);
        *(volatile uint8_t *)block.start = 1;
    } else
        (void)*(volatile uint8_t *)(block.start + 24);
}

void abidance_plant(const char *instrument) {
    if (strcmp(instrument, "guards") == 0 || strcmp(instrument, "read_only") == 0)
        past_the_pages(instrument[0] == 'r');
    else if (strcmp(instrument, "asan") == 0)
        past_the_end();
    else if (strcmp(instrument, "ubsan") == 0)
        come_where_nothing_may();
    else if (strcmp(instrument, "tsan") == 0)
        race_two();
}
