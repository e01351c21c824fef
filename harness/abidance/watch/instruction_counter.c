/* How many instructions a call executes: each raises SIGTRAP while the trap flag is set, and is counted.
 *
 * That is slow, and exact: neither other processes nor the machine's caches make a difference, no counter of the
 * processor need be there, and it is this processor's code that runs. An instruction with a repeat prefix is one, however
 * often it repeats. What the watcher itself executes, such as callbacks that it stands for, does not count.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <link.h>
#include <ucontext.h>

#if defined(__x86_64__)

#define TRAP_FLAG 0x100

volatile uint8_t abidance_stepping;
uint64_t abidance_lane_flags;
static uint64_t steps, most, last;
static uint64_t own_from, own_to; /* the watcher's own code */

static int find_own(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size, (void)unused;
    uint64_t here = (uint64_t)(uintptr_t)&stepped_trap;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        uint64_t from = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr;
        if (object->dlpi_phdr[i].p_type == PT_LOAD && here - from < object->dlpi_phdr[i].p_memsz) {
            own_from = from;
            own_to = from + object->dlpi_phdr[i].p_memsz;
            return 1;
        }
    }
    return 0;
}

void stepped_begin(uint64_t at_most) {
    if (own_to == 0)
        dl_iterate_phdr(find_own, NULL);
    steps = last = 0;
    most = at_most;
    abidance_stepping = 1;
    abidance_lane_flags = TRAP_FLAG;
}

void stepped_end(void) {
    abidance_lane_flags = 0;
    abidance_stepping = 0;
}

uint64_t stepped_count(void) { return steps; }

static int is_in_lane(uint64_t at) {
    return at >= (uint64_t)(uintptr_t)abidance_lane && at < (uint64_t)(uintptr_t)abidance_lane_end;
}

void stepped_trap(void *context) {
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uint64_t at = (uint64_t)registers[REG_RIP];
    if (at >= own_from && at < own_to) {
        /* On its way to the call, in a callback, or back: then it is over. */
        if (steps != 0 && is_in_lane(at))
            registers[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    } else {
        steps += at != last;
        if (steps >= most)
            registers[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    }
    last = at;
}

#else

volatile uint8_t abidance_stepping;

void stepped_begin(uint64_t at_most) { (void)at_most; }
void stepped_end(void) {}
uint64_t stepped_count(void) { return 0; }
void stepped_trap(void *context) { (void)context; }

#endif
