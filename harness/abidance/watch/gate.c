/* The gate around each call: what the caller's side must find unchanged, and what the call is given.
 *
 * Before: the stack below is filled, so that what a call reads without having written it depends on the plan.
 * After: the floating-point environment is compared, and put back. The x86-64 psABI (3.2.1) and AAPCS64 (6.1.2)
 * have the callee preserve its control bits; its status flags are the callee's to set. The general registers are
 * registers.c's, and processes that come back forked_returns.c's.
 */
#define _GNU_SOURCE
#include "arena.h"
#include "heap/pattern.h"

#include <alloca.h>
#include <dlfcn.h>
#include <fenv.h>
#include <stddef.h>
#include <stdlib.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#define SCRUBBED ((size_t)12 << 10)

struct control {
    uint64_t words[2];
};

static struct abidance_heap *heap;
static struct control before;
static uint8_t scrub_fill;
static volatile int open;
static int watches_free;
static uint64_t misfreed; /* 1 + the block that a call tried to free, 0 when none did */

static struct control control_now(void) {
#if defined(__x86_64__)
    uint16_t x87;
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    return (struct control){{_mm_getcsr() & ~(uint64_t)0x3f, x87}};
#elif defined(__aarch64__)
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return (struct control){{fpcr, 0}};
#else
    return (struct control){{(uint64_t)fegetround(), 0}};
#endif
}

static void put_back(struct control wanted) {
#if defined(__x86_64__)
    uint16_t x87 = (uint16_t)wanted.words[1];
    _mm_setcsr((uint32_t)wanted.words[0] | (_mm_getcsr() & 0x3f));
    __asm__ volatile("fldcw %0" : : "m"(x87));
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(wanted.words[0]));
#else
    fesetround((int)wanted.words[0]);
#endif
}

void gate_control(uint64_t words[2]) {
    struct control now = control_now();
    words[0] = now.words[0];
    words[1] = now.words[1];
}

/* Best right before the call, behind all that prepares it: what ctypes leaves below would be the same for every fill. */
__attribute__((noinline)) static void scrub(void) {
    uint64_t word = pattern_word(scrub_fill);
    size_t size = SCRUBBED + (remnants_wanted() ? ABIDANCE_BELOW : 0);
    if (registers_fill(word, size / sizeof word))
        return;
    /* Volatile, or it would become memset: and a sanitizer's looks at what it thinks of this memory. */
    volatile uint64_t *low = alloca(size);
    for (size_t i = 0; i < size / sizeof *low; i++)
        low[i] = word;
    __asm__ volatile("" : : "r"(low) : "memory");
}

void gate_init(int (*is_foreign)(const void *)) {
    heap = dlsym(RTLD_DEFAULT, ABIDANCE_HEAP_NAME);
    watches_free = heap != NULL;
    if (heap != NULL) {
        heap->is_foreign = is_foreign;
        heap->take_back = handed_freed;
        heap->handed_size = handed_size;
    } else {
        heap = hooked_heap();
    }
}

uint8_t gate_fill(void) { return scrub_fill; }

int gate_has_heap(void) { return heap != NULL; }

int gate_watches_free(void) { return watches_free; }

int gate_on_free(void (*freed)(const void *block, size_t size)) {
    if (!watches_free)
        return 0;
    heap->freed = freed;
    return 1;
}

void gate_handed(uint32_t count) {
    if (heap != NULL)
        heap->handed = count;
}

void gate_returned(uint64_t size) {
    if (heap != NULL) {
        heap->returned_blocks++;
        heap->returned_bytes += size;
    }
}

void gate_begin(uint8_t fill) {
    /* Another byte than out memory holds, of the two that plans begin with: where it comes from, then shows. */
    scrub_fill = fill == 0 ? 0xA5 : fill == 0xA5 ? 0 : fill;
    if (heap != NULL) {
        heap->fill = pattern_word(scrub_fill);
        heap->begin();
    }
}

void gate_misfreed(uint32_t block) { misfreed = (uint64_t)block + 1; }

int gate_is_gone(const void *at) { return heap != NULL && heap->is_gone != NULL && heap->is_gone(at); }

int gate_owns(const void *at, struct abidance_owned *owned) {
    return heap != NULL && heap->owns != NULL && heap->owns(at, owned);
}

uint64_t abidance_room(uint64_t address) {
    const void *at = (const void *)(uintptr_t)address;
    size_t size = heap != NULL && heap->size_of != NULL && at != NULL ? heap->size_of(at) : SIZE_MAX;
    return size == SIZE_MAX ? UINT64_MAX : size;
}

int gate_is_open(void) { return open; }

int abidance_refuse(uint64_t number, int onwards) {
    if (heap == NULL)
        return ABIDANCE_NO_HEAP;
    if (!watches_free)
        bind_refusals();
    heap->refuse = number;
    heap->refuse_onwards = onwards;
    return 0;
}

void abidance_enter(uint64_t target) {
    registers_begin(target);
    misfreed = 0;
    open = 1;
    before = control_now();
    abidance_lock();
    scrub(); /* behind whatever else calls functions: a sanitizer's mprotect leaves kilobytes of its own there */
    if (heap != NULL) {
        heap->allocations = heap->allocated = heap->refused = 0;
        heap->on = 1;
    }
    trace_begin();
}

int abidance_leave(struct abidance_passage *passage) {
    trace_end();
    if (heap != NULL)
        heap->on = 0;
    strays_end();
    abidance_unlock();
    open = 0;
    struct control after = control_now();
    *passage = (struct abidance_passage){.misfreed = misfreed, .counted = heap != NULL};
    if (heap != NULL) {
        passage->allocations = heap->allocations;
        passage->allocated = heap->allocated;
        passage->refused = (uint32_t)heap->refused;
        heap->refuse = 0;
    }
    passage->registers = registers_end();
    passage->strays = abidance_strays();
    if (after.words[0] != before.words[0] || after.words[1] != before.words[1]) {
        passage->control_changed = 1;
        put_back(before);
    }
    return passage->allocations || passage->refused || passage->misfreed || passage->control_changed || passage->registers || passage->strays;
}

/* Reads what is on the stack below, without having written it: its first byte where all of it is that. */
__attribute__((noinline)) static int below(void) {
    volatile uint8_t deep[SCRUBBED / 4];
    __asm__ volatile("" : "=m"(deep));
    uint8_t first = deep[sizeof deep / 2];
    for (size_t i = sizeof deep / 2; i < sizeof deep; i++)
        if (deep[i] != first)
            return -1;
    return first;
}

__attribute__((noinline)) static void change_control(void) {
    struct control other = control_now();
#if defined(__x86_64__)
    other.words[0] ^= 0x2000; /* the rounding mode, of SSE and of the x87 */
    other.words[1] ^= 0x0400;
#elif defined(__aarch64__)
    other.words[0] ^= (uint64_t)1 << 22;
#else
    other.words[0] = (uint64_t)(other.words[0] == FE_TONEAREST ? FE_UPWARD : FE_TONEAREST);
#endif
    put_back(other);
}

#define MARK 0x5EC2E75EC2E75EC2u

/* Leaves a number on the stack. */
__attribute__((noinline)) static void leave_mark(void) {
    volatile uint64_t marks[4] = {MARK, MARK, MARK, MARK};
    __asm__ volatile("" : "+m"(marks));
}

/* Fails in each way that a callee can, from below the stack that it is to find filled. */
static int seen_below;
void gate_misbehave(void) {
    seen_below = below();
    leave_mark();
    change_control();
}

const char *gate_prove(void) {
    struct abidance_passage passage;
    struct control first = control_now();
    void (*pass)(void) = (void (*)(void))(uintptr_t)abidance_gate();
    gate_begin(0);
    if (abidance_remnants_begin(1) != 0)
        return "memory ran out";
    abidance_enter((uint64_t)(uintptr_t)registers_misbehave);
    (pass == NULL ? registers_misbehave : pass)();
    abidance_leave(&passage);
    int marked = remnants_on_stack(MARK);
    abidance_remnants_end();
    struct control last = control_now();
    if (!passage.control_changed)
        return "a call that changed the rounding mode was not seen";
    if (last.words[0] != first.words[0] || last.words[1] != first.words[1])
        return "the rounding mode was not put back";
    if (pass != NULL && passage.registers != (ABIDANCE_R12 | ABIDANCE_DIRECTION))
        return "a call that left another value in a register and the direction flag set was not seen as such";
    if (pass != NULL && !marked)
        return "what a call left on the stack was not seen";
    return seen_below == scrub_fill ? NULL : "the stack below a call was not filled";
}

/* The heap as a library reaches it: the compiler must neither know what these do nor leave a call out. */
static void *(*volatile ask)(size_t) = malloc;
static void (*volatile give_back)(void *) = free;
#define ASKED ((size_t)24)

/* One block is asked for, written past its end where a fence is, and left over. */
static const char *prove_account(void) {
    struct abidance_passage passage;
    struct abidance_kept kept;
    gate_begin(0);
    abidance_enter(0);
    volatile uint8_t *block = ask(ASKED);
    uint8_t held = block == NULL ? 0 : block[ASKED / 2];
    if (block != NULL && watches_free)
        block[ASKED] = 0;
    abidance_leave(&passage);
    abidance_settle(&kept);
    give_back((void *)block);
    if (block == NULL)
        return "memory ran out";
    if (passage.allocations != 1 || passage.allocated != ASKED)
        return "a block that was asked for was not counted";
    if (!kept.counted || kept.blocks != 1 || kept.bytes != ASKED)
        return "a block that was left over was not seen";
    if (watches_free && held != scrub_fill)
        return "a fresh block was not filled";
    if (watches_free) {
        abidance_refuse(1, 0);
        abidance_enter(0);
        block = ask(ASKED);
        abidance_leave(&passage);
        give_back((void *)block);
        if (block != NULL || passage.refused != 1)
            return "a block that was to be refused was not";
    }
    if (watches_free && kept.spoiled.kind != ABIDANCE_PAST_END)
        return "a write past the end of a block was not seen";
    return NULL;
}

/* One block is given back and written to afterwards. */
static const char *prove_release(void) {
    struct abidance_passage passage;
    struct abidance_kept kept;
    gate_begin(0);
    if (abidance_remnants_begin(0) != 0)
        return "memory ran out";
    abidance_enter(0);
    volatile uint8_t *block = ask(ASKED);
    if (block != NULL) {
        *(volatile uint64_t *)block = MARK;
        give_back((void *)block);
        block[ASKED / 2] = 0x5A;
    }
    int gone = gate_is_gone((void *)block);
    abidance_leave(&passage);
    int marked = remnants_freed(MARK);
    abidance_remnants_end();
    abidance_settle(&kept);
    if (block == NULL)
        return "memory ran out";
    if (!marked)
        return "what a block held that was given back was not seen";
    if (!gone || kept.spoiled.kind != ABIDANCE_AFTER_FREE)
        return "a write to a block that was given back was not seen";
    return kept.blocks == 0 ? NULL : "a block that was given back counts as left over";
}

const char *heap_prove(void) {
    if (heap == NULL)
        return "it is not loaded";
    const char *why = prove_account();
    if (why == NULL && watches_free)
        why = prove_release();
    gate_begin(0);
    return why;
}

int abidance_is_spoiled(void) {
    if (heap != NULL && heap->look != NULL)
        heap->look();
    return heap != NULL && heap->spoiled.kind != ABIDANCE_SOUND;
}

int abidance_counts(void) { return heap != NULL; }

int abidance_settle(struct abidance_kept *kept) {
    *kept = (struct abidance_kept){.counted = heap != NULL};
    if (heap == NULL)
        return 0;
    heap->settle();
    kept->counted = !heap->overflowed;
    kept->blocks = heap->live_blocks;
    kept->bytes = heap->live_bytes;
    kept->returned_blocks = heap->returned_blocks;
    kept->returned_bytes = heap->returned_bytes;
    kept->site = heap->site;
    kept->nth = heap->nth;
    kept->spoiled = heap->spoiled;
    handed_settle(kept);
    return !kept->counted || kept->blocks || kept->bytes || kept->returned_blocks || kept->returned_bytes
           || kept->site || kept->nth || kept->spoiled.kind != ABIDANCE_SOUND;
}
