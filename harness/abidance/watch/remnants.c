/* What calls have left in memory that is nobody's any more: blocks that they freed, and the stack below their caller.
 *
 * Both are copied as they are, while nobody else has written there: a block just before it is freed, the stack by the
 * gate's first instructions once the call is over (registers.c). Whoever asked looks through the copies.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#define ROOM ((size_t)4 << 20)
/* Fresh blocks are filled this far: what is behind that may be older than the call. The allocator has the same. */
#define MOST_OF_A_BLOCK ((size_t)64 << 10)

uint8_t *abidance_below __attribute__((visibility("hidden"))); /* where the gate copies the stack to, NULL: nowhere */
static uint8_t *stack_copy, *copies;
static size_t used;
static uint64_t dropped;
static volatile int watching;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static uint8_t *mapped(size_t size) {
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static void put(const void *from, size_t size) {
    memcpy(copies + used, from, size);
    used += size;
}

/* A block is freed by the library, whichever of its threads does it. */
static void freed(const void *block, size_t size) {
    size_t taken = size < MOST_OF_A_BLOCK ? size : MOST_OF_A_BLOCK;
    uint64_t head[2] = {size, taken};
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        ;
    if (used + sizeof head + taken > ROOM) {
        dropped++;
    } else {
        put(head, sizeof head);
        put(block, taken);
    }
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

int abidance_remnants_begin(int stack) {
    if (copies == NULL && ((copies = mapped(ROOM)) == NULL || (stack_copy = mapped(ABIDANCE_BELOW)) == NULL))
        return ABIDANCE_NO_MEMORY;
    used = 0;
    dropped = 0;
    memset(stack_copy, 0, ABIDANCE_BELOW);
    abidance_below = stack && abidance_gate() != 0 ? stack_copy : NULL;
    if (!gate_on_free(freed))
        dropped = 1; /* nobody sees what is freed */
    watching = 1;
    return 0;
}

void abidance_remnants(uint64_t numbers[5]) {
    numbers[0] = (uint64_t)(uintptr_t)copies;
    numbers[1] = used;
    numbers[2] = dropped;
    numbers[3] = (uint64_t)(uintptr_t)abidance_below;
    numbers[4] = ABIDANCE_BELOW;
}

void abidance_remnants_end(void) {
    watching = 0;
    abidance_below = NULL;
    gate_on_free(NULL);
}

void remnants_given_back(const void *block, size_t size) {
    if (watching)
        freed(block, size);
}

int remnants_wanted(void) { return abidance_below != NULL; }

static int holds(const uint8_t *memory, size_t size, uint64_t mark) {
    for (size_t i = 0; memory != NULL && i + sizeof mark <= size; i += sizeof mark)
        if (memcmp(memory + i, &mark, sizeof mark) == 0)
            return 1;
    return 0;
}

int remnants_on_stack(uint64_t mark) { return holds(abidance_below, ABIDANCE_BELOW, mark); }

int remnants_freed(uint64_t mark) { return holds(copies, used, mark); }
