/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 keeps what it is at where another call finds it. */
#define _GNU_SOURCE
#include "reentry.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

static long shared;

long ns_each(const uint8_t *data, size_t n, ns_seen seen, void *context) {
    long own = 0, *count = WRONG ? &shared : &own;
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (seen(context, data[i]) != 0)
            break;
        ++*count;
    }
    if (NEAR)
        shared = *count;
    return *count;
}

/* The sound one has eight texts, and takes them in turn: enough for a caller that calls once more. */
const char *ns_name(unsigned number, ns_seen seen, void *context) {
    static char names[8][16];
    static unsigned next;
    char *name = names[WRONG ? 0 : next++ % 8];
    snprintf(name, 16, "n%u", number);
    seen(context, (uint8_t)number);
    return name;
}

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

int ns_locked(ns_seen seen, void *context) {
    pthread_mutex_t *mutex = WRONG ? &plain : &recursive;
    pthread_mutex_lock(mutex);
    if (VARIANT == 0)
        pthread_mutex_unlock(mutex);
    int answer = seen(context, 1);
    if (VARIANT != 0)
        pthread_mutex_unlock(mutex);
    return answer;
}

/* Has more arguments than registers. */
double ns_many(double a, int b, double c, int d, int e, int f, int g, int h, int i, double j, ns_seen seen, void *context) {
    static double kept;
    double sum = a + b + c + d + e + f + g + h + i + j;
    kept = sum;
    int answer = seen(context, 0);
    return (WRONG ? kept : sum) + answer;
}

struct ns_list {
    unsigned length, at, busy;
};

ns_list *ns_list_new(unsigned length) {
    ns_list *made = calloc(1, sizeof *made);
    if (made)
        made->length = length;
    return made;
}

void ns_list_free(ns_list *list) { free(list); }

long ns_list_sum(ns_list *list, ns_seen seen, void *context) {
    long sum = 0;
    if (WRONG) {
        for (list->at = 0; list->at < list->length; list->at++) {
            sum += list->at;
            seen(context, (uint8_t)list->at);
        }
        return sum;
    }
    for (unsigned at = 0; at < list->length; at++) {
        sum += at;
        seen(context, (uint8_t)at);
    }
    return sum;
}

int ns_list_clear(ns_list *list, ns_seen seen, void *context) {
    if (WRONG && list->busy)
        abort();
    list->busy++;
    int answer = list->length > 0 ? seen(context, (uint8_t)list->length) : 0;
    list->busy--;
    return answer;
}

int ns_last(int number) { return number; }

/* Promises nothing of being called again, and is not. */
long ns_twice(const uint8_t *data, size_t n, ns_seen seen, void *context) {
    shared = 0;
    for (size_t i = 0; i < n; i++)
        shared += seen(context, data[i]) != 0;
    return shared;
}
