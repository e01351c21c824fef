/* The process in which the library is called. It may be ended at any time; what it has found is in the pipe by then. */
#ifndef ABIDANCE_ENGINE_CHILD_H
#define ABIDANCE_ENGINE_CHILD_H
#include "calls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

enum {
    KEPT = 'k',     /* an input with what it reached first; `from` is the number of its seed, or that of its parent */
    SMALLER = 'm',  /* the same features as those of the input before, in fewer bytes */
    LEAVING = 'l',  /* `from` is the reason */
    HIGH = 600,     /* descriptors of the child's own, out of the way of those that a library counts on */
    SLICE = 48,     /* attempts in a row at the comparisons of one input */
    IN_A_ROW = 32,  /* alterations of one input in a row */
    TRIM = 48,      /* attempts at making an input smaller */
    TRIM_SHARE = 10, /* of so many executions one is such an attempt */
    DONE = NOWHERE,
    PATIENCE = 20000, /* inputs without anything new, until they may be longer */
    LOOK_EVERY = 256,
    MOST_OUTPUT = 1 << 20
};

typedef struct {
    uint32_t kind, size, features, from;
    uint32_t seed; /* whether `from` is one */
    uint64_t executions;
} message;

static int to_parent = -1, own_output = -1;
static uint8_t *alive; /* zero in a process that the library has forked */
static feature fresh[FRESH];
static uint32_t fresh_count;
static uint64_t last_found; /* `executions` when something new was reached last */
static uint64_t trimming;   /* executions of this process that were to make an input smaller */

static void send_all(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    while (size) {
        ssize_t sent = write(to_parent, at, size);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0) { /* the library closed it; the next child finds again what is lost */
            shared->unheard = 1;
            _exit(0);
        }
        at += sent;
        size -= (size_t)sent;
    }
}

static void tell(uint32_t kind, const uint8_t *bytes, uint32_t size, uint32_t features, uint32_t from, uint32_t seed)
{
    message header = {kind, size, features, from, seed, shared->executions};
    send_all(&header, sizeof header);
    send_all(bytes, size);
    send_all(fresh, features * sizeof *fresh);
}

static void leave(int reason)
{
    tell(LEAVING, NULL, 0, 0, (uint32_t)reason, 0);
    _exit(0);
}

static bool is_deadly(uint64_t digest)
{
    return digest && shared->deadly[digest & (DEADLY - 1)] == digest;
}

static void look_around(void)
{
    struct rusage used;
    if (!getrusage(RUSAGE_SELF, &used) && (uint64_t)used.ru_maxrss << 10 > options.rss / 2)
        leave(LEFT_FOR_ANOTHER); /* what it leaks with each call should not count as the doing of one */
    if (lseek(own_output, 0, SEEK_CUR) > MOST_OUTPUT) {
        if (ftruncate(own_output, 0) == 0)
            lseek(own_output, 0, SEEK_SET);
    }
}

/* Run the shared input; false when it is known to end the process. */
static bool run_input(uint32_t size)
{
    if (size <= 64 && is_deadly(digest_of(shared->input, size)))
        return false;
    shared->size = size;
    uint64_t number = shared->executions + 1;
    shared->executions = number;
    call_number = (uint32_t)number | 1u << 31;
    start_recording();
    LLVMFuzzerTestOneInput(shared->input, size);
    stop_recording();
    if (!*alive)
        _exit(0);
    if (shared->stop)
        leave(LEFT_STOPPED);
    if ((options.runs && number >= options.runs) || is_tired())
        leave(LEFT_RUNS);
    if (number % LOOK_EVERY == 0)
        look_around();
    return true;
}

/* Leave away what the features of the last input do not need, the end first. Code that has much to reach would have it
 * done all the time: what is found later, of shorter inputs as a rule, is worth more by then. */
static void trim(void)
{
    if (trimming * TRIM_SHARE > shared->executions)
        return;
    static uint8_t best[LARGEST];
    uint32_t size = corpus[corpus_size - 1].size, tries = 0;
    memcpy(best, corpus[corpus_size - 1].bytes, size);
    for (uint32_t chunk = size / 2; chunk && tries < TRIM; chunk /= 2)
        for (uint32_t end = size; end >= chunk && tries < TRIM;) {
            uint32_t at = end - chunk;
            memcpy(shared->input, best, at);
            memcpy(shared->input + at, best + end, size - end);
            tries++;
            trimming++;
            bool same = run_input(size - chunk) && has_features(fresh, fresh_count);
            forget_call();
            if (same) {
                memmove(best + at, best + end, size - end);
                size -= chunk;
            }
            end = at < size ? at : size;
        }
    if (size < corpus[corpus_size - 1].size) {
        replace_last(best, size);
        tell(SMALLER, best, size, 0, 0, 0);
    }
}

/* Run the shared input, and keep it if it reached what none did before. */
static void explore_input(uint32_t size, uint32_t from)
{
    if (!run_input(size))
        return;
    fresh_count = fresh_features(fresh);
    forget_call();
    if (!fresh_count)
        return;
    static uint8_t copy[LARGEST];
    memcpy(copy, shared->input, size);
    last_found = shared->progress = shared->executions;
    add_entry(copy, size, fresh, fresh_count);
    tell(KEPT, copy, size, fresh_count, from, 0);
    if (size > 1 && corpus_size < INPUTS)
        trim();
}

static void run_seed(uint32_t number)
{
    shared->entry = NOWHERE;
    uint32_t size = read_seed(number, shared->input, options.max_len);
    shared->seeds_run = number + 1;
    shared->progress = shared->executions;
    if (!run_input(size))
        return;
    fresh_count = fresh_features(fresh);
    forget_call();
    if (!fresh_count && (instrumented || options.merge) && corpus_size)
        return;
    add_entry(shared->input, size, fresh, fresh_count);
    tell(KEPT, shared->input, size, fresh_count, number, 1);
}

typedef struct {
    uint32_t entry, at, until, *made;
} stage;

static bool attempt_comparison(void *state, const uint8_t *bytes, uint32_t size)
{
    stage *now = state;
    if (now->at++ < *now->made)
        return true;
    if (now->at > now->until)
        return false;
    *now->made = now->at; /* before it runs: an attempt that ends the process is not repeated */
    memcpy(shared->input, bytes, size);
    explore_input(size, now->entry);
    return true;
}

/* A slice of the attempts to satisfy the comparisons that an input makes, or makes when it does not end where it does:
 * what was made as short as it gets ends where the code looks next. */
static void follow_comparisons(uint32_t chosen, uint32_t kind)
{
    enum { MOST = 4096, MORE = 6, MORE_OF_CALLS = 12 };
    static uint8_t bytes[LARGEST];
    uint32_t size = corpus[chosen].size, *made = &shared->stage[kind][chosen];
    memcpy(bytes, corpus[chosen].bytes, size);
    uint32_t more = call_choices() ? MORE_OF_CALLS : MORE;
    for (uint32_t i = 0; kind == LONGER && i < more && size < options.max_len; i++)
        bytes[size++] = (uint8_t)(0x81 + 5 * i); /* of a sequence: a handle that is there, and raw numbers */
    const entry base = {.bytes = bytes, .size = size};
    shared->entry = chosen;
    memcpy(shared->input, bytes, size);
    if (!run_input(size)) {
        *made = DONE;
        return;
    }
    forget_call();
    stage now = {chosen, 0, *made + SLICE, made};
    try_comparisons(&base, call_number, attempt_comparison, &now);
    if (now.at <= now.until || now.at > MOST)
        *made = DONE;
}

/* Make each call once more at the end of a sequence, with few arguments and with others: what its last call has led to
 * is met by whichever call it is about. */
static void follow_calls(uint32_t chosen)
{
    enum { MOST_CHOICES = 32 };
    uint32_t *made = &shared->stage[NEXT_CALL][chosen], choices = call_choices();
    uint32_t most = 2 * (choices < MOST_CHOICES ? choices : MOST_CHOICES);
    shared->entry = chosen;
    for (uint32_t i = 0; i < SLICE && *made < most; i++) {
        uint32_t number = (*made)++, size = corpus[chosen].size;
        memcpy(shared->input, corpus[chosen].bytes, size);
        if (!put_call(shared->input, &size, choices <= MOST_CHOICES ? number / 2 : below(choices), number % 2))
            break;
        explore_input(size, chosen);
    }
    *made = *made < most ? *made : DONE;
}

/* Run an input of the corpus to see where its calls begin. */
static void look_for_calls(uint32_t chosen)
{
    memcpy(shared->input, corpus[chosen].bytes, corpus[chosen].size);
    bool ran = run_input(corpus[chosen].size);
    forget_call();
    note_calls(&corpus[chosen], ran);
}

static void alter_entry(uint32_t chosen)
{
    shared->entry = chosen;
    if (call_choices() && !corpus[chosen].starts)
        look_for_calls(chosen);
    for (int i = 0; i < IN_A_ROW; i++) {
        uint32_t size = corpus[chosen].size;
        memcpy(shared->input, corpus[chosen].bytes, size);
        bool by_calls = corpus[chosen].calls && below(2);
        if (by_calls)
            alter_calls(&corpus[chosen], shared->input, &size);
        if (!by_calls || below(3) == 0)
            alter(shared->input, &size);
        shared->picks[chosen]++;
        explore_input(size, chosen);
    }
}

/* Follow what the newest input leads to for which that is not done; false when there is none. Those that brought no more
 * than how comparisons come out are the last: there are many in a large library. */
static bool follow_newest(bool more)
{
    for (uint32_t i = corpus_size, looked = 0; i-- && looked < 512;) {
        if (more != (corpus[i].brought || corpus[i].agreed || !i))
            continue;
        looked++;
        for (uint32_t kind = 0; kind < STAGES; kind++)
            if (shared->stage[kind][i] != DONE) {
                if (kind == NEXT_CALL)
                    follow_calls(i);
                else
                    follow_comparisons(i, kind);
                return true;
            }
    }
    return false;
}

static bool follow_pending(void) { return follow_newest(true) || follow_newest(false); }

static void explore(void)
{
    while (shared->seeds_run < seed_count)
        run_seed(shared->seeds_run);
    if (options.merge)
        leave(LEFT_RUNS);
    if (corpus_size == 0) { /* each of them ended the process, or there is none */
        shared->input[0] = 0;
        add_entry(shared->input, 1, NULL, 0);
        fresh_count = 0;
        tell(KEPT, shared->input, 1, 0, NOWHERE, 0);
    }
    begin_length_limit();
    last_found = shared->executions;
    for (;;) {
        if (shared->executions - last_found > PATIENCE) {
            last_found = shared->executions;
            grow_length_limit();
        }
        if (below(2) || !follow_pending())
            alter_entry(chosen_entry());
    }
}

static const int DEADLY_SIGNALS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};

static void write_line(const char *format, ...)
{
    char line[640];
    va_list rest;
    va_start(rest, format);
    int size = vsnprintf(line, sizeof line, format, rest);
    va_end(rest);
    size = size < 0 ? 0 : size < (int)sizeof line ? size : (int)sizeof line - 1;
    if (write(own_output, line, (size_t)size) < 0)
        return;
}

/* The stack, in the form of a sanitizer that has no symbols: what reads those reads this. */
static void on_crash(int number, siginfo_t *facts, void *unused)
{
    (void)unused;
    recording = 0;
    void *frames[48];
    signal(number, SIG_DFL);
    write_line("\nABIDANCE-CRASH signal %d address %p\n", number, facts->si_addr);
    int count = backtrace(frames, 48);
    for (int i = 0, shown = 0; i < count; i++) {
        const module *in = module_of((uintptr_t)frames[i]);
        if (shown == 0 && i < 2)
            continue; /* this function, and the kernel's way back from it */
        if (in)
            write_line("    #%d %p (%s+%#lx)\n", shown, frames[i], in->name, (uintptr_t)frames[i] - in->base);
        else
            write_line("    #%d %p (<unknown module>)\n", shown, frames[i]);
        shown++;
    }
    write_line("\n");
    raise(number);
}

static void watch_signals(void)
{
    static uint8_t room[1 << 16];
    stack_t stack = {.ss_sp = room, .ss_size = sizeof room}, given;
    void *frames[4];
    backtrace(frames, 4); /* loads what it needs, which a handler must not */
    if (!sigaltstack(NULL, &given) && given.ss_flags & SS_DISABLE)
        sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof DEADLY_SIGNALS / sizeof *DEADLY_SIGNALS; i++) {
        struct sigaction before, action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
        if (!sigaction(DEADLY_SIGNALS[i], NULL, &before) && before.sa_handler == SIG_DFL)
            sigaction(DEADLY_SIGNALS[i], &action, NULL);
    }
}

static int moved_high(int descriptor)
{
    int high = fcntl(descriptor, F_DUPFD_CLOEXEC, HIGH);
    if (high < 0)
        return descriptor;
    close(descriptor);
    return high;
}

static void prepare_child(int pipe_end, int output, pid_t parent)
{
    struct rlimit none = {0, 0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    setpgid(0, 0); /* the parent ends what the library has forked as well */
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGINT, SIG_IGN); /* the parent ends this process */
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    if (options.report >= 0)
        close(options.report);
    to_parent = moved_high(pipe_end);
    own_output = moved_high(output);
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(nothing, 1);
    dup2(own_output, 2);
    if (nothing > 2)
        close(nothing);
    alive = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (alive == MAP_FAILED)
        _exit(1);
    madvise(alive, 4096, MADV_WIPEONFORK);
    *alive = 1;
}

int abidance_fence(void);

static void load_target(void)
{
    static char name[] = "target", *words[] = {name, NULL};
    int count = 1;
    char **given = words;
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&count, &given);
    find_modules();
    if (options.fenced && abidance_fence() != 0)
        _exit(1); /* without it, nothing may be called */
}

/* `alone`: one input, to see whether it ends a new process. */
static void child(int pipe_end, int output, pid_t parent, uint64_t number, bool alone)
{
    prepare_child(pipe_end, output, parent);
    seed_random(options.seed, number);
    load_target();
    watch_signals();
    shared->ready = 1;
    if (alone) {
        options.runs = options.patience = 0;
        run_input(shared->size);
        leave(LEFT_RUNS);
    }
    explore();
}

#endif
