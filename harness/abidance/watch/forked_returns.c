/* Calls that come back twice: the library forks, and both processes return from the function that was called once.
 *
 * Everything of a caller's then happens twice: buffers are written out, connections used, locks held. Here the second one
 * is let come back, says so on the status page, which it shares with the first, and ends. The first waits for children
 * that are new and could still come back; those that ended, or are another program by now, cannot.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_KNOWN 64
#define PATIENCE 300 /* milliseconds in all for the children of one call */

static pid_t home;
static uint32_t told;
static int known[MOST_KNOWN], known_count;

void strays_init(void) { home = getpid(); }

/* To be called first where a call comes back: does not return in any process but the worker's own. */
void strays_end(void) {
    if (getpid() == home)
        return;
    mailbox_last_words();
    __atomic_fetch_add(&abidance_status_page->strays, 1, __ATOMIC_RELAXED);
    _exit(0);
}

const char *strays_prove(void) {
    abidance_strays();
    pid_t child = vfork(); /* a fork would copy tables of pages for each worker */
    if (child == 0)
        strays_end();
    if (child <= 0)
        return "a process could not be forked";
    syscall(SYS_wait4, child, NULL, 0, NULL);
    return abidance_strays() == 1 ? NULL : "a second process that came back from a call was not seen";
}

static size_t read_whole(const char *path, char *to, size_t room) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, to, room - 1);
    if (file >= 0)
        close(file);
    to[got > 0 ? got : 0] = 0;
    return got > 0 ? (size_t)got : 0;
}

static size_t read_of(int process, const char *name, char *to, size_t room) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", process, name);
    if (strcmp(name, "exe") != 0)
        return read_whole(path, to, room);
    ssize_t got = readlink(path, to, room - 1);
    to[got > 0 ? got : 0] = 0;
    return got > 0 ? (size_t)got : 0;
}

static int same(int process, const char *name) {
    static char ours[4096], theirs[4096];
    size_t length = read_of(home, name, ours, sizeof ours);
    return length == read_of(process, name, theirs, sizeof theirs) && memcmp(ours, theirs, length) == 0;
}

/* Tells whether a child still runs this program, and so could return from what it was forked in. */
static int could_come_back(int process) {
    char text[512];
    if (read_of(process, "stat", text, sizeof text) == 0)
        return 0;
    const char *state = strrchr(text, ')');
    if (state == NULL || state[1] == 0 || state[2] == 'Z' || state[2] == 'X')
        return 0;
    return same(process, "exe") && same(process, "cmdline");
}

static int is_known(int process) {
    for (int i = 0; i < known_count; i++)
        if (known[i] == process)
            return 1;
    return 0;
}

static void wait_for(int process, int *left) {
    const struct timespec pause = {0, 1000 * 1000};
    for (; *left > 0 && could_come_back(process); --*left)
        nanosleep(&pause, NULL);
    if (known_count < MOST_KNOWN)
        known[known_count++] = process;
}

static void wait_for_children(void) {
    char path[64], text[4096];
    siginfo_t none;
    if (syscall(SYS_waitid, P_ALL, 0, &none, WEXITED | WNOHANG | WNOWAIT | __WALL, NULL) != 0)
        return; /* there are no children, as after almost every call */
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", home, home);
    read_whole(path, text, sizeof text);
    int left = PATIENCE;
    char *end;
    for (char *at = text;; at = end) {
        int process = (int)strtol(at, &end, 10);
        if (end == at || process <= 0)
            return;
        if (!is_known(process))
            wait_for(process, &left);
    }
}

uint32_t abidance_strays(void) {
    wait_for_children();
    uint32_t all = __atomic_load_n(&abidance_status_page->strays, __ATOMIC_RELAXED), fresh = all - told;
    told = all;
    return fresh;
}
