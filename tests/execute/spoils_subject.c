/* Writes beside blocks of the heap that are the library's own, and as near to their ends as is sound. */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef volatile uint8_t byte;
static byte *kept;

static int drop(byte *block) {
    free((void *)block);
    return 0;
}
static byte *made(size_t size) { return malloc(size); }

int sound(void) { return 0; }
int past_malloc(void) {
    byte *block = made(24);
    block[24] = 0;
    return drop(block);
}
int past_nothing(void) {
    byte *block = made(0);
    block[0] = 0;
    return drop(block);
}
int past_calloc(void) {
    byte *block = calloc(5, 5);
    block[25] = 1;
    return drop(block);
}
int past_realloc(void) {
    byte *block = realloc((void *)made(8), 12);
    block[12] = 1;
    return drop(block);
}
int past_aligned(void) {
    byte *block = aligned_alloc(64, 128);
    block[128] = 1;
    return drop(block);
}
int past_posix(void) {
    void *block = NULL;
    if (posix_memalign(&block, 64, 100) == 0)
        ((byte *)block)[100] = 1;
    return drop(block);
}
int past_page(void) {
    byte *block = valloc(10);
    block[10] = 1;
    return drop(block);
}
int past_large(void) {
    byte *block = made(1 << 20);
    block[1 << 20] = 1;
    return drop(block);
}
int past_large_grown(void) {
    byte *block = realloc((void *)made(1 << 20), 3 << 20);
    block[3 << 20] = 1;
    return drop(block);
}
int past_before_growing(void) {
    byte *block = made(8);
    block[8] = 1;
    return drop(realloc((void *)block, 500));
}
int past_and_kept(void) {
    kept = made(24);
    kept[30] = 1;
    return 0;
}
int past_told(void) {
    byte *block = made(24);
    block[malloc_usable_size((void *)block)] = 1;
    return drop(block);
}
int jumps(void) {
    byte *block = made(24);
    for (int i = 0; i < 64; i++)
        block[24 + i] = 0;
    return drop(block);
}
int after_free(void) {
    byte *block = made(24);
    drop(block);
    block[3] = 0x5A;
    return 0;
}
int after_growing(void) {
    byte *block = made(24), *larger = realloc((void *)block, 4000);
    block[0] = 0x5A;
    return drop(larger);
}

int full(void) {
    byte *block = made(24);
    memset((void *)block, 1, 24);
    return drop(block);
}
int full_calloc(void) {
    byte *block = calloc(3, 8);
    for (int i = 0; i < 24; i++)
        if (block[i] != 0)
            return 1;
    memset((void *)block, 1, 24);
    return drop(block);
}
int full_grown(void) {
    size_t size = 1;
    byte *block = made(size);
    block[0] = 0;
    for (; size < 3000; size++) {
        block = realloc((void *)block, size + 1);
        block[size] = (uint8_t)size;
    }
    for (size_t i = 0; i < size; i++)
        if (block[i] != (uint8_t)i)
            return 1;
    return drop(block);
}
int full_shrunk(void) {
    byte *block = made(400);
    memset((void *)block, 7, 400);
    block = realloc((void *)block, 20);
    return block[19] != 7 || drop(block);
}
int full_told(void) {
    byte *block = made(21);
    size_t room = malloc_usable_size((void *)block);
    if (room < 21)
        return 1;
    memset((void *)block, 1, room);
    block = realloc((void *)block, 5000);
    return block[room - 1] != 1 || room > malloc_usable_size((void *)block) || drop(block);
}
/* What is asked for when a block is made must be told when it is freed, for a program's own account of its memory. */
static size_t told;
int told_first(void) {
    kept = made(33);
    told = malloc_usable_size((void *)kept);
    return 0;
}
int told_later(void) {
    int differs = told != malloc_usable_size((void *)kept);
    drop(kept);
    return differs;
}
int given_back(void) {
    byte *block = made(24);
    drop(block);
    block = made(24);
    memset((void *)block, 1, 24);
    return drop(block);
}
static void *elsewhere(void *block) {
    struct timespec soon = {0, 20000000};
    nanosleep(&soon, NULL);
    free(block);
    void *other = malloc(24);
    memset(other, 0, 24);
    return other;
}
int freed_by_a_thread(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, elsewhere, (void *)made(24));
    return pthread_detach(thread);
}
int waits(void) {
    struct timespec soon = {0, 40000000};
    return nanosleep(&soon, NULL);
}
