/* The mailbox, which the parent reads: out of everybody's reach while the library runs.
 *
 * Between calls this side writes to it: the status page, where blocks are, the records of calls that are over. During a call its pages
 * allow nothing, so a stray access faults and is a finding, where it would have rewritten what an earlier call left.
 * The worker has no descriptor of it, so that the file cannot be cut, and the parent has sealed its size besides.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct abidance_status *abidance_status_page;

/* Nothing else is so near to it, on either side: see guard_pages.c. */
#define MARGIN ((size_t)1 << 30)
/* Where an observation says how long it is so far, and so how much of the mailbox is evidence; plan/layout.py has it. */
#define SIZE_AT (ABIDANCE_REPLY_OFFSET + 16)

/* What is always locked: the table of blocks, and as much of the answer as most plans use. The kernel keeps it as an area of its own, which it would have to cut out of
 * the file's and join again for each call. */
#define LEAST (ABIDANCE_REPLY_OFFSET + ((size_t)60 << 10))

static uint8_t *mailbox;
static size_t locked; /* bytes from its beginning, 0 between calls */
static uint32_t openings;
static int32_t call_that_runs = -1;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static size_t page(void) {
    static size_t size;
    if (size == 0)
        size = (size_t)sysconf(_SC_PAGESIZE);
    return size;
}

static uint8_t *map(int file, size_t size) {
    long around = syscall(SYS_mmap, NULL, size + 2 * MARGIN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
    void *wanted = around == -1 ? NULL : (uint8_t *)around + MARGIN;
    void *at = mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_SHARED | (wanted == NULL ? 0 : MAP_FIXED), file, 0);
    close(file);
    return at == MAP_FAILED ? NULL : at;
}

uint64_t abidance_map(int file, uint64_t size) {
    mailbox = map(file, size);
    if (mailbox == NULL || mprotect(mailbox + ABIDANCE_REQUEST_OFFSET, size - ABIDANCE_REQUEST_OFFSET, PROT_READ) != 0)
        return 0;
    madvise(mailbox, LEAST, MADV_RANDOM); /* other than the rest, so that it is not joined with it */
    abidance_status_page = (struct abidance_status *)mailbox;
    return (uint64_t)(uintptr_t)mailbox;
}

const char *mailbox_prove(void) {
    uint8_t byte;
    uint64_t copied;
    uint8_t *const ends[] = {mailbox, mailbox + ABIDANCE_TABLE_OFFSET, mailbox + ABIDANCE_REPLY_OFFSET};
    const char *why = NULL;
    abidance_lock();
    for (int i = 0; i < 3; i++)
        if (abidance_read((uintptr_t)ends[i], &byte, 1, 0, &copied) != ABIDANCE_UNREADABLE)
            why = "its pages can be read while a call runs";
    abidance_unlock();
    return why;
}

void abidance_lock(void) {
    uint64_t size;
    memcpy(&size, mailbox + SIZE_AT, sizeof size);
    if (size > ABIDANCE_REPLY_SIZE)
        size = ABIDANCE_REPLY_SIZE;
    call_that_runs = abidance_status_page->call;
    size = (ABIDANCE_REPLY_OFFSET + size + page() - 1) & ~(page() - 1);
    locked = size < LEAST ? LEAST : size;
    if (mprotect(mailbox, locked, PROT_NONE) != 0)
        _exit(70);
}

void abidance_unlock(void) {
    size_t size = locked;
    locked = 0;
    if (mprotect(mailbox, size, PROT_READ | PROT_WRITE) != 0)
        _exit(70);
}

void mailbox_begin(void) { call_that_runs = -1; }

int32_t mailbox_call(void) { return call_that_runs; }

static void lock(void) {
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        sched_yield();
}

void mailbox_open(void) {
    lock();
    if (openings++ == 0 && locked != 0)
        mprotect(mailbox, locked, PROT_READ | PROT_WRITE);
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

void mailbox_shut(void) {
    lock();
    if (--openings == 0 && locked != 0)
        mprotect(mailbox, locked, PROT_NONE);
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

void mailbox_last_words(void) {
    if (locked != 0)
        mprotect(mailbox, locked, PROT_READ | PROT_WRITE);
}
