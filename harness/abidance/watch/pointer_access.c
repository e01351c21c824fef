/* Reads and writes through pointers of the library: they may point anywhere; the worker must survive that. */
#define _GNU_SOURCE
#include "arena.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define STEP 4096u /* no larger than a page, so that a step is readable as a whole or not at all */

/* Reads by way of a pipe: the kernel refuses to write from memory that cannot be read. For systems that
 * forbid process_vm_readv. */
static int read_by_pipe(uint64_t address, uint8_t *to, size_t length) {
    static int ends[2] = {-1, -1};
    if (ends[0] < 0 && pipe(ends) != 0)
        return 0;
    ssize_t sent = write(ends[1], (const void *)(uintptr_t)address, length);
    if (sent <= 0)
        return 0;
    return read(ends[0], to, (size_t)sent) == sent && (size_t)sent == length;
}

static int read_step(uint64_t address, uint8_t *to, size_t length) {
    struct iovec here = {to, length}, there = {(void *)(uintptr_t)address, length};
    ssize_t got = process_vm_readv(getpid(), &here, 1, &there, 1, 0);
    if (got < 0 && (errno == ENOSYS || errno == EPERM))
        return read_by_pipe(address, to, length);
    return got == (ssize_t)length;
}

int abidance_read(uint64_t address, uint8_t *to, uint64_t limit, int string, uint64_t *copied) {
    uint64_t done = 0;
    if (gate_is_gone((const void *)(uintptr_t)address)) {
        *copied = 0; /* what is there is what the allocator has put there */
        return ABIDANCE_UNREADABLE;
    }
    while (done < limit) {
        uint64_t length = STEP - ((address + done) & (STEP - 1));
        if (length > limit - done)
            length = limit - done;
        if (!read_step(address + done, to + done, length)) {
            *copied = done;
            return ABIDANCE_UNREADABLE;
        }
        const uint8_t *end = string ? memchr(to + done, 0, length) : NULL;
        uint64_t wanted = end == NULL ? length : (uint64_t)(end - (to + done)) + 1;
        uint64_t allowed = redzoned_readable((const uint8_t *)(uintptr_t)(address + done), wanted);
        if (allowed < wanted) {
            *copied = done + allowed;
            return ABIDANCE_UNREADABLE;
        }
        if (end != NULL) {
            *copied = done + wanted - 1;
            return ABIDANCE_REACHED;
        }
        done += length;
    }
    *copied = done;
    return string ? ABIDANCE_UNTERMINATED : ABIDANCE_REACHED;
}

static int write_step(uint64_t address, uint8_t *from, size_t length) {
    struct iovec here = {from, length}, there = {(void *)(uintptr_t)address, length};
    ssize_t put = process_vm_writev(getpid(), &here, 1, &there, 1, 0);
    if (put < 0 && (errno == ENOSYS || errno == EPERM)) {
        memcpy((void *)(uintptr_t)address, from, length); /* where that is forbidden, a bad pointer is a crash */
        return 1;
    }
    return put == (ssize_t)length;
}

int abidance_write(uint64_t address, const uint8_t *from, uint64_t period, uint64_t length, uint64_t *written) {
    uint8_t piece[STEP];
    uint64_t allowed = redzoned_readable((const uint8_t *)(uintptr_t)address, length), done = 0;
    while (done < allowed) {
        uint64_t size = STEP - ((address + done) & (STEP - 1));
        if (size > allowed - done)
            size = allowed - done;
        for (uint64_t i = 0; i < size; i++)
            piece[i] = period == 0 ? 0 : from[(done + i) % period];
        if (!write_step(address + done, piece, size))
            break;
        done += size;
    }
    *written = done;
    return done == length ? ABIDANCE_REACHED : ABIDANCE_UNREADABLE;
}
