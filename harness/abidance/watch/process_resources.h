/* What is looked at beside `process_state.c`'s own: each line that is written is a kind, what was, and what is. */
#ifndef ABIDANCE_LEFT_H
#define ABIDANCE_LEFT_H

#include "arena.h"

#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>

#define LEFT_LIMITS 9
#define LEFT_TIMERS 3
#define LEFT_ATTRIBUTES 7

struct left {
    struct rlimit limits[LEFT_LIMITS];
    uint8_t armed[LEFT_TIMERS];
    int posix_timers, children;
    stack_t stack;
    long attributes[LEFT_ATTRIBUTES];
    int64_t mapped;
};

struct writer {
    char *at, *end;
};

void write_line(struct writer *to, const char *kind, const char *was, const char *is);

/* Opens a file for good, out of the way of what a library opens, and closes what `known` was, if it was `*file`. Returns
 * the descriptor, -1 when it cannot be opened; its inode goes to `*file`. */
int keep_open(const char *path, int known, ino_t *file);

/* Opens what is read again and again, and lists the folders; in a forked process it must be called anew. */
void left_begin(void);
void left_look(struct left *left);
/* Writes what differs, and which files have come since the folders were listed last. */
void left_write(struct writer *to, const struct left *known, const struct left *now);

#endif
