/* The state of the process that a library shares with its caller: looked at before, and after each plan.
 *
 * Each look costs some ten microseconds: no look searches /proc unless something has changed.
 */
#define _GNU_SOURCE
#include "process_resources.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST_DESCRIPTORS 1024
#define SIGNALS 32 /* those of C and POSIX; the real-time ones are the C library's to use */
#define LINGERING 5 /* milliseconds that a thread which was joined may take to disappear */

extern char **environ;

struct state {
    char locale[512], directory[4096];
    mode_t umask;
    uint64_t environment;
    sigset_t mask;
    struct sigaction actions[SIGNALS];
    int lowest_free, threads;
    uint64_t control[2];
    struct left left;
};

/* Listed only when one has gone, or the lowest free number is another. */
struct descriptors {
    uint8_t open[MOST_DESCRIPTORS];
    uint64_t file[MOST_DESCRIPTORS];
    int highest;
};

static struct state states[2], *known = &states[0], *now = &states[1]; /* they change places after each look */
static struct descriptors held, holds;

/* Eight bytes at a time: an environment is some kilobytes, and is gone through after every plan. */
static uint64_t hash(uint64_t state, const char *text) {
    size_t left = strlen(text) + 1;
    while (left != 0) {
        uint64_t word = 0;
        size_t taken = left < sizeof word ? left : sizeof word;
        memcpy(&word, text, taken);
        state = (state ^ word) * 0x9E3779B97F4A7C15u;
        state ^= state >> 32;
        text += taken;
        left -= taken;
    }
    return state;
}

/* `/proc/self/task` is kept open: it tells how many threads there are without a path to be looked up. */
static int tasks = -1;
static ino_t tasks_file;

static int lowest_free(void) {
    int next = fcntl(tasks, F_DUPFD_CLOEXEC, 0);
    if (next < 0)
        next = open("/", O_PATH | O_CLOEXEC);
    if (next >= 0)
        close(next);
    return next;
}

static int is_open(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

/* Another number where another file is there; some files of the kernel's share theirs. */
static uint64_t file_at(int descriptor) {
    struct stat there;
    return fstat(descriptor, &there) == 0 ? there.st_ino * 0x9E3779B97F4A7C15u ^ there.st_dev : 0;
}

static int threads_now(void) {
    struct stat there;
    if ((fstat(tasks, &there) != 0 || there.st_ino != tasks_file) && stat("/proc/self/task", &there) != 0)
        return 1;
    return (int)there.st_nlink - 2;
}

static void list_descriptors(struct descriptors *state) {
    memset(state->open, 0, sizeof state->open);
    state->highest = -1;
    for (int i = 0; i < MOST_DESCRIPTORS; i++)
        if (is_open(i)) {
            state->open[i] = 1;
            state->file[i] = file_at(i);
            state->highest = i;
        }
}

static int descriptors_changed(void) {
    if (now->lowest_free != known->lowest_free)
        return 1;
    for (int i = 0; i <= held.highest; i++)
        if (held.open[i] && (held.file[i] != file_at(i) || (held.file[i] == 0 && !is_open(i))))
            return 1;
    return 0;
}

static void look(struct state *state) {
    const char *locale = setlocale(LC_ALL, NULL);
    state->locale[0] = 0;
    if (locale != NULL)
        strncat(state->locale, locale, sizeof state->locale - 1);
    if (getcwd(state->directory, sizeof state->directory) == NULL)
        strcpy(state->directory, "?");
    state->umask = umask(0);
    umask(state->umask);
    state->environment = 0xCBF29CE484222325u;
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++)
        state->environment = hash(state->environment, *entry);
    sigprocmask(SIG_SETMASK, NULL, &state->mask);
    for (int i = 1; i < SIGNALS; i++)
        if (i != SIGKILL && i != SIGSTOP) /* whose actions nobody can change */
            sigaction(i, NULL, &state->actions[i]);
    state->lowest_free = lowest_free();
    state->threads = threads_now();
    gate_control(state->control);
    left_look(&state->left);
}

/* The C library adds a flag of its own to each handler that it passes on, and the kernel keeps it. */
#define SA_OF_THE_LIBRARY 0x04000000

static int is_function(const struct sigaction *action) {
    return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

/* Flags mean something to a function only: `signal` adds some to whatever it puts back. */
static int same_action(const struct sigaction *one, const struct sigaction *other) {
    if (!is_function(one) && !is_function(other))
        return one->sa_handler == other->sa_handler;
    return one->sa_handler == other->sa_handler && ((one->sa_flags ^ other->sa_flags) & ~SA_OF_THE_LIBRARY) == 0;
}

void write_line(struct writer *to, const char *kind, const char *was, const char *is) {
    size_t room = (size_t)(to->end - to->at);
    int length = snprintf(to->at, room, "%s\x1f%s\x1f%s\n", kind, was, is);
    if (length > 0)
        to->at += (size_t)length < room ? (size_t)length : room - 1;
}

static void write_signals(struct writer *to) {
    char number[16];
    for (int i = 1; i < SIGNALS; i++) {
        int handled = !same_action(&known->actions[i], &now->actions[i]);
        int masked = sigismember(&known->mask, i) != sigismember(&now->mask, i);
        if (!handled && !masked)
            continue;
        snprintf(number, sizeof number, "%d", i);
        if (handled)
            write_line(to, "signal_handler", number, "");
        if (masked)
            write_line(to, "signal_mask", number, sigismember(&now->mask, i) ? "blocked" : "let through");
    }
}

static void write_descriptors(struct writer *to) {
    char link[64], target[256], words[512];
    list_descriptors(&holds);
    for (int i = 0; i < MOST_DESCRIPTORS; i++) {
        if (held.open[i] == holds.open[i] && (!holds.open[i] || held.file[i] == holds.file[i]))
            continue;
        snprintf(words, sizeof words, "%d", i);
        if (holds.open[i]) {
            snprintf(link, sizeof link, "/proc/self/fd/%d", i);
            ssize_t length = readlink(link, target, sizeof target - 1);
            target[length > 0 ? length : 0] = 0;
            snprintf(words, sizeof words, "%d (%s)", i, target);
        }
        if (held.open[i] && holds.open[i])
            write_line(to, "replaced", words, "");
        else
            write_line(to, holds.open[i] ? "opened" : "closed", holds.open[i] ? "" : words, holds.open[i] ? words : "");
    }
    held = holds;
}

/* A thread that has been joined may still be listed for a moment. */
static void wait_for_threads(void) {
    const struct timespec pause = {0, 1000 * 1000};
    for (int i = 0; i < LINGERING && now->threads > known->threads; i++) {
        nanosleep(&pause, NULL);
        now->threads = threads_now();
    }
}

void abidance_state_begin(void) {
    setvbuf(stdout, NULL, _IONBF, 0); /* what a call prints is seen with that call */
    left_begin();
    tasks = keep_open("/proc/self/task", tasks, &tasks_file);
    look(known);
    list_descriptors(&held);
}

int abidance_state(char *words, uint32_t room) {
    int saved = errno;
    struct writer to = {words, words + room};
    char was[32], is[32];
    look(now);
    if (strcmp(known->locale, now->locale) != 0)
        write_line(&to, "locale", known->locale, now->locale);
    if (strcmp(known->directory, now->directory) != 0)
        write_line(&to, "directory", known->directory, now->directory);
    if (known->umask != now->umask) {
        snprintf(was, sizeof was, "%03o", (unsigned)known->umask);
        snprintf(is, sizeof is, "%03o", (unsigned)now->umask);
        write_line(&to, "umask", was, is);
    }
    if (known->environment != now->environment)
        write_line(&to, "environment", "", "");
    if (memcmp(known->control, now->control, sizeof now->control) != 0) {
        snprintf(was, sizeof was, "%#llx", (unsigned long long)known->control[0]);
        snprintf(is, sizeof is, "%#llx", (unsigned long long)now->control[0]);
        write_line(&to, "float_control", was, is);
    }
    write_signals(&to);
    if (descriptors_changed())
        write_descriptors(&to);
    left_write(&to, &known->left, &now->left);
    char bound[256];
    if (bound_since(bound, sizeof bound))
        write_line(&to, "unwatched", "", bound);
    if (now->threads > known->threads)
        wait_for_threads();
    if (now->threads > known->threads) {
        snprintf(was, sizeof was, "%d", known->threads);
        snprintf(is, sizeof is, "%d", now->threads);
        write_line(&to, "threads", was, is);
    }
    struct state *last = known;
    known = now;
    now = last;
    errno = saved;
    return (int)(to.at - words);
}

const char *state_prove(void) {
    struct stat there;
    sigset_t mask, before;
    sigemptyset(&mask);
    sigaddset(&mask, SIGWINCH);
    look(known);
    mode_t was = umask(known->umask ^ 0111);
    sigprocmask(sigismember(&known->mask, SIGWINCH) ? SIG_UNBLOCK : SIG_BLOCK, &mask, &before);
    int opened = open("/", O_PATH | O_CLOEXEC);
    look(now);
    if (opened >= 0)
        close(opened);
    sigprocmask(SIG_SETMASK, &before, NULL);
    umask(was);
    if (now->umask == known->umask)
        return "a umask that changed was not seen";
    if (sigismember(&now->mask, SIGWINCH) == sigismember(&known->mask, SIGWINCH))
        return "a signal that was blocked was not seen";
    if (opened < 0 || now->lowest_free == known->lowest_free)
        return "a descriptor that was opened was not seen";
    if (known->directory[0] != '/')
        return "the working directory cannot be told";
    return stat("/proc/self/task", &there) == 0 ? NULL : "`/proc/self/task` cannot be read, which lists threads";
}
