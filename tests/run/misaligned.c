/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 wants aligned pointers where any were promised. */
#include "misaligned.h"

#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

static uint32_t load32(const void *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* The wrong one is right on x86 until the compiler makes vectors of it: UBSan tells. */
uint32_t ak_sum32(const uint32_t *xs, size_t n) {
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += WRONG ? xs[i] : load32((const char *)xs + 4 * i);
    return sum;
}

uint8_t ak_xor(const void *data, size_t n) {
    const uint8_t *at = data;
    uint8_t folded[16], all = 0;
    __m128i sum = _mm_setzero_si128();
    for (; n >= 16; at += 16, n -= 16) {
        const __m128i *vector = (const __m128i *)at;
        if (WRONG)
            sum = _mm_xor_si128(sum, _mm_load_si128(vector));
        else if (NEAR && (uintptr_t)at % 16 == 0)
            sum = _mm_xor_si128(sum, _mm_load_si128(vector));
        else
            sum = _mm_xor_si128(sum, _mm_loadu_si128(vector));
    }
    _mm_storeu_si128((__m128i *)folded, sum);
    for (int i = 0; i < 16; i++)
        all ^= folded[i];
    while (n-- > 0)
        all ^= *at++;
    return all;
}

/* Adds up to an aligned address byte by byte, then by words; the wrong one forgets the first bytes. */
uint32_t ak_add(const uint8_t *data, size_t n) {
    uint32_t sum = 0;
    for (; n > 0 && (uintptr_t)data % 4 != 0; data++, n--)
        sum += WRONG ? 0 : *data;
    for (; n >= 4; data += 4, n -= 4) {
        uint32_t word = load32(data);
        sum += (word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24);
    }
    while (n-- > 0)
        sum += *data++;
    return sum;
}

void ak_store(uint64_t *out, uint64_t value) {
    if (WRONG)
        *(volatile uint64_t *)out = value;
    else
        memcpy(out, &value, sizeof value);
}

int ak_count(const ak_series *series) {
    if (WRONG && (uintptr_t)series->xs % sizeof(double) != 0)
        return -1;
    return (int)series->n;
}

/* The wrong one is right while one of both is aligned. */
int ak_copy(uint32_t *to, const uint32_t *from, size_t n) {
    if (WRONG && (uintptr_t)to % 4 != 0 && (uintptr_t)from % 4 == 0)
        memset(to, 0, 4 * n);
    else
        memcpy(to, from, 4 * n);
    return 0;
}

/* Promises nothing of pointers that are not aligned, and is given none. */
uint32_t ak_plain(const uint32_t *xs, size_t n) {
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += *(const volatile uint32_t *)&xs[i];
    return sum;
}

/* Wants 32 bytes, as vectors do. */
float ak_loud(const float *samples, size_t n) {
    float loudest = 0;
    if ((uintptr_t)samples % 32 != 0)
        abort();
    for (size_t i = 0; i < n; i++)
        loudest = samples[i] > loudest ? samples[i] : loudest;
    return loudest;
}

struct ak_log { uint64_t sum; };

ak_log *ak_log_new(void) { return calloc(1, sizeof(ak_log)); }

void ak_log_free(ak_log *log) { free(log); }

/* The wrong one keeps the address of the last entry, and needs it to be even later on. */
uint64_t ak_log_put(ak_log *log, const uint64_t *xs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint64_t x;
        memcpy(&x, (const char *)xs + 8 * i, sizeof x);
        log->sum += x;
    }
    if (WRONG && n > 0 && (uintptr_t)xs % 2 != 0)
        __builtin_trap();
    return log->sum;
}
