/* A coverage-guided engine for one process with gcc and nothing else: it links with a target that exports
 * LLVMFuzzerTestOneInput, and runs that in a child, so that whatever ends the child is written down and the search goes
 * on behind it. The parent never calls the library.
 *
 *   -cpu=SECONDS -wall=SECONDS -runs=N    how long: processor time of all children, time, inputs; 0: no limit
 *   -patience=N              and no longer than N inputs in a row meet nothing new; 0: however many
 *   -seed=N                  the same seed and number of inputs make the same inputs
 *   -max_len=N -dict=FILE    the largest input; words to put into it
 *   -timeout=MS -rss=MB      of one input, and of a child
 *   -out=DIR -failures=DIR   where inputs that reach something new and those that fail are written, by their digest
 *   -sync=DIR                where other engines' inputs come from, looked at while it runs
 *   -report=FD               where lines of JSON are written: start, new, failure, pulse, done
 *   -merge=1                 run the seeds and say which of them reach what those before them do not
 *   -fenced=1                whatever a child would change outside of itself ends it, by SIGSYS
 *   -show=FILE               run one input in this very process; with more of them, one after the other
 *   -seeds=FILE, FILE, DIR   seeds: many in one file, each behind its size in 32 bits; one; those of a folder */
#include "child.h"
#include "failures.h"
#include <sys/personality.h>

enum { TICK = 20, PULSE = 250, SYNC = 3000, MOST_TEXT = 64 << 20, STARTS = 3, FORGIVEN = 3 };

#define PLAUSIBLE (1ull << 36) /* inputs of one child */

#define SHUT 0.2 /* seconds from the end of a child's pipe to its own */

static struct {
    pid_t pid;
    int from, output;
    uint64_t number, seen; /* of the child; `executions` when it was looked at last */
    double since, cpu_since; /* when that number changed */
    int reason; /* for which it left; 0 while it has not */
    const char *stopped; /* why the parent has ended it */
} now;

static double spent, forgiven; /* seconds of processor time of the children that are over, and of hangs, which count less */
static uint64_t children, failing;
static volatile sig_atomic_t interrupted;
static double began, next_pulse, next_sync;

static void report(const char *format, ...)
{
    char line[2048];
    va_list rest;
    if (options.report < 0)
        return;
    va_start(rest, format);
    int size = vsnprintf(line, sizeof line, format, rest);
    va_end(rest);
    size = size < (int)sizeof line ? size : (int)sizeof line - 1;
    for (int sent = 0; sent < size;) {
        ssize_t more = write(options.report, line + sent, (size_t)(size - sent));
        if (more < 0 && errno == EINTR)
            continue;
        if (more <= 0) {
            interrupted = 1; /* nobody reads any more */
            return;
        }
        sent += (int)more;
    }
}

static const char *quoted(const char *text)
{
    static char made[KEY * 6 + 1];
    char *to = made;
    for (const unsigned char *at = (const unsigned char *)text; *at && to < made + sizeof made - 8; at++)
        if (*at < 32 || *at > 126 || *at == '"' || *at == '\\')
            to += sprintf(to, "\\u%04x", *at);
        else
            *to++ = (char)*at;
    *to = 0;
    return made;
}

/* Two digests, as no place for two inputs may ever be the same. */
static const char *name_of(const uint8_t *bytes, uint32_t size)
{
    static char name[40];
    uint64_t first = digest_of(bytes, size), second = digest_from(first ^ 0x5851F42D4C957F2Dull, bytes, size);
    snprintf(name, sizeof name, "%016llx%016llx", (unsigned long long)first, (unsigned long long)(second ^ size));
    return name;
}

/* Write a file that is whole whenever it is there: first under another name. */
static void write_whole(const char *folder, const char *name, const char *ending, const void *bytes, size_t size)
{
    char path[4096], scratch[4200];
    if (!folder)
        return;
    snprintf(path, sizeof path, "%s/%s%s", folder, name, ending);
    snprintf(scratch, sizeof scratch, "%s/.%s%s.%d", folder, name, ending, (int)getpid());
    int file = open(scratch, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    const char *at = bytes;
    size_t left = size;
    while (left) {
        ssize_t sent = write(file, at, left);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            break;
        at += sent;
        left -= (size_t)sent;
    }
    if (close(file) || left || rename(scratch, path))
        unlink(scratch);
}

static uint64_t *met; /* digests of the names in `sync` that are known */
static size_t met_count;

/* Tell whether it was not. */
static bool meet(const char *name)
{
    uint64_t digest = digest_of(name, strlen(name));
    for (size_t i = 0; i < met_count; i++)
        if (met[i] == digest)
            return false;
    if ((met_count & (met_count + 1)) == 0)
        met = realloc(met, (2 * met_count + 2) * sizeof *met);
    met[met_count++] = digest;
    return true;
}

static void write_input(const uint8_t *bytes, uint32_t size)
{
    write_whole(options.out, name_of(bytes, size), "", bytes, size);
    if (options.sync)
        meet(name_of(bytes, size));
}

static double cpu_of(pid_t pid)
{
    clockid_t clock;
    return clock_getcpuclockid(pid, &clock) ? 0.0 : seconds_of(clock);
}

static double cpu_used(void) { return spent - forgiven + (now.pid ? cpu_of(now.pid) : 0.0); }

static void pulse(bool due)
{
    double moment = seconds_of(CLOCK_MONOTONIC);
    if (!due && moment < next_pulse)
        return;
    next_pulse = moment + PULSE / 1000.0;
    report("{\"event\": \"pulse\", \"executions\": %llu, \"edges\": %u, \"corpus\": %u, \"failures\": %u, \"cpu\": %.3f}\n",
           (unsigned long long)shared->executions, edges_reached(), corpus_size, cause_count, cpu_used());
}

static bool read_all(void *to, size_t size)
{
    uint8_t *at = to;
    while (size) {
        ssize_t got = read(now.from, at, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

/* Take in one message of the child; false when the pipe is closed, or what comes through it is none of ours. */
static bool take_message(void)
{
    static uint8_t bytes[LARGEST];
    message header;
    if (!read_all(&header, sizeof header) || header.size > options.max_len || header.features > FRESH)
        return false;
    if (!read_all(bytes, header.size) || !read_all(fresh, header.features * sizeof *fresh))
        return false;
    switch (header.kind) {
    case KEPT: {
        add_entry(bytes, header.size, fresh, header.features);
        if (header.seed) {
            if (header.from < seed_count)
                report("{\"event\": \"seed\", \"number\": %u, \"size\": %u, \"features\": %u}\n", header.from, header.size,
                       header.features);
            return true;
        }
        uint32_t edges = corpus_size ? corpus[corpus_size - 1].brought : 0;
        if (header.features) {
            write_input(bytes, header.size);
            report("{\"event\": \"new\", \"input\": \"%s\", \"size\": %u, \"edges\": %u, \"executions\": %llu, \"cpu\": %.3f}\n",
                   name_of(bytes, header.size), header.size, edges, (unsigned long long)header.executions, cpu_used());
        }
        return true;
    }
    case SMALLER: {
        if (corpus_size == 0)
            return false;
        char before[40];
        const entry *last = &corpus[corpus_size - 1];
        snprintf(before, sizeof before, "%s", name_of(last->bytes, last->size));
        replace_last(bytes, header.size);
        write_input(bytes, header.size);
        report("{\"event\": \"smaller\", \"input\": \"%s\", \"size\": %u, \"before\": \"%s\"}\n", name_of(bytes, header.size),
               header.size, before);
        return true;
    }
    case LEAVING:
        now.reason = (int)header.from;
        return true;
    default: return false;
    }
}

static uint64_t memory_of(pid_t pid)
{
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, text, sizeof text - 1);
    unsigned long whole = 0, resident = 0;
    if (file >= 0)
        close(file);
    if (got > 0) {
        text[got] = 0;
        sscanf(text, "%lu %lu", &whole, &resident);
    }
    return (uint64_t)resident * 4096;
}

static void end_child(const char *why)
{
    now.stopped = why;
    kill(-now.pid, SIGKILL);
    kill(now.pid, SIGKILL);
}

/* What an input that is ended has taken counts less than what there is to search with: nothing, of the first. */
static void forgive(double worked, double waited)
{
    static int times;
    if (times++ < FORGIVEN)
        forgiven += worked;
    else if (worked < waited * 0.02) /* it slept, which would cost nothing for ever */
        forgiven -= waited;
}

/* End an input that takes too long: it has had the processor that long, or sleeps. On a busy machine neither may be so. */
static void look_at_time(double moment)
{
    double cpu = cpu_of(now.pid);
    uint64_t executions = shared->executions;
    if (executions != now.seen || !now.since) {
        now.seen = executions;
        now.since = moment;
        now.cpu_since = cpu;
        return;
    }
    double waited = moment - now.since, worked = cpu - now.cpu_since;
    bool idle = worked < waited * 0.02;
    if (waited > options.timeout && (worked > options.timeout * 0.8 || idle || waited > 20 * options.timeout)) {
        forgive(worked, waited);
        end_child(shared->ready ? "hang" : "start");
    }
}

static bool late(void)
{
    return options.wall > 0 && seconds_of(CLOCK_MONOTONIC) - began > options.wall;
}

static void look_at_child(void)
{
    static uint32_t looks;
    struct stat facts;
    double moment = seconds_of(CLOCK_MONOTONIC);
    look_at_time(moment);
    if (++looks % 4 == 0 && memory_of(now.pid) > options.rss) {
        forgive(cpu_of(now.pid) - now.cpu_since, moment - now.since);
        end_child("memory");
    }
    if (!fstat(now.output, &facts) && facts.st_size > MOST_TEXT)
        end_child("output");
    if (late() || (options.cpu > 0 && cpu_used() >= options.cpu))
        shared->stop = 1; /* an input that runs on behind that may still turn out to have no end */
    if (interrupted && shared->stop++ > 25)
        end_child("");
    if (options.sync && moment > next_sync) {
        next_sync = moment + SYNC / 1000.0;
        shared->stop = 1;
    }
    pulse(false);
}

/* Start a child, and take in what it says until it is over; return its status. */
static int run_child(bool alone)
{
    int ends[2], status = 0;
    struct rusage used;
    memset(&now, 0, sizeof now);
    now.output = memfd_create("abidance-output", MFD_CLOEXEC);
    if (now.output < 0 || pipe2(ends, O_CLOEXEC)) {
        perror("abidance engine");
        exit(3);
    }
    now.from = ends[0];
    now.number = children++;
    uint64_t before = now.seen = shared->executions;
    shared->ready = shared->stop = shared->unheard = 0;
    pid_t self = getpid();
    now.pid = fork();
    if (now.pid < 0) {
        perror("abidance engine");
        exit(3);
    }
    if (now.pid == 0) {
        close(ends[0]);
        child(ends[1], now.output, self, now.number, alone);
        _exit(1);
    }
    close(ends[1]);
    struct pollfd waits = {.fd = now.from, .events = POLLIN};
    bool open = true;
    while (open && !now.stopped) {
        int got = poll(&waits, 1, TICK);
        if (got > 0)
            open = take_message();
        look_at_child();
    }
    /* The pipe is closed before the process is over, or by a library that closes what it did not open. */
    double until = seconds_of(CLOCK_MONOTONIC) + SHUT;
    pid_t ended = 0;
    while (!(ended = waitpid(now.pid, &status, WNOHANG)) && !now.stopped) {
        if (seconds_of(CLOCK_MONOTONIC) > until)
            end_child(now.reason ? "" : "descriptor");
        usleep(500);
    }
    if (shared->executions - before > PLAUSIBLE)
        shared->executions = before; /* overwritten, as the rest of the shared memory may be */
    if (shared->unheard && !now.stopped)
        now.stopped = "descriptor";
    kill(-now.pid, SIGKILL);
    if (ended != now.pid)
        while (waitpid(now.pid, &status, 0) < 0 && errno == EINTR)
            ;
    while (open && (fcntl(now.from, F_SETFL, O_NONBLOCK), take_message()))
        ;
    close(now.from);
    getrusage(RUSAGE_CHILDREN, &used);
    now.pid = 0;
    spent = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    return status;
}

/* Whether the input fails in the same way in a process that has run nothing else. */
static bool comes_back(const ending *first)
{
    static ending again;
    uint64_t before = shared->executions;
    uint32_t stage_before = shared->entry;
    int status = run_child(true);
    bool same = !now.reason && (read_ending(&again, status, now.output, now.stopped), !strcmp(again.key, first->key));
    close(now.output);
    shared->executions = before;
    shared->entry = stage_before;
    return same;
}

static void know(const ending *how)
{
    if (strcmp(how->kind, "finding"))
        return;
    const char *had = getenv("ABIDANCE_KNOWN");
    char *all;
    if (asprintf(&all, "%s%s;", had ? had : "", how->key) < 0)
        return;
    setenv("ABIDANCE_KNOWN", all, 1); /* the target goes on behind it from now on */
    free(all);
}

static void note_deadly(const uint8_t *bytes, uint32_t size)
{
    uint64_t digest = digest_of(bytes, size);
    if (size <= 64)
        shared->deadly[digest & (DEADLY - 1)] = digest;
    if (shared->entry < corpus_size)
        corpus[shared->entry].deaths++;
}

static void note_failure(int status)
{
    static ending how;
    static uint8_t bytes[LARGEST];
    uint32_t size = shared->size <= options.max_len ? shared->size : options.max_len;
    memcpy(bytes, shared->input, size);
    read_ending(&how, status, now.output, now.stopped);
    failing++;
    cause *of = cause_of(how.key);
    bool first = of && of->times++ == 0;
    if (!of || (!first && (size >= of->size || of->recorded >= PER_CAUSE))) {
        note_deadly(bytes, size);
        return;
    }
    int output = now.output;
    bool again = !strcmp(how.kind, "hang") || interrupted || comes_back(&how);
    now.output = output;
    note_deadly(bytes, size);
    of->size = size;
    of->recorded++;
    know(&how);
    shared->progress = shared->executions;
    const char *name = name_of(bytes, size);
    write_whole(options.failures, name, ".txt", how.text, how.text_size);
    write_whole(options.failures, name, "", bytes, size);
    report("{\"event\": \"failure\", \"input\": \"%s\", \"size\": %u, \"kind\": \"%s\", \"status\": %d, \"again\": %s, "
           "\"executions\": %llu, \"cpu\": %.3f, \"key\": \"%s\"}\n",
           name, size, how.kind, how.status, again ? "true" : "false", (unsigned long long)shared->executions, cpu_used(),
           quoted(how.key));
}

static void take_in_others(void)
{
    DIR *folder = opendir(options.sync);
    for (struct dirent *each; folder && (each = readdir(folder));) {
        if (each->d_name[0] == '.' || !meet(each->d_name))
            continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", options.sync, each->d_name);
        add_seed(path);
    }
    if (folder)
        closedir(folder);
}

static bool over(void)
{
    if (interrupted || late() || (options.cpu > 0 && cpu_used() >= options.cpu))
        return true;
    return (options.runs && shared->executions >= options.runs) || is_tired() || (options.merge && shared->seeds_run >= seed_count);
}

static int search(void)
{
    int starts = 0;
    while (!over()) {
        if (options.sync)
            take_in_others();
        int status = run_child(false);
        if (now.reason || (now.stopped && !*now.stopped)) {
            starts = 0;
        } else if (!shared->ready) {
            static ending how;
            read_ending(&how, status, now.output, now.stopped);
            if (++starts == STARTS) {
                report("{\"event\": \"unstarted\", \"kind\": \"%s\", \"status\": %d, \"key\": \"%s\"}\n", how.kind, how.status,
                       quoted(how.key));
                fwrite(how.text, 1, how.text_size, stderr);
                return 3;
            }
        } else {
            starts = 0;
            note_failure(status);
        }
        close(now.output);
    }
    return 0;
}

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* Addresses that are the same each time make the whole search so; not every container lets one ask for them. */
static void fix_addresses(char **words)
{
    int before = personality(0xffffffff);
    if (before < 0 || before & ADDR_NO_RANDOMIZE || getenv("ABIDANCE_ENGINE_STARTED"))
        return;
    setenv("ABIDANCE_ENGINE_STARTED", "1", 1);
    if (personality((unsigned long)before | ADDR_NO_RANDOMIZE) >= 0)
        execv("/proc/self/exe", words);
}

static bool option(const char *word, const char *name, const char **value)
{
    size_t size = strlen(name);
    if (strncmp(word, name, size) || word[size] != '=')
        return false;
    *value = word + size + 1;
    return true;
}

static int show(int count, char **words)
{
    static uint8_t bytes[LARGEST];
    const char *path;
    setvbuf(stdout, NULL, _IOLBF, 0); /* whatever the call does, what is said before it is out */
    load_target();
    for (int i = 1; i < count; i++) {
        if (!option(words[i], "-show", &path))
            continue;
        LLVMFuzzerTestOneInput(bytes, read_whole(path, bytes, sizeof bytes));
        fflush(NULL);
    }
    return 0;
}

static bool read_options(int count, char **words)
{
    const char *value;
    bool shows = false;
    for (int i = 1; i < count; i++) {
        if (option(words[i], "-runs", &value))
            options.runs = strtoull(value, NULL, 10);
        else if (option(words[i], "-patience", &value))
            options.patience = strtoull(value, NULL, 10);
        else if (option(words[i], "-cpu", &value))
            options.cpu = strtod(value, NULL);
        else if (option(words[i], "-wall", &value))
            options.wall = strtod(value, NULL);
        else if (option(words[i], "-seeds", &value))
            add_packed_seeds(value);
        else if (option(words[i], "-seed", &value))
            options.seed = strtoull(value, NULL, 10);
        else if (option(words[i], "-max_len", &value))
            options.max_len = (uint32_t)strtoul(value, NULL, 10);
        else if (option(words[i], "-timeout", &value))
            options.timeout = strtod(value, NULL) / 1000;
        else if (option(words[i], "-rss", &value))
            options.rss = strtoull(value, NULL, 10) << 20;
        else if (option(words[i], "-dict", &value))
            read_dictionary(value);
        else if (option(words[i], "-out", &value))
            options.out = value;
        else if (option(words[i], "-failures", &value))
            options.failures = value;
        else if (option(words[i], "-sync", &value))
            options.sync = value;
        else if (option(words[i], "-report", &value))
            options.report = atoi(value);
        else if (option(words[i], "-merge", &value))
            options.merge = atoi(value);
        else if (option(words[i], "-fenced", &value))
            options.fenced = atoi(value);
        else if (option(words[i], "-show", &value))
            shows = true;
        else if (words[i][0] != '-')
            add_seeds(words[i]);
    }
    if (options.max_len == 0 || options.max_len > LARGEST)
        options.max_len = LARGEST;
    return shows;
}

int main(int count, char **words)
{
    fix_addresses(words);
    unsetenv("ABIDANCE_ENGINE_STARTED");
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        perror("abidance engine");
        return 3;
    }
    if (readlink("/proc/self/exe", own_path, sizeof own_path - 1) < 0)
        own_path[0] = 0;
    if (read_options(count, words))
        return show(count, words);
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    began = seconds_of(CLOCK_MONOTONIC);
    int status = search();
    pulse(true);
    report("{\"event\": \"done\", \"executions\": %llu, \"edges\": %u, \"corpus\": %u, \"children\": %llu, \"failing\": %llu, "
           "\"cpu\": %.3f, \"instrumented\": %s}\n",
           (unsigned long long)shared->executions, edges_reached(), corpus_size, (unsigned long long)children,
           (unsigned long long)failing, cpu_used(), instrumented || edges_reached() ? "true" : "false");
    return status;
}

#include "../../../watch/syscall_fence.c" /* its macros have names that everybody uses */
