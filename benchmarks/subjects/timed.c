/* Functions that are timed by a contract, and the loops by which a careful person times them in C. */
#define _GNU_SOURCE
#include "timed.h"

#include <string.h>
#include <time.h>
#include <x86intrin.h>

int nothing_at_all(int value)
{
    return value;
}

uint32_t some_work(uint32_t turns)
{
    uint32_t sum = 2166136261u;
    for (uint32_t i = 0; i < turns; i++) {
        sum = (sum ^ i) * 16777619u;
        __asm__ volatile("" : "+r"(sum));
    }
    return sum;
}

static double nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Returns how many nanoseconds a call of a function that does nothing takes in a loop. */
double loop_by_hand(uint64_t calls)
{
    int (*volatile call)(int) = nothing_at_all;
    int (*function)(int) = call;
    double began = nanoseconds();
    for (uint64_t i = 0; i < calls; i++)
        __asm__ volatile("" : : "r"(function((int)i)));
    return (nanoseconds() - began) / (double)calls;
}

/* HdrHistogram's buckets for three digits: 2048 of one unit each, then 1024 for each power of two. */
#define HALF 1024
static uint32_t buckets[44 * HALF];

static uint32_t bucket_of(uint64_t value)
{
    uint32_t shift = 63 - (uint32_t)__builtin_clzll(value | (2 * HALF - 1)) - 10;
    return (shift << 10) + (uint32_t)(value >> shift);
}

static uint64_t highest_of(uint32_t bucket)
{
    uint32_t shift = bucket < 2 * HALF ? 0 : (bucket >> 10) - 1;
    return ((uint64_t)(bucket - (shift << 10) + 1) << shift) - 1;
}

static uint64_t tick(void)
{
    _mm_lfence();
    uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
}

static uint64_t at(uint32_t calls, double share)
{
    uint32_t wanted = (uint32_t)(share * calls + 0.999999), seen = 0;
    for (uint32_t i = 0; i < sizeof buckets / sizeof *buckets; i++)
        if ((seen += buckets[i]) >= wanted)
            return highest_of(i);
    return 0;
}

static uint64_t record(uint32_t turns, uint32_t calls, double share, int empty)
{
    uint32_t (*volatile call)(uint32_t) = empty ? (uint32_t(*)(uint32_t))(void *)nothing_at_all : some_work;
    memset(buckets, 0, sizeof buckets);
    for (uint32_t i = 0; i < calls; i++) {
        uint64_t began = tick();
        call(turns);
        uint64_t ended = tick();
        buckets[bucket_of((ended - began) * 1000)]++;
    }
    return at(calls, share);
}

/* Returns how many nanoseconds a share of the calls does not exceed, less what timing a call of nothing takes. */
double histogram_by_hand(uint32_t turns, uint32_t calls, double share)
{
    double clock = nanoseconds();
    uint64_t began = tick();
    uint64_t beside = record(turns, calls, 0.5, 1);
    uint64_t found = record(turns, calls, share, 0);
    double rate = (double)(tick() - began) / (nanoseconds() - clock); /* ticks a nanosecond */
    return (double)(found - beside) / 1000 / rate;
}
