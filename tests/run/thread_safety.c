/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 keeps something in a place that threads share. */
#include "thread_safety.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)
#define OWN __thread

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#if WRONG
#undef OWN
#define OWN
#endif

const char *ov_name(unsigned number)
{
    static OWN char text[32];
    char *at = text + sizeof text - 1;
    *at = 0;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return at;
}

int64_t ov_sum(const int32_t *numbers, size_t count)
{
    static OWN volatile int64_t sum; /* kept from call to call, and begun anew by each */
    sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += numbers[i];
    return sum;
}

bool ov_upper(const char *text, char *out, size_t room)
{
    static char shared[64];
    char own[64];
    char *scratch = WRONG || NEAR ? shared : own;
    size_t length = strlen(text);
    if (length >= sizeof own || length >= room)
        return false;
    if (NEAR)
        pthread_mutex_lock(&lock);
    for (size_t i = 0; i <= length; i++)
        scratch[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
    memcpy(out, scratch, length + 1);
    if (NEAR)
        pthread_mutex_unlock(&lock);
    return true;
}

double ov_mean(double one, double other)
{
    static OWN volatile double kept;
    kept = one;
    kept += other;
    return kept / 2;
}

unsigned ov_next(void) /* no two threads are given the same number */
{
#if WRONG
    static volatile unsigned next;
    return ++next;
#else
    static atomic_uint next;
    return atomic_fetch_add(&next, 1) + 1;
#endif
}

unsigned ov_level(unsigned level) /* the level before */
{
    static atomic_uint now;
    return atomic_exchange(&now, level);
}

int ov_last(int number) /* what this thread gave the last time */
{
    static __thread int last;
    int before = last;
    last = number;
    return before;
}

struct ov_bag {
    pthread_mutex_t lock;
    unsigned count, room, *numbers;
};

ov_bag *ov_bag_new(unsigned room)
{
    ov_bag *bag = calloc(1, sizeof *bag);
    bag->room = room;
    bag->numbers = calloc(room, sizeof *bag->numbers);
    pthread_mutex_init(&bag->lock, NULL);
    return bag;
}

void ov_bag_free(ov_bag *bag)
{
    free(bag->numbers);
    free(bag);
}

int ov_bag_add(ov_bag *bag, unsigned number)
{
    int found = -1;
    if (!WRONG)
        pthread_mutex_lock(&bag->lock);
    if (bag->count < bag->room) {
        bag->numbers[bag->count] = number;
        bag->count++;
        found = 0;
    }
    if (!WRONG)
        pthread_mutex_unlock(&bag->lock);
    return found;
}

unsigned ov_bag_count(ov_bag *bag)
{
    pthread_mutex_lock(&bag->lock);
    unsigned count = bag->count;
    pthread_mutex_unlock(&bag->lock);
    return count;
}

/* Adds up what it is told and what is written to its room; the near one keeps that for each thread. */
long ov_walk(unsigned steps, ov_seen seen, void *context)
{
    static long shared;
    static __thread long mine;
    long own = 0, *sum = WRONG ? &shared : NEAR ? &mine : &own;
    *sum = 0;
    for (unsigned i = 0; i < steps; i++) {
        uint8_t room[2] = {0};
        *sum += seen(context, room, sizeof room);
        *sum += room[0] + room[1];
    }
    return *sum;
}
