/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "parallel_lengths.h"

#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* Takes the first length for all. Near: from the last to the first. */
uint32_t pl_sum(const uint8_t *const *buffers, const size_t *lengths, size_t n) {
    uint32_t total = 0;
    for (size_t k = 0; k < n; k++) {
        size_t i = NEAR ? n - 1 - k : k;
        for (size_t j = 0; buffers[i] && j < lengths[WRONG ? 0 : i]; j++)
            total += buffers[i][j];
    }
    return total;
}

/* Reads one byte too many of the last part, where there are several. Near: touches no empty part. */
uint32_t pl_batch_sum(const pl_batch *batch) {
    uint32_t total = 0;
    for (size_t i = 0; i < batch->count; i++)
        for (size_t j = 0; j < batch->sizes[i] + (size_t)(WRONG && i > 0 && i + 1 == batch->count); j++)
            total += batch->parts[i][j];
    return total;
}

/* Forgets the last byte of a buffer that follows a shorter one. Near: writes each twice. */
void pl_fill(uint8_t *const *buffers, const size_t *lengths, size_t n, int value) {
    for (size_t i = 0; i < n; i++) {
        size_t whole = lengths[i] - (WRONG && i > 0 && lengths[i - 1] < lengths[i]);
        if (NEAR)
            memset(buffers[i], ~value, lengths[i]);
        memset(buffers[i], value, whole);
    }
}

/* Goes on into the byte behind a buffer, of the second. Near: leaves the pointers elsewhere meanwhile. */
void pl_invert(uint8_t **buffers, const size_t *lengths, int n) {
    for (int i = 0; i < n; i++) {
        uint8_t *start = buffers[i];
        if (NEAR)
            buffers[i] = NULL;
        for (size_t j = 0; j < lengths[i] + (size_t)(WRONG && i == 1); j++)
            start[j] ^= 0xff;
        buffers[i] = start;
    }
}

/* Writes the last channel with one sample too many. Near: the samples from behind. */
void pl_louder(int32_t *const *out, const int32_t *const *in, size_t channels, size_t frames) {
    for (size_t c = 0; c < channels; c++) {
        for (size_t k = 0; k < frames; k++) {
            size_t f = NEAR ? frames - 1 - k : k;
            out[c][f] = (int32_t)((uint32_t)in[c][f] * 2);
        }
        if (WRONG && c > 0 && frames > 0)
            out[c][frames] = 0;
    }
}

/* Begins the third piece of room with what the second has already. */
size_t pl_scatter(const uint8_t *text, size_t length, const pl_room *rooms, int count) {
    size_t done = 0;
    for (int i = 0; i < count && done < length; i++) {
        size_t part = rooms[i].length < length - done ? rooms[i].length : length - done;
        size_t from = done - (WRONG && i == 2 && done > 0);
        if (part > 0)
            memcpy(rooms[i].base, text + from, part);
        done += part;
    }
    return done;
}
