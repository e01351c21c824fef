/* What a library may leave in the process and beside it that neither the heap nor a descriptor shows: limits, timers,
 * attributes of the process, children, memory that is mapped, files in the folders for temporary ones.
 *
 * A look makes some thirty system calls of a tenth of a microsecond each, and reads two small files of /proc that are
 * kept open. Folders are listed only when their time of change says that something came or went.
 */
#define _GNU_SOURCE
#include "process_resources.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KEPT_HIGH 900          /* where descriptors of ours are out of the way of what a library opens */
#define PAUSE_NS (2 * 1000000) /* between two listings of a folder in which others come and go, at least */
#define SHARE 50 /* ... and so many times as long as the last took: a folder of thousands takes a quarter of a millisecond */
#define UNKNOWN INT64_MIN
#define HOT 8                  /* so many looks list at once after something new was seen */

static int statm = -1, timers = -1;
static ino_t statm_file, timers_file;
#define FOLDERS 3
#define MOST_NAMES 4096 /* of a fuller folder nothing is told */

struct folder {
    const char *path;
    struct timespec changed;
    uint32_t count;
    uint64_t names[MOST_NAMES]; /* hashes of them, in order */
};

static struct folder folders[FOLDERS];
static struct timespec listed_at;
static int64_t pause_ns = PAUSE_NS;
static unsigned hot;

static const struct {
    int resource;
    const char *name;
} LIMITS[LEFT_LIMITS] = {
    {RLIMIT_AS, "RLIMIT_AS"},         {RLIMIT_CORE, "RLIMIT_CORE"},       {RLIMIT_CPU, "RLIMIT_CPU"},
    {RLIMIT_DATA, "RLIMIT_DATA"},     {RLIMIT_FSIZE, "RLIMIT_FSIZE"},     {RLIMIT_NOFILE, "RLIMIT_NOFILE"},
    {RLIMIT_NPROC, "RLIMIT_NPROC"},   {RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"}, {RLIMIT_STACK, "RLIMIT_STACK"},
};

int keep_open(const char *path, int known, ino_t *file) {
    struct stat there;
    if (known >= 0 && fstat(known, &there) == 0 && there.st_ino == *file)
        close(known); /* it belongs to the process that this one was forked from */
    int opened = open(path, O_RDONLY | O_CLOEXEC);
    if (opened < 0)
        return -1;
    int high = fcntl(opened, F_DUPFD_CLOEXEC, KEPT_HIGH);
    if (high >= 0) {
        close(opened);
        opened = high;
    }
    *file = fstat(opened, &there) == 0 ? there.st_ino : 0;
    return opened;
}

static ssize_t read_kept(int descriptor, char *text, size_t room) {
    ssize_t length = descriptor >= 0 ? pread(descriptor, text, room - 1, 0) : -1;
    text[length > 0 ? length : 0] = 0;
    return length;
}

/* How often a mark, of which no part is its beginning, is in a file of /proc, however long that is by now. */
static int count_in(int descriptor, const char *mark) {
    char text[4096];
    int count = 0;
    size_t matched = 0;
    off_t at = 0;
    for (ssize_t length; descriptor >= 0 && (length = pread(descriptor, text, sizeof text, at)) > 0; at += length)
        for (ssize_t i = 0; i < length; i++) {
            matched = text[i] == mark[matched] ? matched + 1 : text[i] == mark[0];
            if (mark[matched] == 0) {
                matched = 0;
                count++;
            }
        }
    return count;
}

static int posix_timers(void) { return count_in(timers, "ClockID: "); }

/* Python's `PyObjectArenaAllocator`: where it maps the memory of its own objects, of which there are some around a call. */
struct arenas {
    void *context;
    void *(*map)(void *context, size_t size);
    void (*unmap)(void *context, void *arena, size_t size);
};

static struct arenas of_python;
static int64_t mapped_by_python;

static void *map_counted(void *context, size_t size) {
    void *arena = of_python.map(context, size);
    mapped_by_python += arena != NULL ? (int64_t)size : 0;
    return arena;
}

static void unmap_counted(void *context, void *arena, size_t size) {
    mapped_by_python -= (int64_t)size;
    of_python.unmap(context, arena, size);
}

/* An arena that is mapped around a call is none that the call has left behind, though each process that is forked from
 * one whose last arena is nearly full maps one there. */
static void count_arenas_of_python(void) {
    void (*get)(struct arenas *) = (void (*)(struct arenas *))dlsym(RTLD_DEFAULT, "PyObject_GetArenaAllocator");
    void (*set)(struct arenas *) = (void (*)(struct arenas *))dlsym(RTLD_DEFAULT, "PyObject_SetArenaAllocator");
    if (of_python.map != NULL || get == NULL || set == NULL)
        return;
    get(&of_python);
    struct arenas counted = {of_python.context, map_counted, unmap_counted};
    set(&counted);
}

/* The heap's end moves too; what the heap keeps, its own watcher knows. */
static int64_t mapped_now(void) {
    char text[128];
    if (!gate_watches_free() || read_kept(statm, text, sizeof text) <= 0)
        return UNKNOWN;
    int64_t of_others = (int64_t)(intptr_t)sbrk(0) + (int64_t)guarded_mapped() + mapped_by_python;
    return (int64_t)atoll(text) * sysconf(_SC_PAGESIZE) - of_others;
}

static int children_now(int running) {
    char path[64];
    if (!running)
        return 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 1;
    int count = count_in(file, " ");
    close(file);
    return count;
}

static uint64_t hash_of(const char *name) {
    uint64_t found = 0xCBF29CE484222325u;
    for (; *name; name++)
        found = (found ^ (uint8_t)*name) * 0x100000001B3u;
    return found | 1;
}

static int by_number(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static void write_file(struct writer *to, DIR *opened, const struct folder *folder, const char *name) {
    char path[512];
    struct stat there;
    if (fstatat(dirfd(opened), name, &there, AT_SYMLINK_NOFOLLOW) != 0 || there.st_uid != geteuid())
        return;
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    write_line(to, "file", "", path);
    hot = HOT;
}

/* Lists a folder, and writes what is new in it; nothing is new where it was, or is, too full to be known. */
static void list(struct folder *folder, struct writer *to) {
    static uint64_t names[MOST_NAMES];
    uint32_t count = 0;
    DIR *opened = opendir(folder->path);
    if (opened == NULL)
        return;
    if (folder->count == MOST_NAMES)
        to = NULL;
    for (struct dirent *entry; count < MOST_NAMES && (entry = readdir(opened)) != NULL;) {
        uint64_t name = names[count++] = hash_of(entry->d_name);
        if (to != NULL && bsearch(&name, folder->names, folder->count, sizeof name, by_number) == NULL)
            write_file(to, opened, folder, entry->d_name);
    }
    closedir(opened);
    qsort(names, count, sizeof names[0], by_number);
    memcpy(folder->names, names, count * sizeof names[0]);
    folder->count = count;
}

static int64_t since(const struct timespec *then) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - then->tv_sec) * 1000000000ll + (now.tv_nsec - then->tv_nsec);
}

/* Where others come and go all the time, listing after each plan would take longer than the call. */
static int may_list(void) {
    if (hot == 0 && since(&listed_at) < pause_ns)
        return 0;
    hot -= hot > 0;
    clock_gettime(CLOCK_MONOTONIC, &listed_at);
    return 1;
}

static void look_at_folders(struct writer *to) {
    int allowed = to == NULL ? 1 : -1;
    for (int i = 0; i < FOLDERS; i++) {
        struct stat there;
        struct folder *folder = &folders[i];
        if (folder->path == NULL || stat(folder->path, &there) != 0)
            continue;
        if (memcmp(&folder->changed, &there.st_mtim, sizeof there.st_mtim) == 0)
            continue;
        if (allowed < 0)
            allowed = may_list();
        if (allowed) {
            folder->changed = there.st_mtim;
            list(folder, to);
        }
    }
    if (allowed > 0 && to != NULL) {
        int64_t taken = SHARE * since(&listed_at);
        pause_ns = taken > PAUSE_NS ? taken : PAUSE_NS;
    }
}

void left_begin(void) {
    const char *own = getenv("TMPDIR");
    statm = keep_open("/proc/self/statm", statm, &statm_file);
    timers = keep_open("/proc/self/timers", timers, &timers_file);
    if (folders[0].path == NULL) {
        folders[0].path = "/tmp";
        folders[1].path = "/dev/shm";
        folders[2].path = own != NULL && *own != 0 && strcmp(own, "/tmp") != 0 ? strdup(own) : NULL;
    }
    hot = 0;
    count_arenas_of_python();
    look_at_folders(NULL);
}

void left_look(struct left *left) {
    siginfo_t child = {0};
    for (int i = 0; i < LEFT_LIMITS; i++)
        getrlimit(LIMITS[i].resource, &left->limits[i]);
    for (int i = 0; i < LEFT_TIMERS; i++) {
        struct itimerval timer = {{0, 0}, {0, 0}};
        getitimer(i, &timer);
        left->armed[i] = timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0;
    }
    left->posix_timers = posix_timers();
    sigaltstack(NULL, &left->stack);
    left->attributes[0] = prctl(PR_GET_DUMPABLE);
    left->attributes[1] = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    int signal = 0;
    prctl(PR_GET_PDEATHSIG, &signal);
    left->attributes[2] = signal;
    left->attributes[3] = (long)geteuid();
    left->attributes[4] = (long)getegid();
    left->attributes[5] = (long)getpgrp();
    left->attributes[6] = (long)getsid(0);
    left->mapped = mapped_now();
    /* Zero and no process: there are children, and none has ended. */
    left->children = children_now(waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) == 0);
}

static const char *const TIMERS[LEFT_TIMERS] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
static const char *const ATTRIBUTES[LEFT_ATTRIBUTES] = {
    "PR_SET_DUMPABLE", "PR_SET_NO_NEW_PRIVS", "PR_SET_PDEATHSIG", "effective user", "effective group",
    "process group",   "session",
};

static const char *limit_text(const struct rlimit *limit, char *text, size_t room) {
    if (limit->rlim_cur == RLIM_INFINITY)
        return "unlimited";
    snprintf(text, room, "%llu", (unsigned long long)limit->rlim_cur);
    return text;
}

static void write_number(struct writer *to, const char *kind, long was, long is) {
    char before[32], after[32];
    snprintf(before, sizeof before, "%ld", was);
    snprintf(after, sizeof after, "%ld", is);
    write_line(to, kind, before, after);
}

void left_write(struct writer *to, const struct left *known, const struct left *now) {
    char was[96], is[64], text[32];
    for (int i = 0; i < LEFT_LIMITS; i++)
        if (known->limits[i].rlim_cur != now->limits[i].rlim_cur) {
            snprintf(was, sizeof was, "%s %s", LIMITS[i].name, limit_text(&known->limits[i], text, sizeof text));
            write_line(to, "limit", was, limit_text(&now->limits[i], is, sizeof is));
        }
    for (int i = 0; i < LEFT_TIMERS; i++)
        if (!known->armed[i] && now->armed[i])
            write_line(to, "timer", TIMERS[i], "");
    if (now->posix_timers > known->posix_timers)
        write_number(to, "posix_timers", known->posix_timers, now->posix_timers);
    if (known->stack.ss_sp != now->stack.ss_sp || known->stack.ss_size != now->stack.ss_size ||
        (known->stack.ss_flags ^ now->stack.ss_flags) & SS_DISABLE)
        write_line(to, "signal_stack", "", "");
    for (int i = 0; i < LEFT_ATTRIBUTES; i++)
        if (known->attributes[i] != now->attributes[i]) {
            snprintf(was, sizeof was, "%s %ld", ATTRIBUTES[i], known->attributes[i]);
            snprintf(is, sizeof is, "%ld", now->attributes[i]);
            write_line(to, "attribute", was, is);
        }
    if (now->children > known->children)
        write_number(to, "children", known->children, now->children);
    if (known->mapped != UNKNOWN && now->mapped != UNKNOWN && now->mapped > known->mapped)
        write_number(to, "mapped", 0, (long)(now->mapped - known->mapped));
    look_at_folders(to);
}
