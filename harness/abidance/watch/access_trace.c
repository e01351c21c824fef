/* Every access of a call to the plan's blocks: where it is, and whether it reads or writes.
 *
 * Nobody may touch the blocks, and the guards around them, while a traced call runs. An access that faults is noted,
 * its page is opened, and the one instruction is executed with the trap flag set; then the page is closed again. So a
 * call that strays goes on as in a process where that memory happens to be mapped (it reads zeroes), and tells all of
 * its strays rather than the first. What is traced is what faults: the first byte of each access, and for one that goes
 * on into the next page that page's first byte. A system call fails on such memory with EFAULT.
 *
 * Addresses from ABIDANCE_DECOYS on are nowhere: a call that jumps to one is given 0 for an answer, and that is noted.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <dlfcn.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define GUARD ((uint64_t)64 << 10)
#define PAGE ((uint64_t)4096)

/* All that a call did to one block: offsets are from its start. `abidance/plan/access_trace.py` has the same. */
struct traced_block {
    uint64_t reads, writes;
    int64_t lowest_read, highest_read, lowest_write, highest_write;
    uint64_t written_first; /* whether the first access of all was a write */
    uint64_t cut;           /* accesses were too many: from some time on none is noted */
};

struct traced_decoy {
    uint64_t number, calls, arguments[6];
};

#define MOST_TRACED 64u
#define MOST_DECOYS 16u
#define MOST_ACCESSES (1u << 12)
#define MOST_OPEN 4u

static struct traced_block traced[MOST_TRACED];
static struct traced_decoy decoys[MOST_DECOYS];
static uint32_t traced_count, decoy_count;
static int wanted;
static uint64_t accesses;

/* What another thread writes to a block just before the next call reads again, for the `at`-th time, what it has read
 * there. A call that reads each value once may get some of them from before a change and others from after it. */
#define MOST_READ ((uint64_t)4096)
static struct {
    const void *bytes;
    uint64_t size, at, again;
    uint32_t block;
    uint8_t read[MOST_READ / 8]; /* a bit for each offset at which a read has begun */
} change;

int abidance_change(uint32_t block, uint64_t at, const void *bytes, uint64_t size) {
    if (block >= arena_count() || arena_at(block)->slot == NULL || size > arena_at(block)->size)
        return ABIDANCE_MALFORMED;
    change.bytes = bytes;
    change.size = size;
    change.at = at;
    change.again = 0;
    memset(change.read, 0, sizeof change.read);
    change.block = block;
    return ABIDANCE_OK;
}

#if defined(__x86_64__)

#define TRAP_FLAG 0x100
#define PAGE_FAULT 14
#define FAULT_WRITES 2
#define FAULT_FETCHES 16

static volatile int tracing;
static pid_t tracing_thread;
static uint64_t opened[MOST_OPEN];
static uint32_t opened_count;
/* The part of each block's guards that was opened: it holds zeroes again afterwards. */
static struct {
    uint64_t below, above;
} strayed[MOST_TRACED];

static int guarded(uint32_t index) { return arena_at(index)->slot != NULL && !arena_at(index)->retired; }

static int protect(uint64_t from, uint64_t to, int how) {
    return from == to ? 0 : (int)syscall(SYS_mprotect, from, to - from, how);
}

static uint64_t low_of(uint32_t index) { return (uint64_t)(uintptr_t)arena_at(index)->low; }
static uint64_t high_of(uint32_t index) { return (uint64_t)(uintptr_t)arena_at(index)->high; }

void trace_begin(void) {
    if (!wanted)
        return;
    traced_count = arena_count() < MOST_TRACED ? arena_count() : MOST_TRACED;
    memset(traced, 0, sizeof traced);
    decoy_count = opened_count = 0;
    accesses = 0;
    tracing_thread = (pid_t)syscall(SYS_gettid);
    for (uint32_t i = 0; i < traced_count; i++) {
        strayed[i].below = low_of(i) & ~(PAGE - 1);
        strayed[i].above = (high_of(i) + PAGE - 1) & ~(PAGE - 1);
        if (guarded(i))
            protect(low_of(i), high_of(i), PROT_NONE);
    }
    tracing = 1;
}

static void clean(uint64_t from, uint64_t to) {
    if (from >= to)
        return;
    protect(from, to, PROT_NONE);
    madvise((void *)(uintptr_t)from, to - from, MADV_DONTNEED);
}

void trace_end(void) {
    if (!tracing)
        return;
    tracing = 0;
    change.bytes = NULL;
    for (uint32_t i = 0; i < traced_count; i++) {
        if (!guarded(i))
            continue;
        clean(strayed[i].below, low_of(i) & ~(PAGE - 1));
        clean((high_of(i) + PAGE - 1) & ~(PAGE - 1), strayed[i].above);
        protect(low_of(i), high_of(i), arena_at(i)->writable ? PROT_READ | PROT_WRITE : PROT_READ);
    }
}

static int find(uint64_t address) {
    for (uint32_t i = 0; i < traced_count; i++)
        if (guarded(i) && address + GUARD >= low_of(i) && address < high_of(i) + GUARD)
            return (int)i;
    return -1;
}

static void note(struct traced_block *block, int64_t offset, int writes) {
    if (block->reads == 0 && block->writes == 0)
        block->written_first = (uint64_t)writes;
    if (writes) {
        if (block->writes++ == 0)
            block->lowest_write = block->highest_write = offset;
        block->lowest_write = offset < block->lowest_write ? offset : block->lowest_write;
        block->highest_write = offset > block->highest_write ? offset : block->highest_write;
    } else {
        if (block->reads++ == 0)
            block->lowest_read = block->highest_read = offset;
        block->lowest_read = offset < block->lowest_read ? offset : block->lowest_read;
        block->highest_read = offset > block->highest_read ? offset : block->highest_read;
    }
}

/* Tells whether this is the read before which the block changes. */
static int is_read_again(uint64_t offset) {
    if (offset >= MOST_READ)
        return 0;
    uint8_t bit = (uint8_t)(1u << (offset & 7)), *read = &change.read[offset / 8];
    int again = (*read & bit) != 0;
    *read |= bit;
    return again && ++change.again == change.at;
}

/* A function that is called at a decoy: it answers 0 and returns. */
static int answer_for_decoy(uint64_t address, greg_t *registers) {
    uint64_t number = (address - ABIDANCE_DECOYS) / ABIDANCE_DECOY_SIZE;
    struct traced_decoy *decoy = NULL;
    for (uint32_t i = 0; i < decoy_count; i++)
        if (decoys[i].number == number)
            decoy = &decoys[i];
    if (decoy == NULL) {
        if (decoy_count == MOST_DECOYS)
            return 0;
        decoy = &decoys[decoy_count++];
        *decoy = (struct traced_decoy){.number = number};
    }
    decoy->calls++;
    const uint64_t given[6] = {(uint64_t)registers[REG_RDI], (uint64_t)registers[REG_RSI], (uint64_t)registers[REG_RDX],
                               (uint64_t)registers[REG_RCX], (uint64_t)registers[REG_R8],  (uint64_t)registers[REG_R9]};
    memcpy(decoy->arguments, given, sizeof given);
    registers[REG_RIP] = *(greg_t *)(uintptr_t)registers[REG_RSP];
    registers[REG_RSP] += 8;
    registers[REG_RAX] = 0;
    return 1;
}

static int on_access(const siginfo_t *information, greg_t *registers) {
    uint64_t address = (uint64_t)(uintptr_t)information->si_addr, page = address & ~(PAGE - 1);
    if (registers[REG_TRAPNO] != PAGE_FAULT)
        return 0;
    if (registers[REG_ERR] & FAULT_FETCHES)
        return address >= ABIDANCE_DECOYS && address < ABIDANCE_DECOYS + ABIDANCE_DECOYS_SIZE
               && answer_for_decoy(address, registers);
    int index = find(address);
    if (index < 0 || opened_count == MOST_OPEN)
        return 0;
    struct traced_block *block = &traced[index];
    note(block, (int64_t)(address - (uint64_t)(uintptr_t)arena_at((uint32_t)index)->start),
         (registers[REG_ERR] & FAULT_WRITES) != 0);
    if (change.bytes != NULL && (uint32_t)index == change.block && (registers[REG_ERR] & FAULT_WRITES) == 0
        && is_read_again(address - (uint64_t)(uintptr_t)arena_at((uint32_t)index)->start)) {
        protect(low_of((uint32_t)index), high_of((uint32_t)index), PROT_READ | PROT_WRITE);
        memcpy(arena_at((uint32_t)index)->start, change.bytes, change.size);
        protect(low_of((uint32_t)index), high_of((uint32_t)index), PROT_NONE);
    }
    if (page < strayed[index].below)
        strayed[index].below = page;
    if (page + PAGE > strayed[index].above)
        strayed[index].above = page + PAGE;
    if (++accesses > MOST_ACCESSES) {
        for (uint32_t i = 0; i < traced_count; i++) {
            traced[i].cut = 1;
            strayed[i].below = (low_of(i) - GUARD) & ~(PAGE - 1);
            strayed[i].above = (high_of(i) + GUARD) & ~(PAGE - 1);
            if (guarded(i))
                protect(strayed[i].below, strayed[i].above, PROT_READ | PROT_WRITE);
        }
        return 1;
    }
    if (protect(page, page + PAGE, PROT_READ | PROT_WRITE) != 0)
        return 0;
    opened[opened_count++] = page;
    registers[REG_EFL] |= TRAP_FLAG;
    return 1;
}

static int on_step(greg_t *registers) {
    if (opened_count == 0)
        return 0;
    for (uint32_t i = 0; i < opened_count; i++)
        protect(opened[i], opened[i] + PAGE, accesses > MOST_ACCESSES ? PROT_READ | PROT_WRITE : PROT_NONE);
    opened_count = 0;
    registers[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    return 1;
}

int trace_signal(int signal_number, const siginfo_t *information, void *context) {
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    if (!tracing || (pid_t)syscall(SYS_gettid) != tracing_thread)
        return 0;
    if (signal_number == SIGSEGV)
        return on_access(information, registers);
    return signal_number == SIGTRAP && on_step(registers);
}

int abidance_trace(int on) {
    wanted = on;
    return ABIDANCE_OK;
}

#else

void trace_begin(void) {}
void trace_end(void) {}

int trace_signal(int signal_number, const siginfo_t *information, void *context) {
    (void)signal_number, (void)information, (void)context;
    return 0;
}

int abidance_trace(int on) { return on ? ABIDANCE_NO_MEMORY : ABIDANCE_OK; }

#endif

/* Whose memory an address is. */
enum pointed { POINTS_NOWHERE, POINTS_AT_LIVE, POINTS_INTO_LIVE, POINTS_AT_GONE, POINTS_INTO_BLOCK, POINTS_INTO_OBJECT };

static void tell_of(uint64_t address, uint64_t *to) {
    uint32_t block = UINT32_MAX;
    int64_t offset = 0;
    struct abidance_owned owned = {0};
    Dl_info found;
    void *at = (void *)(uintptr_t)address;
    to[0] = address;
    arena_locate(address, &block, &offset);
    if (block != UINT32_MAX) {
        to[1] = POINTS_INTO_BLOCK;
        to[2] = block;
        to[3] = (uint64_t)offset;
    } else if (gate_owns(at, &owned)) {
        to[1] = owned.offset == 0 ? POINTS_AT_LIVE : POINTS_INTO_LIVE;
        to[2] = address - owned.offset;
        to[3] = owned.size;
    } else if (gate_is_gone(at)) {
        to[1] = POINTS_AT_GONE;
    } else if (dladdr(at, &found) != 0) {
        to[1] = POINTS_INTO_OBJECT;
    }
}

uint32_t abidance_traced(const uint64_t *pointers, uint32_t count, uint64_t *to, uint32_t room) {
    uint32_t at = 3;
    uint64_t blocks = 0, told = 0;
    for (uint32_t i = 0; i < traced_count && at + 9 <= room; i++) {
        if (traced[i].reads == 0 && traced[i].writes == 0)
            continue;
        to[at++] = i;
        memcpy(to + at, &traced[i], sizeof traced[i]);
        at += sizeof traced[i] / sizeof *to;
        blocks++;
    }
    uint32_t shown = decoy_count;
    for (uint32_t i = 0; i < shown && at + 8 <= room; i++) {
        memcpy(to + at, &decoys[i], sizeof decoys[i]);
        at += sizeof decoys[i] / sizeof *to;
    }
    for (uint32_t i = 0; i < count && at + 4 <= room; i++, told++) {
        memset(to + at, 0, 4 * sizeof *to);
        tell_of(pointers[i], to + at);
        at += 4;
    }
    to[0] = blocks;
    to[1] = shown;
    to[2] = told;
    traced_count = decoy_count = 0;
    return at;
}
