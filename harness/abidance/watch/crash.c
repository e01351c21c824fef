/* Notes down a fault on the status page before the process dies of it.
 *
 * Everything here runs in a signal handler, after the library went wrong: no locks, no allocation, and each
 * fact is written before the next, riskier one is looked for. The stack trace comes last, since the unwinder
 * takes a lock of the dynamic linker; if it hangs there, the parent's time limit still finds the rest.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if __has_include(<execinfo.h>)
#include <execinfo.h>
#else /* musl: a crash is told without its callers */
static int backtrace(void **frames, int size) {
    (void)frames, (void)size;
    return 0;
}
#endif

#define STACK_SIZE ((size_t)256 << 10)
#define NEAR_BELOW ((uint64_t)128 << 10) /* a frame larger than this touches its pages on the way down */
#define NEAR_ABOVE ((uint64_t)64 << 10)
#define BELOW_STACK ((uint64_t)64 << 20) /* the kernel maps nothing for so far below the main stack */
#define HANDLER_FRAMES 8
#define ABIDANCE_MOST_LOAD_WORDS (120 << 10) /* less than a socket takes in one message */

static pid_t watched_process;
static uint64_t main_stack_low;
static volatile pid_t claimed_by;
static sigjmp_buf *volatile rehearsal; /* where a planted fault goes on */

struct machine {
    uint64_t pc, sp;
    enum abidance_access access; /* of a page fault; ABIDANCE_NO_ACCESS when it was none */
};

#if defined(__x86_64__)
static struct machine machine_state(const ucontext_t *context) {
    const greg_t *registers = context->uc_mcontext.gregs;
    struct machine state = {(uint64_t)registers[REG_RIP], (uint64_t)registers[REG_RSP], ABIDANCE_NO_ACCESS};
    /* Trap 14 is a page fault. A non-canonical pointer is trap 13, and then the kernel gives address 0. */
    if (registers[REG_TRAPNO] == 14)
        state.access = registers[REG_ERR] & 2 ? ABIDANCE_WRITE_ACCESS : ABIDANCE_READ_ACCESS;
    return state;
}
#elif defined(__aarch64__)
static struct machine machine_state(const ucontext_t *context) {
    struct machine state = {context->uc_mcontext.pc, context->uc_mcontext.sp, ABIDANCE_SOME_ACCESS};
    const uint8_t *at = (const uint8_t *)context->uc_mcontext.__reserved;
    const uint8_t *end = at + sizeof context->uc_mcontext.__reserved;
    struct {
        uint32_t magic, size;
        uint64_t esr;
    } record;
    /* Records follow one another; that with the syndrome register says in bit 6 whether it was a write. */
    while (end - at >= (ptrdiff_t)sizeof record) {
        memcpy(&record, at, sizeof record);
        if (record.magic == 0x45535201u)
            state.access = record.esr & 1u << 6 ? ABIDANCE_WRITE_ACCESS : ABIDANCE_READ_ACCESS;
        if (record.magic == 0 || record.size == 0)
            break;
        at += record.size;
    }
    return state;
}
#else
static struct machine machine_state(const ucontext_t *context) {
    (void)context;
    return (struct machine){0, 0, ABIDANCE_SOME_ACCESS};
}
#endif

static int is_near_stack_end(uint64_t address, uint64_t sp) {
    /* Memory next to the stack pointer is always there, unless the stack cannot grow any more. */
    if (address + NEAR_BELOW >= sp && address <= sp + NEAR_ABOVE)
        return 1;
    return address < main_stack_low + NEAR_ABOVE && address + BELOW_STACK >= main_stack_low;
}

/* Writes the stack from the interrupted instruction outwards, leaving out the handler's own frames. */
static void trace(struct abidance_status *page, const struct machine *state) {
    void *raw[ABIDANCE_MAX_FRAMES + HANDLER_FRAMES];
    int count = backtrace(raw, (int)(sizeof raw / sizeof raw[0]));
    int first = 0;
    while (first < count && (uint64_t)(uintptr_t)raw[first] != state->pc)
        first++;
    uint32_t kept = 0;
    for (int i = first; i < count && kept < ABIDANCE_MAX_FRAMES; i++)
        page->frame[kept++] = (uint64_t)(uintptr_t)raw[i];
    if (kept == 0) {
        /* A call through a bad pointer leaves no frame to unwind from, but its return address is on top. */
        uint64_t caller = 0, copied = 0;
        page->frame[kept++] = state->pc;
        abidance_read(state->sp, (uint8_t *)&caller, sizeof caller, 0, &copied);
        if (copied == sizeof caller)
            page->frame[kept++] = caller;
    }
    page->frames = kept;
    __atomic_store_n(&page->crash, ABIDANCE_CRASH_TRACED, __ATOMIC_RELEASE);
}

static void die_of(int signal_number) {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

volatile uint8_t abidance_trap;
volatile uint32_t abidance_trapped;

/* Notes a system call, and has it made all the same. */
static void on_system_call(const siginfo_t *information, void *context) {
    abidance_trap = 0;
    abidance_trapped = (uint32_t)information->si_syscall + 1;
#if defined(__x86_64__)
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] -= 2; /* back to the instruction, whose registers are as they were */
#else
    (void)context;
#endif
}

static void on_fault(int signal_number, siginfo_t *information, void *context) {
    if (signal_number == SIGSYS && abidance_trap) {
        on_system_call(information, context);
        return;
    }
    if (signal_number == SIGTRAP && abidance_stepping) {
        stepped_trap(context);
        return;
    }
    if (trace_signal(signal_number, information, context))
        return;
    struct abidance_status *page = abidance_status_page;
    pid_t self = (pid_t)syscall(SYS_gettid), nobody = 0;
    if (getpid() != watched_process) {
        die_of(signal_number); /* a process that the library forked; the page is not about it */
        return;
    }
    if (!__atomic_compare_exchange_n(&claimed_by, &nobody, self, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        while (nobody != self)
            pause(); /* another thread faulted first and is about to end the process */
        die_of(signal_number);
        return;
    }
    mailbox_last_words();
    struct machine state = machine_state(context);
    int by_hardware = information->si_code > 0;
    page->signal = signal_number;
    page->code = information->si_code;
    page->pc = state.pc;
    page->sp = state.sp;
    page->access = ABIDANCE_NO_ACCESS;
    if (by_hardware && (signal_number == SIGSEGV || signal_number == SIGBUS)) {
        page->access = state.access;
        page->address = (uint64_t)(uintptr_t)information->si_addr;
        page->stack_exhausted = signal_number == SIGSEGV && state.access != ABIDANCE_NO_ACCESS
                                && is_near_stack_end(page->address, state.sp);
    }
    if (signal_number == SIGSYS && by_hardware) { /* the fence: the address is the number of the system call */
        page->access = ABIDANCE_SOME_ACCESS;
        page->address = (uint64_t)information->si_syscall;
    }
    __atomic_store_n(&page->crash, ABIDANCE_CRASH_SEEN, __ATOMIC_RELEASE);
    if (rehearsal != NULL)
        siglongjmp(*rehearsal, 1);
    trace(page, &state);
    die_of(signal_number);
}

void crash_rehearse(sigjmp_buf *back) {
    struct abidance_status *page = abidance_status_page;
    rehearsal = back;
    claimed_by = 0;
    page->crash = ABIDANCE_NO_CRASH;
    if (back == NULL) {
        page->signal = page->code = 0;
        page->access = page->stack_exhausted = 0;
        page->address = page->pc = page->sp = 0;
    }
}

/* The parent's time limit has passed: it wants to know where the call hangs, and then ends the process. */
static void on_request(int signal_number, siginfo_t *information, void *context) {
    (void)information;
    struct abidance_status *page = abidance_status_page;
    if (getpid() != watched_process)
        return;
    mailbox_last_words(); /* it is killed when it has told */
    if (page->crash != ABIDANCE_NO_CRASH)
        return;
    struct machine state = machine_state(context);
    page->signal = signal_number;
    page->pc = state.pc;
    page->sp = state.sp;
    trace(page, &state);
}

static void remember_stack(void) {
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return;
    if (pthread_attr_getstack(&attributes, &low, &size) == 0)
        main_stack_low = (uint64_t)(uintptr_t)low;
    pthread_attr_destroy(&attributes);
}

static int give_handlers_a_stack(void) {
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *low = mmap(NULL, STACK_SIZE + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (low == MAP_FAILED)
        return ABIDANCE_NO_MEMORY;
    mprotect(low, guard, PROT_NONE);
    const stack_t stack = {.ss_sp = low + guard, .ss_size = STACK_SIZE};
    return sigaltstack(&stack, NULL) == 0 ? ABIDANCE_OK : ABIDANCE_NO_MEMORY;
}

/* Sanitizers catch the first four themselves, on a stack of their own. */
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
#define FATAL (sizeof fatal / sizeof fatal[0])
#define CAUGHT_BY_SANITIZERS 4

static int load_control = -1;
static char load_words[ABIDANCE_MOST_LOAD_WORDS];

/* There is no status page yet while the library is loaded: the parent is told where its constructor was, and where the
 * code of the process lies, in one message. */
static void on_load_fault(int signal_number, siginfo_t *information, void *context) {
    (void)information;
    void *raw[ABIDANCE_MAX_FRAMES + HANDLER_FRAMES];
    if (getpid() != watched_process || load_control < 0) {
        die_of(signal_number);
        return;
    }
    int control = load_control;
    load_control = -1;
    uint64_t pc = machine_state(context).pc;
    int count = backtrace(raw, (int)(sizeof raw / sizeof raw[0])), first = 0;
    while (first < count && (uint64_t)(uintptr_t)raw[first] != pc)
        first++;
    uint64_t *words = (uint64_t *)(void *)(load_words + 8);
    uint32_t kept = 0;
    for (int i = first; i < count && kept < ABIDANCE_MAX_FRAMES; i++)
        words[kept++] = (uint64_t)(uintptr_t)raw[i];
    if (kept == 0)
        words[kept++] = pc;
    memcpy(load_words, "C\0\0", 4);
    memcpy(load_words + 4, &kept, sizeof kept);
    size_t length = 8 + 8 * (size_t)kept;
    int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    for (ssize_t more; maps >= 0 && length < sizeof load_words
                       && (more = read(maps, load_words + length, sizeof load_words - length)) > 0;)
        length += (size_t)more;
    (void)!write(control, load_words, length);
    die_of(signal_number);
}

/* Has faults noted while the library is loaded, until it is called with -1. */
int abidance_watch_loading(int control, int faults) {
    void *warm[2];
    struct sigaction action = {.sa_sigaction = on_load_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER}, now;
    load_control = control;
    watched_process = getpid();
    if (control < 0) {
        for (size_t i = 0; i < FATAL; i++)
            if (sigaction(fatal[i], NULL, &now) == 0 && now.sa_sigaction == on_load_fault)
                signal(fatal[i], SIG_DFL);
        return ABIDANCE_OK;
    }
    backtrace(warm, 2);
    if (faults && give_handlers_a_stack() != ABIDANCE_OK)
        return ABIDANCE_NO_MEMORY;
    sigemptyset(&action.sa_mask);
    for (size_t i = faults ? 0 : CAUGHT_BY_SANITIZERS; i < FATAL; i++)
        if (sigaction(fatal[i], &action, NULL) != 0)
            return ABIDANCE_NO_MEMORY;
    return ABIDANCE_OK;
}

int abidance_watch_signals(int faults) {
    const size_t first = faults ? 0 : CAUGHT_BY_SANITIZERS;
    void *warm[2];
    watched_process = getpid();
    claimed_by = 0;
    backtrace(warm, 2); /* the first one loads the unwinder, which a handler must not */
    remember_stack();
    if (faults && give_handlers_a_stack() != ABIDANCE_OK)
        return ABIDANCE_NO_MEMORY;
    struct sigaction action = {.sa_sigaction = on_request, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigemptyset(&action.sa_mask);
    int result = sigaction(SIGXCPU, &action, NULL);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (size_t i = first; i < FATAL; i++)
        result |= sigaction(fatal[i], &action, NULL);
    return result == 0 ? ABIDANCE_OK : ABIDANCE_NO_MEMORY;
}
