/* VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 hands out numbers that are in use, 3 goes on
   with files that are closed, 4 fails with a number that may be a file, 5 closes the file beside the one it is given, 6
   forgets the second number of a pair, 7 lets go of the oldest timer where all are in use. */
#include "number_handles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, AGAIN, STALE, POSITIVE, BESIDE, FORGETS, STEALS };
#define IS(variant) (VARIANT == (variant))
#define FILES 64
#define TIMERS 4

typedef struct { int number, used; size_t at, size; char *data; } file;

static file files[FILES];
static int next = 1000, newest = -1;

static file *find(int number) {
    for (int i = 0; i < FILES; i++)
        if (files[i].used && files[i].number == number)
            return &files[i];
    return NULL;
}

int nh_open(const char *name) {
    if (name[0] == '\0') {
        errno = EINVAL;
        return IS(POSITIVE) ? EINVAL : -1;
    }
    for (int i = 0; i < FILES; i++)
        if (!files[i].used) {
            int number = IS(NEAR) ? next++ : IS(AGAIN) ? i & ~1 : i;
            files[i] = (file){.number = number, .used = 1, .data = calloc(1, 1)};
            return newest = number;
        }
    errno = EMFILE;
    return -1;
}

int nh_close(int number) {
    file *it = find(number);
    if (it == NULL) {
        errno = EBADF;
        return -1;
    }
    free(it->data);
    if (!IS(STALE))
        it->used = 0;
    it->data = NULL;
    it->at = it->size = 0;
    if (newest == number)
        newest = -1;
    if (IS(BESIDE) && find(number - 1) != NULL)
        nh_close(number - 1);
    return 0;
}

long nh_write(int number, const void *bytes, size_t n) {
    file *it = find(number);
    if (it == NULL) {
        errno = EBADF;
        return -1;
    }
    it->data = realloc(it->data, it->size + n + 1);
    memcpy(it->data + it->size, bytes, n);
    it->size += n;
    return (long)n;
}

long nh_read(int number, void *bytes, size_t n) {
    file *it = find(number);
    if (it == NULL) {
        errno = EBADF;
        return -1;
    }
    n = n < it->size - it->at ? n : it->size - it->at;
    if (n > 0)
        memcpy(bytes, it->data + it->at, n);
    it->at += n;
    return (long)n;
}

int nh_rewind(int number) {
    file *it = find(number);
    if (it == NULL) {
        errno = EBADF;
        return -1;
    }
    it->at = 0;
    return 0;
}

int nh_copy(int number) {
    file *it = find(number);
    int copy = it == NULL ? -1 : nh_open("copy");
    if (copy >= 0)
        nh_write(copy, it->data, it->size);
    return copy;
}

int nh_pair(int *one, int *two) {
    int first = nh_open("one"), second = nh_open("two");
    if (second < 0) {
        nh_close(first);
        return -1;
    }
    *one = first;
    if (IS(FORGETS))
        nh_close(second);
    else
        *two = second;
    return 0;
}

int nh_newest(void) { return newest; }

int nh_poll(struct nh_poll *poll) {
    poll->ready = 0;
    if (find(poll->file) == NULL)
        return -1;
    poll->ready = poll->wanted;
    return 0;
}

static struct { int used, ticks; } timers[TIMERS];

int nh_start(nh_timer *timer, int ticks) {
    unsigned at = 0;
    while (at < TIMERS && timers[at].used)
        at++;
    if (at == TIMERS) {
        if (!IS(STEALS))
            return NH_FULL;
        at = 0;
    }
    timers[at].used = 1;
    timers[at].ticks = ticks;
    *timer = at + 1;
    return NH_OK;
}

int nh_stop(nh_timer timer) {
    if (timer < 1 || timer > TIMERS || !timers[timer - 1].used)
        return NH_NONE;
    timers[timer - 1].used = 0;
    return NH_OK;
}

int nh_tick(nh_timer timer) {
    if (timer < 1 || timer > TIMERS || !timers[timer - 1].used)
        return NH_NONE;
    return timers[timer - 1].ticks > 0 ? --timers[timer - 1].ticks : 0;
}
