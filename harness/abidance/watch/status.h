/* The status page: what the parent can still read after the worker has died.
 *
 * It is the first page of the mailbox, a memory file that the parent and the worker both map. The worker
 * writes it, the parent only reads it, and believes nothing in it without a look: a faulty library may have
 * written here too. `status.py` repeats the layout; `abidance_layout` lets a test compare the two.
 */
#ifndef ABIDANCE_STATUS_H
#define ABIDANCE_STATUS_H

#include <stdint.h>

#define ABIDANCE_STATUS_MAGIC 0x53444241u /* "ABDS" */
#define ABIDANCE_MAX_FRAMES 64u
#define ABIDANCE_MAX_BLOCKS 16384u
#define ABIDANCE_TABLE_OFFSET 4096u
#define ABIDANCE_REPLY_OFFSET (ABIDANCE_TABLE_OFFSET + ABIDANCE_MAX_BLOCKS * 16u)
#define ABIDANCE_REPLY_SIZE (256u << 20)
#define ABIDANCE_REQUEST_OFFSET (ABIDANCE_REPLY_OFFSET + ABIDANCE_REPLY_SIZE)

/* What the worker is doing; a death means something else in each. */
enum abidance_phase {
    ABIDANCE_IDLE = 0,      /* waiting for a plan */
    ABIDANCE_PREPARING = 1, /* abidance's own code, before a call */
    ABIDANCE_CALLING = 2,   /* in the library */
    ABIDANCE_LOOKING = 3,   /* abidance's own code again, reading what the call left */
    ABIDANCE_ANSWERING = 4, /* the answer is written, the parent is about to be told */
    ABIDANCE_GAVE_UP = 5,   /* the worker found its descriptors closed and ends itself */
    ABIDANCE_EXHAUSTED = 6  /* an allocator was asked for more blocks at a time than can be watched */
};

/* How far the crash report got. Deadlock or a second fault may cut it short at any step. */
enum abidance_crash {
    ABIDANCE_NO_CRASH = 0,
    ABIDANCE_CRASH_SEEN = 1, /* everything but the frames */
    ABIDANCE_CRASH_TRACED = 2
};

/* What is known about a faulting access. */
enum abidance_access {
    ABIDANCE_NO_ACCESS = 0, /* the signal has no address: abort, division by zero, a non-canonical pointer */
    ABIDANCE_SOME_ACCESS = 1,
    ABIDANCE_READ_ACCESS = 2,
    ABIDANCE_WRITE_ACCESS = 3
};

struct abidance_status {
    uint32_t magic;
    uint32_t sequence; /* number of the plan that was begun last */
    int32_t call;      /* index of the call that runs or ran last, -1 before the first */
    uint32_t phase;
    uint32_t blocks; /* entries of the block table that are in use */
    uint32_t crash;
    int32_t signal;
    int32_t code; /* si_code */
    uint32_t access;
    uint32_t stack_exhausted;
    uint64_t address;
    uint64_t pc;
    uint64_t sp;
    uint32_t frames;
    uint32_t proving; /* an instrument is being tried, before any plan: its key lies where the table does */
    uint32_t strays; /* calls that came back in another process than the worker's */
    uint32_t reserved;
    uint64_t frame[ABIDANCE_MAX_FRAMES]; /* innermost first; return addresses but for the first */
};

/* One entry of the table at ABIDANCE_TABLE_OFFSET: where a block of the plan is. */
struct abidance_place {
    uint64_t address;
    uint64_t size;
};

#endif
