/* The mailbox, which the parent reads: out of everybody's reach while the library runs.
 *
 * Between calls this side writes to it: the status page, the records of calls that are over. During a call its pages
 * allow nothing, so a stray access faults and is a finding, where it would have rewritten what an earlier call left.
 * The worker has no descriptor of it, so that the file cannot be cut, and the parent has sealed its size besides.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

struct abidance_status *abidance_status_page;

static uint8_t *mailbox;
static size_t mailbox_size;
static int locked;
static uint32_t openings;
static int32_t call_that_runs = -1;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static int allow(int protection) { return mprotect(mailbox, mailbox_size, protection); }

uint64_t abidance_map(int file, uint64_t size) {
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (at == MAP_FAILED)
        return 0;
    mailbox = at;
    mailbox_size = size;
    /* Evidence that cannot be put out of reach is none: better no worker than one whose answers could be rewritten. */
    uint8_t byte;
    uint64_t copied;
    if (allow(PROT_NONE) != 0 || abidance_read((uintptr_t)at, &byte, 1, 0, &copied) != ABIDANCE_UNREADABLE
        || allow(PROT_READ | PROT_WRITE) != 0)
        return 0;
    abidance_status_page = at;
    return (uint64_t)(uintptr_t)at;
}

void abidance_lock(void) {
    call_that_runs = abidance_status_page->call;
    locked = 1;
    if (allow(PROT_NONE) != 0)
        _exit(70);
}

void abidance_unlock(void) {
    locked = 0;
    if (allow(PROT_READ | PROT_WRITE) != 0)
        _exit(70);
}

void mailbox_begin(void) { call_that_runs = -1; }

int32_t mailbox_call(void) { return call_that_runs; }

void mailbox_open(void) {
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        sched_yield();
    if (openings++ == 0 && locked)
        allow(PROT_READ | PROT_WRITE);
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

void mailbox_shut(void) {
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        sched_yield();
    if (--openings == 0 && locked)
        allow(PROT_NONE);
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

void mailbox_last_words(void) { allow(PROT_READ | PROT_WRITE); }
