/* Calls the request guard in rounds, and prints the median picoseconds of a call of each function. */
#define _GNU_SOURCE
#include "request_guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 101, CALLS = 2000 };

static long nanoseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

static int by_size(const void *one, const void *other)
{
    return (*(const long *)one > *(const long *)other) - (*(const long *)one < *(const long *)other);
}

#define MEASURED(call)                                            \
    do {                                                          \
        long taken[ROUNDS];                                       \
        for (int round = 0; round < ROUNDS; round++) {            \
            long before = nanoseconds();                          \
            for (int i = 0; i < CALLS; i++)                       \
                (void)call;                                       \
            taken[round] = (nanoseconds() - before) * 1000 / CALLS; \
        }                                                         \
        qsort(taken, ROUNDS, sizeof *taken, by_size);             \
        printf("%ld ", taken[ROUNDS / 2]);                        \
    } while (0)

int main(void)
{
    rg_guard *guard = rg_guard_new();
    rg_guard_add_route(guard, "/quote", 6);
    rg_guard_add_route(guard, "/book", 5);
    const rg_request request = {.route = "/quote", .route_len = 6, .payload_bytes = 512, .kind = RG_QUOTE};
    rg_reason reason;
    char text[32];
    size_t length;
    MEASURED(rg_admit(guard, &request, &reason));
    MEASURED(rg_format_reason(RG_OK, text, sizeof text, &length));
    rg_guard_free(guard);
    printf("\n");
    return 0;
}
