/* Calls the calibrated function through its interposer and without, in turns, and prints what a call takes.
 *
 * Prints: ticks of the processor's clock a second, ticks between two readings of it with nothing in between, and the
 * picoseconds of a call that is traced, of one that is not, and of the difference: medians of rounds.
 */
#define _GNU_SOURCE
#include "calibrated.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 61, CALLS = 2000 };

size_t (*abidance_calibrated_itself(void))(const unsigned char *, size_t);

static uint64_t nanoseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t round_of(size_t (*function)(const unsigned char *, size_t))
{
    static const unsigned char some[16];
    uint64_t before = nanoseconds();
    size_t seen = 0;
    for (int i = 0; i < CALLS; i++)
        seen += function(some, (size_t)(i & 15));
    __asm__ volatile("" : : "r"(seen));
    return (nanoseconds() - before) * 1000 / CALLS;
}

static int by_size(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

static int64_t median(int64_t *values)
{
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

int main(void)
{
    int64_t traced[ROUNDS], plain[ROUNDS], more[ROUNDS], apart[ROUNDS];
    size_t (*itself)(const unsigned char *, size_t) = abidance_calibrated_itself();
    uint64_t began = nanoseconds(), first = __builtin_ia32_rdtsc();
    for (int i = 0; i < ROUNDS; i++) {
        plain[i] = (int64_t)round_of(itself);
        traced[i] = (int64_t)round_of(abidance_calibrated);
        more[i] = traced[i] - plain[i];
        uint64_t before = __builtin_ia32_rdtsc();
        apart[i] = (int64_t)(__builtin_ia32_rdtsc() - before);
    }
    while (nanoseconds() - began < 25000000)
        ;
    uint64_t ticks = __builtin_ia32_rdtsc() - first, passed = nanoseconds() - began;
    printf("%.0f %lld %lld %lld %lld\n", (double)ticks * 1e9 / (double)passed, (long long)median(apart),
           (long long)median(traced), (long long)median(plain), (long long)median(more));
    return 0;
}
