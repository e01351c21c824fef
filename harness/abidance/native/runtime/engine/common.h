/* What all parts of the engine know: limits, the memory that parent and child share, random numbers. */
#ifndef ABIDANCE_ENGINE_COMMON_H
#define ABIDANCE_ENGINE_COMMON_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LARGEST = 1 << 16, /* bytes of an input */
    INPUTS = 1 << 16,  /* of the corpus */
    FRESH = 1 << 14,   /* features that one input is told to have brought */
    DEADLY = 1 << 12,  /* small inputs that ended the process, remembered so that they are not tried again */
    NOWHERE = 0xffffffff
};

/* What is tried of each input, one after the other: its comparisons, those of what is behind its end, calls there. */
enum { AS_IT_IS, LONGER, NEXT_CALL, STAGES };

/* How a child ends that ends of itself. Its word comes through the pipe, for its status may be the library's. */
enum { LEFT_RUNS = 'r', LEFT_STOPPED = 's', LEFT_FOR_ANOTHER = 'a' };

/* Written by the child, and so perhaps by the library: the parent believes no count or index in it. */
typedef struct {
    volatile uint64_t executions; /* in all children; the input that runs is the last that was counted */
    volatile uint64_t progress;   /* `executions` when a seed was run, or something new was met, last */
    volatile uint32_t ready, stop, seeds_run, entry, size, unheard;
    uint32_t picks[INPUTS], stage[STAGES][INPUTS]; /* attempts made, of each kind, at what an input leads to */
    uint64_t deadly[DEADLY]; /* written by the parent */
    uint8_t input[LARGEST];
} shared_memory;

static shared_memory *shared;

typedef struct {
    uint64_t runs;     /* 0: as many as the time allows */
    uint64_t patience; /* it is over after so many inputs in a row that meet nothing new; 0: no limit */
    double cpu;    /* seconds of processor time, of all children together; 0: no limit */
    double wall;   /* seconds of the clock; 0: no limit */
    uint64_t seed;
    uint32_t max_len;
    double timeout; /* seconds of one input */
    uint64_t rss;   /* bytes */
    const char *out, *failures, *sync;
    int report, merge, fenced;
} engine_options;

static engine_options options = {.seed = 1, .max_len = 4096, .timeout = 1.0, .rss = (uint64_t)2048 << 20, .report = -1};

/* Tell whether so many inputs in a row met nothing new that no more are tried. */
static bool is_tired(void)
{
    return options.patience && shared->executions >= shared->progress + options.patience;
}

static uint64_t random_state = 88172645463325252ull;

static uint64_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * 0x2545F4914F6CDD1Dull;
}

/* A number below `n`; 0 where `n` is. */
static uint32_t below(uint32_t n) { return (uint32_t)(((random_number() >> 32) * n) >> 32); }

/* The same seed and number of the child give the same sequence, and neighbours have nothing in common. */
static void seed_random(uint64_t seed, uint64_t child)
{
    uint64_t z = seed * 0x9E3779B97F4A7C15ull + child * 0xD1B54A32D192ED03ull + 0x632BE59BD9B4E019ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    random_state = (z ^ (z >> 31)) | 1;
    for (int i = 0; i < 4; i++)
        random_number();
}

static uint64_t digest_from(uint64_t state, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++)
        state = (state ^ at[i]) * 0x100000001B3ull;
    return state ^ (state >> 29);
}

static uint64_t digest_of(const void *bytes, size_t size) { return digest_from(0xCBF29CE484222325ull, bytes, size); }

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    return clock_gettime(clock, &now) ? 0.0 : (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
