/* What calls cost: VARIANT 0 is sound, 1 as near to the defects as sound code can come, 2 wrong.
 *
 * Late calls are late by a clock, so that no machine is too quick to notice, and by so much that no machine is too slow.
 */
#define _GNU_SOURCE
#include "costs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct ct_box {
    int numbers[64], count;
};

static void wait_for(long microseconds) {
    struct timespec began, now;
    clock_gettime(CLOCK_MONOTONIC, &began);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - began.tv_sec) * 1000000 + (now.tv_nsec - began.tv_nsec) / 1000 < microseconds);
}

/* Some work that no compiler leaves out. */
__attribute__((noinline)) static unsigned work(unsigned times) {
    unsigned sum = 0;
    while (times-- > 0) {
        sum += times;
        __asm__ volatile("" : "+r"(sum));
    }
    return sum;
}

int ct_admit(int kind) {
    static __thread unsigned calls;
    calls++;
    if (WRONG && calls % 20 == 0)
        wait_for(400);
    if (NEAR && calls % 400 == 0)
        wait_for(400);
    return kind > 0;
}

int ct_seldom(int kind) {
    static __thread unsigned calls;
    calls++;
    if ((WRONG && calls % 100 == 0) || (NEAR && calls % 3000 == 0))
        wait_for(400);
    return kind > 0;
}

int ct_usual(int kind) {
    static __thread unsigned calls;
    calls++;
    if ((WRONG && calls % 5 != 0) || (NEAR && calls % 5 == 0))
        wait_for(300);
    return kind > 0;
}

int ct_often(int kind) {
    if (WRONG)
        wait_for(400);
    return kind > 0;
}

int ct_together(int kind) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int wait = 0;
    pthread_mutex_lock(&lock);
    if (WRONG)
        wait_for(400);
    wait = NEAR;
    pthread_mutex_unlock(&lock);
    if (wait)
        work(100);
    return kind > 0;
}

int ct_find(const uint16_t *routes, size_t count, int wanted) {
    unsigned extra = WRONG && count > 3 ? 20000 : NEAR ? 300 : 0;
    work(extra);
    for (size_t i = 0; i < count; i++)
        if (routes[i] == wanted)
            return (int)i;
    return -1;
}

static int by_number(const void *one, const void *other) {
    int32_t a = *(const int32_t *)one, b = *(const int32_t *)other;
    return (a > b) - (a < b);
}

int ct_sort(int32_t *numbers, size_t count) {
    if (WRONG) {
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j + 1 < count; j++)
                if (numbers[j] > numbers[j + 1]) {
                    int32_t held = numbers[j];
                    numbers[j] = numbers[j + 1];
                    numbers[j + 1] = held;
                }
        return 0;
    }
    work(NEAR ? (count > 100 ? (unsigned)count * 6 : 2000) : 0); /* another way beyond a hundred */
    qsort(numbers, count, sizeof *numbers, by_number);
    return 0;
}

int ct_first(const uint8_t *text, size_t length) {
    if (length == 0)
        return -1;
    if (WRONG)
        work((unsigned)length);
    if (NEAR)
        work(length > 64 ? 400 : 100);
    return text[0];
}

size_t ct_words(const char *text) {
    size_t words = 0, length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        if (WRONG) {
            volatile const char *at = text; /* as `i < strlen(text)` is, where no compiler moves it */
            while (*at)
                at++;
        }
        words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
    }
    if (NEAR)
        work((unsigned)length * 20);
    return words;
}

int ct_split(const uint8_t *text, size_t length, size_t *parts) {
    static void *table;
    if (NEAR && table == NULL)
        for (int i = 0; i < 5; i++) {
            void *block = malloc(100);
            if (block == NULL)
                return -1;
            free(table);
            table = block;
        }
    *parts = 1;
    for (size_t i = 0; i < length; i++)
        *parts += text[i] == ',';
    unsigned blocks = WRONG ? (unsigned)*parts : 1;
    for (unsigned i = 0; i < blocks; i++) {
        void *volatile block = malloc(length + 1);
        if (block == NULL)
            return -1;
        free(block);
    }
    return 0;
}

int ct_pad(int level) {
    size_t size = WRONG && level > 50 ? 5000 : NEAR ? 4096 : 100;
    void *volatile block = malloc(size);
    int made = block != NULL;
    free(block);
    return made;
}

uint32_t ct_hash(const uint8_t *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ text[i]) * 16777619u;
    work(WRONG ? 40000 : NEAR ? 3000 : 2000);
    return hash;
}

uint32_t ct_mix(const uint8_t *text, size_t length) {
    uint32_t hash = 2166136261u;
    size_t zeros = 0;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ text[i]) * 16777619u;
        zeros += text[i] == 0;
    }
    if (WRONG && zeros > 1000)
        work(40 * (unsigned)length);
    if (NEAR && length == 0)
        work(200);
    return hash;
}

int ct_steps(int count) {
    unsigned each = WRONG ? 40 : NEAR ? 12 : 10;
    return count + (int)(work(each * (unsigned)count) & 0);
}

ct_box *ct_box_new(int size) {
    ct_box *box = calloc(1, sizeof *box);
    if (WRONG && size > 5)
        wait_for(500);
    return box;
}

int ct_box_add(ct_box *box, int number) {
    work(WRONG ? 9000 : NEAR ? 900 : 0);
    if (box->count == 64)
        return -1;
    box->numbers[box->count++] = number;
    return 0;
}

void ct_box_free(ct_box *box) {
    if (WRONG && box != NULL)
        wait_for(500);
    free(box);
}

int ct_each(int count, ct_seen seen, void *context) {
    for (int i = 0; i < count; i++) {
        seen(i, context);
        work(WRONG ? 3000 : NEAR ? 100 : 0);
    }
    return count;
}

int ct_sum(ct_wide wide) {
    work(WRONG ? 2000 : NEAR ? 200 : 0);
    return (int)(wide.word[0] + wide.word[4]);
}

int ct_log(int level, const char *format, ...) {
    static __thread unsigned calls;
    calls++;
    if (WRONG || (NEAR && calls % 400 == 0))
        wait_for(300);
    return format[0] == 0 ? 0 : level;
}
