/* A fence of bytes behind every block, for writes past its end, and what is noted of bytes that changed. */
#ifndef ABIDANCE_FENCE_H
#define ABIDANCE_FENCE_H

#include "heap.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* As wide as most elements are, for `a[n].last = x` jumps over less. */
#define FENCE ((size_t)64)
/* No byte that is often written by mistake: not 0, no letter, none of the fills. */
#define FENCE_BYTE 0xF3

/* The size to ask for instead of `size`; one that no heap has stays as it is. */
static size_t fence_room(size_t size) { return size > PTRDIFF_MAX - FENCE ? size : size + FENCE; }

static void fence_put(void *block, size_t size) { memset((char *)block + size, FENCE_BYTE, FENCE); }

/* Looks for bytes that are not `byte` from `from` to `to`; returns their extent and where they begin. */
static size_t fence_changed(const void *block, size_t from, size_t to, uint8_t byte, size_t *first) {
    const uint8_t *bytes = block;
    while (from < to && bytes[from] == byte)
        from++;
    while (from < to && bytes[to - 1] == byte)
        to--;
    *first = from;
    return to - from;
}

static atomic_flag fence_noted = ATOMIC_FLAG_INIT;

static void fence_begin(struct abidance_heap *heap) {
    heap->spoiled = (struct abidance_spoiled){0};
    atomic_flag_clear(&fence_noted);
}

/* Notes the first change of a plan, whichever thread comes upon it. */
static void fence_note(struct abidance_heap *heap, struct abidance_spoiled spoiled) {
    if (!atomic_flag_test_and_set(&fence_noted))
        heap->spoiled = spoiled;
}

#endif
