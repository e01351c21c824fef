/* Where a traced program's calls are recorded: a file that is mapped and written in place, so that what a process has
 * recorded outlives it however it ends.
 *
 * All of it is 64-bit numbers in the machine's order. `trace/recording.py` reads it, and knows the same layout:
 *
 *     head       ABIDANCE_HEAD numbers, by the names of `abidance_head`; then the path of the library
 *     seen       how often each check has found something
 *     notes      the first of what each check has found, ABIDANCE_NOTE numbers each
 *     records    up to `head[USED]`: what one thread's calls of one function come to, each with its size in bytes first
 *
 * Nothing here allocates, takes a lock while calls are recorded, or is left to a library that the program may use too.
 */
#ifndef ABIDANCE_RECORDING_H
#define ABIDANCE_RECORDING_H

#define ABIDANCE_MAGIC UINT64_C(0x3145434152544241) /* "ABTRACE1" */
#define ABIDANCE_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define ABIDANCE_COLD __attribute__((noinline, cold))
#define ABIDANCE_SHOWN __attribute__((visibility("default")))

enum abidance_head {
    ABIDANCE_IS, ABIDANCE_COUNT, ABIDANCE_CHECKED, ABIDANCE_PID, ABIDANCE_USED, ABIDANCE_LOST, ABIDANCE_ENDED,
    ABIDANCE_NOTED, ABIDANCE_UNTRACKED, ABIDANCE_HEAD = 32
};
enum {
    ABIDANCE_PATH = 32,           /* numbers that hold a path */
    ABIDANCE_NOTE = 64,           /* of them: */
    ABIDANCE_NOTE_VALUES = 8,     /* the first value of the call */
    ABIDANCE_NOTE_PATH = 32,      /* the file of the caller */
    ABIDANCE_VALUES = 24,         /* values of a call at most */
    ABIDANCE_NOTES = 256,
    ABIDANCE_EACH = 3,            /* notes of one check */
    ABIDANCE_STATUSES = 16,
    ABIDANCE_GROWTH = 64,
    ABIDANCE_FINE = 6,            /* 64 buckets for each power of two of ticks */
    ABIDANCE_TIMES = 2624,
    ABIDANCE_COARSE = 3,          /* 8 buckets for each power of two of bytes */
    ABIDANCE_BYTES = 368,
    ABIDANCE_OWN = 1023,          /* one of so many calls tells what recording it takes */
    ABIDANCE_SAMPLE = 4096        /* bytes of a sample: whether it is whole, and what was passed */
};
#define ABIDANCE_SEEN_AT (ABIDANCE_HEAD + ABIDANCE_PATH)
#define ABIDANCE_NOTES_AT (ABIDANCE_SEEN_AT + ABIDANCE_CHECKS)
#define ABIDANCE_RECORDS_AT (ABIDANCE_NOTES_AT + ABIDANCE_NOTES * ABIDANCE_NOTE)
#define ABIDANCE_LARGEST_FILE ((size_t)1 << 30)
#define ABIDANCE_SMALLEST_FILE ((size_t)1 << 22)
#define ABIDANCE_CHUNK ((size_t)1 << 20)

/* What one thread's calls of one function come to. */
typedef struct {
    uint64_t size, function, calls, returned, refused, ticks, most, own, owned, threads, others;
    uint64_t sampled, next, chance, state;   /* samples so far, and when the next one is due: see `abidance_choose` */
    uint64_t statuses[ABIDANCE_STATUSES][2]; /* a result, and how often */
    uint64_t growth[ABIDANCE_GROWTH][2];     /* by the power of two of the bytes passed: calls, and their ticks */
    uint64_t times[ABIDANCE_TIMES];
    uint64_t bytes[][ABIDANCE_BYTES]; /* and behind them ABIDANCE_SAMPLES samples, where calls can be sampled */
} abidance_stats;

typedef struct abidance_thread {
    struct abidance_thread *next;
    abidance_stats *stats[ABIDANCE_FUNCTIONS]; /* NULL until this thread calls the function */
    abidance_stats *kept[ABIDANCE_FUNCTIONS];  /* of a thread before it, which has ended */
    volatile int judging;                      /* a signal's handler that calls meanwhile is not judged */
    const void *jumped_from, *jumped_at;       /* where a function that was jumped to returns to, and its stack */
    unsigned jumped_to;
} abidance_thread;

/* Zero in a child that a fork has made, whatever made it: there everything begins anew. */
typedef struct {
    volatile int alive, lock;
} abidance_life_page;

static abidance_life_page abidance_no_life;
static abidance_life_page *abidance_life = &abidance_no_life;
static __thread abidance_thread *abidance_self __attribute__((tls_model("initial-exec")));
static uint64_t *abidance_file;
static size_t abidance_room;   /* bytes of the file that are mapped */
static size_t abidance_backed; /* bytes of the file that the disk has room for */
static char abidance_folder[512], abidance_name[640];
static abidance_thread *abidance_free_threads;
static pthread_key_t abidance_key;
static int abidance_has_key, abidance_refused;
static unsigned abidance_files;

static inline uint64_t abidance_clock(void)
{
    return __builtin_ia32_rdtsc();
}

static ABIDANCE_COLD int abidance_take_lock(void)
{
    for (int tries = 0; tries < 1 << 16; tries++) {
        if (!__atomic_exchange_n(&abidance_life->lock, 1, __ATOMIC_ACQUIRE))
            return 1;
        sched_yield();
    }
    return 0; /* this thread's own, which a signal has interrupted */
}

static void abidance_give_lock(void) { __atomic_store_n(&abidance_life->lock, 0, __ATOMIC_RELEASE); }

/* Ask the disk for room up to `end`: a write to a mapped file that has none would kill the program. */
static int abidance_back(int file, size_t end)
{
    if (end <= abidance_backed)
        return 1;
    end = (end + ABIDANCE_CHUNK - 1) / ABIDANCE_CHUNK * ABIDANCE_CHUNK;
    if (end > abidance_room)
        return 0;
    int mine = file < 0 ? open(abidance_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : file;
    if (mine < 0)
        return 0;
    int got = fallocate(mine, 0, (off_t)abidance_backed, (off_t)(end - abidance_backed)) == 0;
    if (!got && errno == EOPNOTSUPP) {
        static const char zeros[4096];
        got = 1;
        for (size_t at = abidance_backed; got && at < end; at += sizeof zeros)
            got = pwrite(mine, zeros, sizeof zeros, (off_t)at) == (ssize_t)sizeof zeros;
    }
    if (file < 0)
        close(mine);
    if (got)
        abidance_backed = end;
    return got;
}

static void abidance_thread_ends(void *value)
{
    abidance_thread *self = value;
    abidance_self = NULL;
    if (!abidance_life->alive || !abidance_take_lock())
        return;
    for (int i = 0; i < ABIDANCE_FUNCTIONS; i++)
        if (self->stats[i])
            self->kept[i] = self->stats[i], self->stats[i] = NULL;
    self->next = abidance_free_threads;
    abidance_free_threads = self;
    abidance_give_lock();
}

static void abidance_read_folder(void)
{
    const char *folder = getenv("ABIDANCE_TRACE");
    if (!abidance_folder[0] && folder && strlen(folder) < sizeof abidance_folder)
        strcpy(abidance_folder, folder);
}

static void abidance_decimal(char *at, unsigned long number)
{
    char digits[24];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    at += strlen(at);
    while (count)
        *at++ = digits[--count];
    *at = 0;
}

/* Begin this process's file; the lock is held. */
static int abidance_begin_file(void)
{
    abidance_read_folder();
    if (!abidance_folder[0])
        return 0;
    int file = -1;
    for (int tries = 0; file < 0 && tries < 100; tries++) { /* a program that was executed has the same number */
        strcpy(abidance_name, abidance_folder);
        strcat(abidance_name, "/");
        abidance_decimal(abidance_name, (unsigned long)getpid());
        strcat(abidance_name, ".");
        abidance_decimal(abidance_name, abidance_files++);
        strcat(abidance_name, ".trace");
        file = open(abidance_name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0 && errno != EEXIST)
            return 0;
    }
    abidance_backed = 0;
    struct rlimit limit;
    size_t most = getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur > ABIDANCE_LARGEST_FILE ? ABIDANCE_LARGEST_FILE : limit.rlim_cur;
    uint64_t *at = MAP_FAILED;
    /* A program may have little room for its files, or for addresses. */
    for (size_t size = ABIDANCE_LARGEST_FILE; file >= 0 && at == MAP_FAILED && size >= ABIDANCE_SMALLEST_FILE; size /= 4)
        if (size <= most && ftruncate(file, (off_t)size) == 0) {
            abidance_room = size;
            at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);
        }
    if (at != MAP_FAILED && !abidance_back(file, 8 * ABIDANCE_RECORDS_AT)) {
        munmap(at, abidance_room);
        at = MAP_FAILED;
    }
    if (file >= 0)
        close(file);
    if (at == MAP_FAILED)
        return 0;
    at[ABIDANCE_COUNT] = ABIDANCE_FUNCTIONS;
    at[ABIDANCE_CHECKED] = ABIDANCE_CHECKS;
    at[ABIDANCE_PID] = (uint64_t)getpid();
    at[ABIDANCE_USED] = 8 * ABIDANCE_RECORDS_AT;
    at[ABIDANCE_IS] = ABIDANCE_MAGIC;
    abidance_file = at;
    return 1;
}

static void abidance_begin_handles(void);

static ABIDANCE_COLD int abidance_begin_process(void)
{
    if (abidance_refused)
        return 0;
    abidance_life_page *page = abidance_life;
    if (page == &abidance_no_life) {
        page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED || madvise(page, 4096, MADV_WIPEONFORK)) {
            abidance_refused = 1;
            return 0;
        }
        abidance_life_page *none = &abidance_no_life;
        if (!__atomic_compare_exchange_n(&abidance_life, &none, page, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            munmap(page, 4096);
    }
    if (!abidance_take_lock())
        return 0;
    if (!abidance_life->alive) {
        abidance_free_threads = NULL;
        if (!abidance_has_key)
            abidance_has_key = pthread_key_create(&abidance_key, abidance_thread_ends) == 0;
        if (abidance_begin_file()) {
            abidance_begin_handles();
            __atomic_store_n(&abidance_life->alive, 1, __ATOMIC_RELEASE);
        } else {
            abidance_refused = 1;
        }
    }
    abidance_give_lock();
    return abidance_life->alive;
}

static ABIDANCE_COLD abidance_thread *abidance_join(void)
{
    if (!abidance_life->alive && !abidance_begin_process())
        return NULL;
    if (!abidance_take_lock())
        return NULL;
    abidance_thread *self = abidance_free_threads;
    if (self)
        abidance_free_threads = self->next;
    abidance_give_lock();
    if (!self) {
        self = mmap(NULL, sizeof *self, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (self == MAP_FAILED)
            return NULL;
    }
    abidance_self = self;
    if (abidance_has_key)
        pthread_setspecific(abidance_key, self);
    return self;
}

static const unsigned char abidance_size_counts[ABIDANCE_FUNCTIONS], abidance_samplable[ABIDANCE_FUNCTIONS];

static ABIDANCE_COLD abidance_stats *abidance_first(unsigned function)
{
    int was = errno;
    abidance_thread *self = abidance_self;
    if (!abidance_life->alive)
        self = NULL; /* a parent's */
    if (!self)
        self = abidance_join();
    abidance_stats *stats = self ? self->stats[function] : NULL;
    if (self && !stats) {
        stats = self->kept[function];
        if (!stats && abidance_take_lock()) {
            size_t size = sizeof *stats + abidance_size_counts[function] * sizeof stats->bytes[0];
            size += abidance_samplable[function] ? ABIDANCE_SAMPLES * ABIDANCE_SAMPLE : 0;
            uint64_t at = abidance_file[ABIDANCE_USED];
            if (abidance_back(-1, at + size)) {
                stats = (abidance_stats *)((char *)abidance_file + at);
                stats->function = function;
                stats->size = size;
                __atomic_store_n(&abidance_file[ABIDANCE_USED], at + size, __ATOMIC_RELEASE);
            }
            abidance_give_lock();
        }
        if (stats) {
            stats->threads++;
            self->stats[function] = stats;
        }
    }
    if (!stats && abidance_file)
        __atomic_fetch_add(&abidance_file[ABIDANCE_LOST], 1, __ATOMIC_RELAXED);
    errno = was;
    return stats;
}

static inline abidance_stats *abidance_stats_of(unsigned function)
{
    abidance_thread *self = abidance_self;
    if (ABIDANCE_UNLIKELY(!self || !abidance_life->alive || !self->stats[function]))
        return abidance_first(function);
    return self->stats[function];
}

static inline int abidance_sampled(const abidance_stats *stats)
{
    return ABIDANCE_UNLIKELY((stats->calls & ABIDANCE_OWN) == ABIDANCE_OWN / 2);
}

static inline unsigned abidance_octave(uint64_t value) { return value ? 63 - (unsigned)__builtin_clzll(value) : 0; }

static inline unsigned abidance_bucket(uint64_t value, unsigned bits, unsigned count)
{
    if (value >> bits == 0)
        return (unsigned)value;
    unsigned shift = abidance_octave(value) - bits;
    unsigned bucket = ((shift + 1) << bits) + (unsigned)(value >> shift) - (1u << bits);
    return bucket < count ? bucket : count - 1;
}

static inline void abidance_took(abidance_stats *stats, uint64_t ticks)
{
    stats->returned++;
    stats->ticks += ticks;
    stats->times[abidance_bucket(ticks, ABIDANCE_FINE, ABIDANCE_TIMES)]++;
    if (ticks > stats->most)
        stats->most = ticks;
}

static inline void abidance_passed(abidance_stats *stats, unsigned which, uint64_t bytes)
{
    stats->bytes[which][abidance_bucket(bytes, ABIDANCE_COARSE, ABIDANCE_BYTES)]++;
}

static inline void abidance_grew(abidance_stats *stats, uint64_t bytes, uint64_t ticks)
{
    unsigned power = bytes ? abidance_octave(bytes) + 1 : 0;
    power = power < ABIDANCE_GROWTH ? power : ABIDANCE_GROWTH - 1;
    stats->growth[power][0]++;
    stats->growth[power][1] += ticks;
}

static inline void abidance_answered(abidance_stats *stats, int64_t value)
{
    for (int i = 0; i < ABIDANCE_STATUSES; i++) {
        if (stats->statuses[i][1] && stats->statuses[i][0] != (uint64_t)value)
            continue;
        stats->statuses[i][0] = (uint64_t)value;
        stats->statuses[i][1]++;
        return;
    }
    stats->others++;
}

/* The file that an address is in, and where in it, as the kernel tells: no function of the dynamic linker is called. */
static ABIDANCE_COLD void abidance_where(uint64_t address, uint64_t *offset, char *path, size_t room)
{
    char line[1024];
    size_t held = 0;
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    ssize_t got = 0;
    while (file >= 0 && (got = read(file, line + held, sizeof line - 1 - held)) > 0) {
        held += (size_t)got;
        line[held] = 0;
        char *at = line, *end;
        while ((end = memchr(at, '\n', held - (size_t)(at - line)))) {
            *end = 0;
            char *rest;
            uint64_t from = strtoull(at, &rest, 16), to = *rest ? strtoull(rest + 1, &rest, 16) : 0;
            if (address >= from && address < to) {
                char *gap = strchr(rest + 1, ' ');
                *offset = address - from + (gap ? strtoull(gap, NULL, 16) : 0);
                char *name = strchr(rest, '/');
                if (name && strlen(name) < room)
                    strcpy(path, name);
                close(file);
                return;
            }
            at = end + 1;
        }
        held -= (size_t)(at - line);
        memmove(line, at, held);
        if (held == sizeof line - 1)
            held = 0; /* a path of another object that is longer than that */
    }
    if (file >= 0)
        close(file);
}

/* Count what a check has found, and return where the values of the call go; NULL where enough calls are kept of it. */
static ABIDANCE_COLD uint64_t *abidance_note(unsigned check, abidance_stats *stats, const void *from, int returned)
{
    if (!abidance_file)
        return NULL;
    uint64_t before = __atomic_fetch_add(&abidance_file[ABIDANCE_SEEN_AT + check], 1, __ATOMIC_RELAXED);
    if (before >= ABIDANCE_EACH)
        return NULL;
    uint64_t slot = __atomic_fetch_add(&abidance_file[ABIDANCE_NOTED], 1, __ATOMIC_RELAXED);
    if (slot >= ABIDANCE_NOTES)
        return NULL;
    int was = errno;
    uint64_t *note = abidance_file + ABIDANCE_NOTES_AT + slot * ABIDANCE_NOTE;
    note[1] = check;
    note[2] = (uint64_t)syscall(SYS_gettid);
    note[3] = stats ? stats->calls : 0;
    note[4] = (uint64_t)(uintptr_t)from;
    note[6] = (uint64_t)returned;
    abidance_where(note[4], &note[5], (char *)(note + ABIDANCE_NOTE_PATH), 8 * (ABIDANCE_NOTE - ABIDANCE_NOTE_PATH));
    note[0] = 1;
    errno = was;
    return note + ABIDANCE_NOTE_VALUES;
}

#endif
