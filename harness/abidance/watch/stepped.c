/* How many instructions a call executes: each raises SIGTRAP while the trap flag is set, and is counted.
 *
 * That is slow, and exact: neither other processes nor the machine's caches make a difference, no counter of the
 * processor need be there, and it is this processor's code that runs. An instruction with a repeat prefix is one, however
 * often it repeats. What the watcher itself executes, such as callbacks that it stands for, does not count.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <ucontext.h>

#if defined(__x86_64__)

extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _etext[] __attribute__((visibility("hidden")));

#define TRAP_FLAG 0x100

volatile uint8_t abidance_stepping;
uint64_t abidance_lane_flags;
static uint64_t steps, most, last;

void stepped_begin(uint64_t at_most) {
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

static int is_within(uint64_t at, const char *from, const char *to) {
    return at >= (uint64_t)(uintptr_t)from && at < (uint64_t)(uintptr_t)to;
}

void stepped_trap(void *context) {
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uint64_t at = (uint64_t)registers[REG_RIP];
    if (is_within(at, __ehdr_start, _etext)) {
        /* On its way to the call, in a callback, or back: then it is over. */
        if (steps != 0 && is_within(at, abidance_lane, abidance_lane_end))
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
