/* Each instrument shows that it is live: a small fault is planted, and the instrument must see it.
 *
 * This runs in every worker before its first plan, and is undone. An instrument that says no more than that it was
 * asked for proves nothing: a sandbox may deny what it needs, and the dynamic linker may have left it out.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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

/* Every worker proves these, in this order; `memory` and `faults` say for which workers. */
static const struct {
    const char *key;
    const char *(*prove)(void);
    int guarded, faults; /* where blocks are between guard pages, and where faults are caught here, alone */
} proofs[] = {
    {"guards", prove_guards, 1, 1},
    {"canaries", prove_canaries, 1, 0},
    {"read_only", prove_read_only, 1, 1},
    {"crashes", prove_crashes, 0, 0},
    {"reader", prove_reader, 0, 0},
    {"heap", heap_prove, 0, 0},
    {"gate", gate_prove, 0, 0},
    {"state", state_prove, 0, 0},
    {"mailbox", mailbox_prove, 0, 0},
    {"strays", strays_prove, 0, 0},
};

int abidance_prove(uint32_t index, int memory, int faults, const char **key, const char **why) {
    if (index >= sizeof proofs / sizeof proofs[0])
        return 0;
    *key = *why = NULL;
    if ((!proofs[index].guarded || memory == ABIDANCE_GUARDED) && (!proofs[index].faults || faults)) {
        struct abidance_status *page = abidance_status_page;
        *key = proofs[index].key;
        strncpy((char *)page->frame, *key, sizeof page->frame - 1);
        page->proving = 1; /* whoever does not come back from it leaves its name */
        *why = proofs[index].prove();
        page->proving = 0;
    }
    return 1;
}
