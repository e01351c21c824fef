/* Each instrument shows that it is live: a small fault is planted, and the instrument must see it.
 *
 * This runs in every worker before its first plan, and is undone. An instrument that says no more than that it was
 * asked for proves nothing: a sandbox may deny what it needs, and the dynamic linker may have left it out.
 */
#define _GNU_SOURCE
#include "arena.h"

#include "plan_format.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILL 0xA5
#define SIZE ((size_t)24)

/* Tells whether an access at `at` ends in the crash handler; the page then has what that noted. */
static int faults(uint8_t *volatile at, enum abidance_access access) {
    sigjmp_buf back;
    if (sigsetjmp(back, 1) != 0)
        return 1;
    crash_rehearse(&back);
    if (access == ABIDANCE_WRITE_ACCESS)
        *(volatile uint8_t *)at = 0;
    else
        (void)*(volatile uint8_t *)at;
    return 0;
}

static int comes(int signal_number) {
    sigjmp_buf back;
    if (sigsetjmp(back, 1) != 0)
        return 1;
    crash_rehearse(&back);
    raise(signal_number);
    return 0;
}

static const char *prove_fault(uint8_t *at, enum abidance_access access) {
    const char *why = NULL;
    int came = faults(at, access);
    if (!came)
        why = "an access that must fault did not";
    else if (abidance_status_page->address != (uint64_t)(uintptr_t)at)
        why = "a fault was seen at another address than where it was";
    else if (abidance_status_page->access != (uint32_t)access && abidance_status_page->access != ABIDANCE_SOME_ACCESS)
        why = "a fault was seen as another access than it was";
    crash_rehearse(NULL);
    return why;
}

static const char *in_a_block(const char *(*prove)(struct block *), int read_only) {
    struct block block;
    if (guarded_place(&block, SIZE, 1, 0, 0, FILL) != ABIDANCE_OK)
        return "memory for a block could not be made";
    memset(block.start, FILL, SIZE);
    canary_write(block.low, block.start);
    canary_write(block.start + SIZE, block.high);
    if (read_only)
        guarded_protect(&block);
    const char *why = prove(&block);
    guarded_release(&block);
    return why;
}

static const char *reads_beside(struct block *block) { return prove_fault(block->start + SIZE, ABIDANCE_READ_ACCESS); }
static const char *writes_inside(struct block *block) { return prove_fault(block->start, ABIDANCE_WRITE_ACCESS); }

static const char *damages(struct block *block) {
    uint8_t *beside = block->start - 1;
    *beside ^= 0xFF;
    return canary_first_damage(block->low, block->start) == beside ? NULL : "a byte that changed was not seen";
}

static const char *prove_guards(void) { return in_a_block(reads_beside, 0); }
static const char *prove_read_only(void) { return in_a_block(writes_inside, 1); }
static const char *prove_canaries(void) { return in_a_block(damages, 0); }

/* A signal that no sanitizer catches itself. */
static const char *prove_crashes(void) {
    const char *why = NULL;
    if (!comes(SIGTRAP))
        why = "a signal that was raised did not come";
    else if (abidance_status_page->signal != SIGTRAP)
        why = "a signal was noted as another one";
    crash_rehearse(NULL);
    return why;
}

static const char *prove_reader(void) {
    static const uint8_t there[16] = "is there";
    uint8_t read[sizeof there] = {0};
    uint64_t copied = 0;
    if (abidance_read((uint64_t)(uintptr_t)there, read, sizeof there, 0, &copied) != ABIDANCE_REACHED
        || memcmp(read, there, sizeof there) != 0)
        return "memory that is there was not read";
    void *nothing = mmap(NULL, sizeof there, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (nothing == MAP_FAILED)
        return "memory for a look could not be made";
    int reach = abidance_read((uint64_t)(uintptr_t)nothing, read, sizeof there, 0, &copied);
    munmap(nothing, sizeof there);
    return reach == ABIDANCE_UNREADABLE ? NULL : "memory that may not be read was read";
}

/* A callback with one answer is called while a call runs. */
static const char *prove_callbacks(void) {
    struct {
        struct abidance_plan_callback head;
        uint32_t answer;
    } spec = {{.answers = 1, .width = sizeof(uint32_t)}, 0x600DF00Du};
    const uint32_t number = ABIDANCE_MAX_CALLBACKS - 1;
    uint32_t answer = 0;
    uint64_t noted[3];
    if (abidance_callback(number, 0, (const uint8_t *)&spec, sizeof spec) != ABIDANCE_OK)
        return "memory to note calls in could not be made";
    abidance_invoked(number, NULL, &answer, sizeof answer);
    int any = abidance_invocations(noted);
    abidance_silence();
    if (answer != spec.answer)
        return "a callback did not answer what it was told to";
    return any && noted[1] != 0 && noted[2] == 0 ? NULL : "a callback that was called was not noted";
}

#if defined(__x86_64__)
uint64_t abidance_lane_0(uint64_t argument);

static uint64_t turn;
static uint64_t never_alike(uint64_t unused) { return unused + ++turn; }
static uint64_t always_alike(uint64_t unused) { return unused; }

static int is_unsteady(uint64_t (*target)(uint64_t)) {
    if (abidance_lanes_begin(ABIDANCE_ALONE, 1) != ABIDANCE_OK)
        return -1;
    abidance_lane_set(0, (void *)(uintptr_t)target, UINT64_MAX, 0, 4);
    abidance_lane_0(0);
    abidance_lanes_begin(ABIDANCE_MIXED, 1);
    abidance_lane_set(0, (void *)(uintptr_t)target, UINT64_MAX, 0, 4);
    abidance_lane_part(0, 1, 1);
    abidance_lane_0(0);
    return abidance_lanes_unsteady();
}

static const char *prove_lanes(void) {
    if (is_unsteady(never_alike) != 1)
        return "answers that differ were not seen";
    return is_unsteady(always_alike) == 0 ? NULL : "answers that are alike were told apart";
}

/* A function of the C library: what is the watcher's own does not count. */
static uint64_t steps_of(void *target) {
    uint64_t count[2] = {0};
    abidance_lanes_begin(ABIDANCE_STEPPED, 1);
    abidance_lane_set(0, target, 0, 0, 1024);
    abidance_lane_0(5);
    return abidance_lane_measured(0, count) == 0 ? 0 : count[0];
}

static const char *prove_steps(void) {
    uint64_t once = steps_of((void *)(uintptr_t)&labs), again = steps_of((void *)(uintptr_t)&labs);
    if (once == 0)
        return "no instruction of a call was counted";
    return once == again && once < 1024 ? NULL : "the same call was counted in two ways";
}

static const char *prove_trap(void) {
    abidance_lanes_begin(ABIDANCE_TRAPPED, 1);
    abidance_lane_set(0, (void *)(uintptr_t)&getppid, 0, 0, 1);
    abidance_lane_0(0);
    return abidance_lanes_trapped() == SYS_getppid + 1 ? NULL : "a system call was not seen";
}

static const char *prove_timer(void) {
    uint64_t before = timed_now();
    for (volatile int i = 0; i < 1000; i++)
        ;
    return timed_now() > before ? NULL : "the processor's clock stands still";
}
#else
static const char *prove_lanes(void) { return "it takes x86-64"; }
static const char *prove_steps(void) { return "it takes x86-64"; }
static const char *prove_trap(void) { return "it takes x86-64"; }
static const char *prove_timer(void) { return "it takes x86-64"; }
#endif

/* Every worker proves these, in this order, where it has what they need. */
static const struct {
    const char *key;
    const char *(*prove)(void);
    int needs; /* a sum of `abidance_has` */
} proofs[] = {
    {"guards", prove_guards, ABIDANCE_HAS_GUARDS | ABIDANCE_HAS_FAULTS},
    {"canaries", prove_canaries, ABIDANCE_HAS_GUARDS},
    {"read_only", prove_read_only, ABIDANCE_HAS_GUARDS | ABIDANCE_HAS_FAULTS},
    {"crashes", prove_crashes, 0},
    {"reader", prove_reader, 0},
    {"heap", heap_prove, 0},
    {"gate", gate_prove, 0},
    {"state", state_prove, 0},
    {"mailbox", mailbox_prove, 0},
    {"strays", strays_prove, 0},
    {"callbacks", prove_callbacks, ABIDANCE_HAS_CALLBACKS},
    {"lanes", prove_lanes, 0},
    {"trap", prove_trap, ABIDANCE_HAS_FAULTS},
    {"steps", prove_steps, ABIDANCE_HAS_FAULTS | ABIDANCE_HAS_NO_HEAP},
    {"timer", prove_timer, ABIDANCE_HAS_NO_HEAP},
};

int abidance_prove(uint32_t index, int has, const char **key, const char **why) {
    if (index >= sizeof proofs / sizeof proofs[0])
        return 0;
    *key = *why = NULL;
    has |= gate_has_heap() ? 0 : ABIDANCE_HAS_NO_HEAP;
    if ((proofs[index].needs & ~has) == 0) {
        struct abidance_status *page = abidance_status_page;
        *key = proofs[index].key;
        strncpy((char *)page + ABIDANCE_TABLE_OFFSET, *key, 32);
        page->proving = 1; /* whoever does not come back from it leaves its name */
        *why = proofs[index].prove();
        lanes_unused();
        page->proving = 0;
    }
    return 1;
}
