#include "concurrency.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "defect.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;

/* Counts on several threads without a lock. */
static int counted;

EXPORT int t01_count(int value) {
    if (!DEFECTIVE) pthread_mutex_lock(&lock);
    counted++;
    if (!DEFECTIVE) pthread_mutex_unlock(&lock);
    return value;
}

/* Fills a table at its first call, without a lock. */
static int table[64], is_filled;

static void fill(void) {
    for (int i = 0; i < 64; i++) table[i] = i * i;
    is_filled = 1;
}

EXPORT int t02_table(uint32_t key) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (!DEFECTIVE)
        pthread_once(&once, fill);
    else if (!is_filled) {
        *(volatile int *)&is_filled = 1;
        fill();
    }
    return table[key & 63];
}

/* Take two locks in two orders, one after the other. */
EXPORT int t03_first(uint32_t key) {
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&other);
    pthread_mutex_unlock(&other);
    pthread_mutex_unlock(&lock);
    return (int)(key & 1);
}

EXPORT int t03_second(uint32_t key) {
    pthread_mutex_t *one = PICK(&other, &lock), *two = PICK(&lock, &other);
    pthread_mutex_lock(one);
    pthread_mutex_lock(two);
    pthread_mutex_unlock(two);
    pthread_mutex_unlock(one);
    return (int)(key & 1);
}

/* Takes two locks in an order that its argument tells. */
static pthread_mutex_t from = PTHREAD_MUTEX_INITIALIZER, to = PTHREAD_MUTEX_INITIALIZER;

EXPORT int t04_move(uint32_t key) {
    int turned = DEFECTIVE && (key & 1);
    pthread_mutex_t *one = turned ? &to : &from, *two = turned ? &from : &to;
    pthread_mutex_lock(one);
    for (volatile int i = 0; i < 2000; i++) {
    }
    pthread_mutex_lock(two);
    pthread_mutex_unlock(two);
    pthread_mutex_unlock(one);
    return (int)(key & 1);
}

/* Reads a length twice. */
EXPORT int t05_read(const t05_frame *frame, uint8_t *out) {
    const volatile t05_frame *shared = frame;
    uint32_t size = shared->size;
    if (size > 16) return -1;
    if (DEFECTIVE) size = shared->size;
    for (uint32_t i = 0; i < size; i++) out[i] = frame->data[i];
    return (int)size;
}

/* Is to refuse threads that did not make it. */
struct t06_session {
    pthread_t owner;
    int used;
};

EXPORT t06_session *t06_open(void) {
    t06_session *session = calloc(1, sizeof *session);
    if (session) session->owner = pthread_self();
    return session;
}

EXPORT int t06_use(t06_session *session) {
    if (!DEFECTIVE && !pthread_equal(session->owner, pthread_self())) return -1;
    session->used++;
    return 0;
}

EXPORT void t06_close(t06_session *session) { free(session); }

/* Allocates in a function for signal handlers. */
EXPORT int t07_log(uint32_t value) {
    if (DEFECTIVE) {
        char *volatile copy = malloc(16);
        if (copy) copy[0] = (char)value;
        free(copy);
    }
    return (int)(value & 7);
}

/* Adds to a map that threads share, without a lock. */
struct t08_map {
    pthread_mutex_t mine;
    uint32_t keys[64];
    size_t count;
};

EXPORT t08_map *t08_new(void) {
    t08_map *map = calloc(1, sizeof *map);
    if (map) pthread_mutex_init(&map->mine, NULL);
    return map;
}

EXPORT int t08_add(t08_map *map, uint32_t key) {
    int added = 0;
    if (!DEFECTIVE) pthread_mutex_lock(&map->mine);
    if (map->count < 64) {
        map->keys[map->count] = key;
        map->count++;
        added = 1;
    }
    if (!DEFECTIVE) pthread_mutex_unlock(&map->mine);
    return added ? 0 : -1;
}

EXPORT void t08_free(t08_map *map) { free(map); }
