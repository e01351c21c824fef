#ifndef PARALLEL_LENGTHS_H
#define PARALLEL_LENGTHS_H

#include <stddef.h>
#include <stdint.h>

typedef struct pl_batch {
    const uint8_t *const *parts;
    const uint16_t *sizes;
    size_t count;
} pl_batch;

typedef struct pl_room {
    void *base;
    size_t length;
} pl_room;

/* The sum of all bytes of `n` buffers, buffer i of `lengths[i]` bytes. A buffer that is NULL has none. */
uint32_t pl_sum(const uint8_t *const *buffers, const size_t *lengths, size_t n);

/* The same of a batch. */
uint32_t pl_batch_sum(const pl_batch *batch);

/* Puts `value` into each byte of each buffer. */
void pl_fill(uint8_t *const *buffers, const size_t *lengths, size_t n, int value);

/* Inverts each byte of each buffer. */
void pl_invert(uint8_t **buffers, const size_t *lengths, int n);

/* Copies `frames` samples of each channel, twice as loud. */
void pl_louder(int32_t *const *out, const int32_t *const *in, size_t channels, size_t frames);

/* Scatters a text over pieces of room, the first ones first; the number of bytes that had room. */
size_t pl_scatter(const uint8_t *text, size_t length, const pl_room *rooms, int count);

#endif
