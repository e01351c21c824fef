/* The watcher inside the worker: native memory for a plan's blocks, and what happened to it.
 *
 * One process, one thread, one plan at a time. Nothing here calls malloc on a release build, so that a
 * library that has damaged the heap cannot disturb the watcher, and counts of the heap stay the library's.
 */
#ifndef ABIDANCE_ARENA_H
#define ABIDANCE_ARENA_H

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "heap/heap.h"
#include "status.h"

#define ABIDANCE_API __attribute__((visibility("default")))

/* Where blocks live. */
enum abidance_memory {
    ABIDANCE_GUARDED = 0, /* between guard pages, with canaries: any build */
    ABIDANCE_REDZONED = 1 /* malloc of exact size: under AddressSanitizer, which watches its surroundings */
};

/* Why a function could not do what it was asked to. */
enum abidance_error {
    ABIDANCE_OK = 0,
    ABIDANCE_MALFORMED = -1,
    ABIDANCE_NO_MEMORY = -2,
    ABIDANCE_TOO_MANY = -3,
    ABIDANCE_READ_ONLY = -4,
    ABIDANCE_NO_HEAP = -5
};

/* How a read through a pointer of unknown worth went. */
enum abidance_reach { ABIDANCE_REACHED = 0, ABIDANCE_UNREADABLE = 1, ABIDANCE_UNTERMINATED = 2 };

/* One thing that a call did to memory it had no business with. */
struct abidance_damage {
    uint32_t block;
    uint32_t kind;     /* an `abidance_harm` */
    int64_t distance;  /* canaries: bytes from the block, see `Damage`; modified: offset in the block */
    uint64_t length;
};

/* What a look finds: bytes beside a block changed, a byte of a read-only one did, or a block that was handed over is freed. */
enum abidance_harm { ABIDANCE_BESIDE = 0, ABIDANCE_MODIFIED = 1, ABIDANCE_FREED = 2 };

#define ABIDANCE_MAX_DAMAGE 256u

/* Maps the mailbox, closes the file, and returns where it is, 0 when that is impossible, or when its pages cannot be
 * protected. Call it once, in the worker, before anything else. */
ABIDANCE_API uint64_t abidance_map(int file, uint64_t size);

/* Puts the mailbox out of everybody's reach for as long as the library runs, and back. */
ABIDANCE_API void abidance_lock(void);
ABIDANCE_API void abidance_unlock(void);

/* Takes the mailbox that is mapped. Call it once, in the worker. */
ABIDANCE_API int abidance_init(int memory);

/* Installs the signal handlers. With `faults` 0, those for faults in memory and arithmetic are left to a
 * sanitizer's runtime. SIGXCPU is the parent's request for a backtrace. */
ABIDANCE_API int abidance_watch_signals(int faults);
ABIDANCE_API int abidance_watch_loading(int control, int faults);

/* What a worker has, so that an instrument can prove itself there. Without a watched heap, costs are measured. */
enum abidance_has {
    ABIDANCE_HAS_GUARDS = 1,
    ABIDANCE_HAS_FAULTS = 2,
    ABIDANCE_HAS_CALLBACKS = 4,
    ABIDANCE_HAS_NO_HEAP = 8 /* determined here */
};

/* Has instrument `index` prove that it is live: its name in `*key`, NULL where it is none of this worker's, and in `*why`
 * what is wrong, NULL when it is live. `has` is a sum of `abidance_has`. Returns 0 when there is no such instrument. */
ABIDANCE_API int abidance_prove(uint32_t index, int has, const char **key, const char **why);

/* Tells whether a library that was opened, or what was loaded with it, has memory from an allocator that is not watched;
 * says which in `words`. */
ABIDANCE_API int abidance_bound(void *handle, char *words, uint32_t room);

/* Does what the runtime of `asan`, `ubsan` or `tsan` must report, or what faults where a sanitizer has the handler; comes
 * back when nobody saw it. */
ABIDANCE_API void abidance_plant(const char *instrument);

/* Makes the blocks of an encoded plan: contents, fill, relocations, canaries, protection. The blocks of the
 * plan before are released first. The plan's bytes are not needed afterwards. */
ABIDANCE_API int abidance_prepare(const uint8_t *plan, size_t size);

/* Frees the blocks of the plan. */
ABIDANCE_API void abidance_release(void);

/* Writes bytes into a writable block. */
ABIDANCE_API int abidance_store(uint32_t block, uint64_t offset, const uint8_t *bytes, uint64_t length);

/* Takes a block away from everybody until its plan ends: it was lent for calls that are over. */
ABIDANCE_API void abidance_retire(uint32_t block);

/* Tells that the library has taken over a block that it was handed: from now on it is for the library to free. */
ABIDANCE_API void abidance_hand(uint32_t block);

/* Looks for damage since the last look, repairs the canaries, and returns how many entries it wrote. */
ABIDANCE_API uint32_t abidance_look(struct abidance_damage damage[ABIDANCE_MAX_DAMAGE]);

/* Copies up to `limit` bytes from an address that may be anything; `string` stops before the first NUL.
 * Returns an `abidance_reach`, and the number of bytes copied in `*copied`. */
ABIDANCE_API int abidance_read(uint64_t address, uint8_t *to, uint64_t limit, int string, uint64_t *copied);

/* Tells how many bytes the heap block has that begins at an address, and that calls of this plan have asked for;
 * UINT64_MAX where none is known. */
ABIDANCE_API uint64_t abidance_room(uint64_t address);

/* Writes to an address that may be anything; `from` is repeated until `length` bytes are written. Returns an
 * `abidance_reach`, and the number of bytes written in `*written`. */
ABIDANCE_API int abidance_write(uint64_t address, const uint8_t *from, uint64_t period, uint64_t length,
                                uint64_t *written);

/* Has other bytes in a block of the plan from when the next call, which must be traced, reads again what it has read
 * there, for the `at`-th time. */
ABIDANCE_API int abidance_change(uint32_t block, uint64_t at, const void *bytes, uint64_t size);

/* From now on the accesses of each call to the plan's blocks are traced, or no longer; an error where that cannot be.
 * `abidance_traced` tells of the last call, and whose memory some pointers point at: how many blocks, decoys and pointers
 * follow, then a block's number and its `traced_block`, a `traced_decoy`, an address and whose it is. Returns how many
 * numbers it wrote, `room` at most. */
ABIDANCE_API int abidance_trace(int on);
ABIDANCE_API uint32_t abidance_traced(const uint64_t *pointers, uint32_t count, uint64_t *to, uint32_t room);

/* Functions that are not there, each `ABIDANCE_DECOY_SIZE` from the one before: no process has memory so low but on demand. */
#define ABIDANCE_DECOYS 0x4D5A00000000u
#define ABIDANCE_DECOY_SIZE 0x100000u
#define ABIDANCE_DECOYS_SIZE ((uint64_t)256 << 20)

/* Has the kernel refuse this process whatever changes something outside of it, for good. */
ABIDANCE_API int abidance_fence(void);

/* What a call did on its way through the gate. */
struct abidance_passage {
    uint64_t allocations, allocated; /* blocks asked of the heap, and bytes of them, when `counted` */
    uint64_t misfreed;    /* 1 + the plan's block that it tried to free; 0: none */
    uint32_t counted;
    uint32_t control_changed; /* the floating-point control bits came back changed, and were put back */
    uint32_t registers;       /* what else did: a sum of `abidance_register` */
    uint32_t strays;          /* so many other processes came back from a call as well */
    uint32_t refused;         /* so many blocks of the heap were refused */
    uint32_t unused;
};

/* What the calls of a plan have left of the heap, when `counted`. */
struct abidance_kept {
    uint64_t blocks, bytes;                   /* made by its calls and still there */
    uint64_t returned_blocks, returned_bytes; /* older ones that its calls gave back */
    uint64_t site, nth; /* where the oldest of `blocks` was asked for, and as which of all that the plan asked for */
    uint64_t counted;
    struct abidance_spoiled spoiled;          /* what was written where nothing may be */
};

/* What a callee is to leave as it was (System V psABI for x86-64, 3.2.1). */
enum abidance_register {
    ABIDANCE_RBX = 1,
    ABIDANCE_RBP = 2,
    ABIDANCE_R12 = 4,
    ABIDANCE_R13 = 8,
    ABIDANCE_R14 = 16,
    ABIDANCE_R15 = 32,
    ABIDANCE_RSP = 64,
    ABIDANCE_DIRECTION = 128 /* the flag, which is to be clear */
};

/* To be called just before and just after each call of the library, which is of what `abidance_gate` returns: that enters
 * the function at `target` in its place. Where it returns 0 the function is called itself. */
ABIDANCE_API uint64_t abidance_gate(void);
/* Has the next call refused a block of the heap, by its number from 1 on, and with `onwards` all after it. */
ABIDANCE_API int abidance_refuse(uint64_t number, int onwards);
ABIDANCE_API void abidance_enter(uint64_t target);
/* Tells whether the call did anything that `passage` has beside `counted`. */
ABIDANCE_API int abidance_leave(struct abidance_passage *passage);

/* From now on what calls leave in blocks that they free is copied and, with `stack`, the stack below each one's caller as
 * well, where the gate enters calls: begin anew before each. */
#define ABIDANCE_BELOW ((size_t)64 << 10)
ABIDANCE_API int abidance_remnants_begin(int stack);
/* Tells where the copies of freed blocks are, each behind its size and how much of it there is, how many bytes that are
 * altogether, how many blocks found no room or were not seen, where that of the stack is, 0 for none, and how long: its end is the caller. */
ABIDANCE_API void abidance_remnants(uint64_t numbers[5]);
ABIDANCE_API void abidance_remnants_end(void);
int remnants_wanted(void);
/* Has a block copied that the caller had handed over, and that the library frees: none of the heap's. */
void remnants_given_back(const void *block, size_t size);
/* For proofs: tell whether a number was found on the stack, or at a multiple of 8 in blocks that were freed. */
int remnants_on_stack(uint64_t mark);
int remnants_freed(uint64_t mark);

/* Tells how many other processes have come back from calls since the last time. */
ABIDANCE_API uint32_t abidance_strays(void);

/* Tells whether something of the heap is spoiled by now. */
ABIDANCE_API int abidance_is_spoiled(void);

/* Tells whether anybody counts what calls ask of the heap. */
ABIDANCE_API int abidance_counts(void);

/* Tells what is left of the heap when a plan's calls are over, and whether that is anything or could not be counted. */
ABIDANCE_API int abidance_settle(struct abidance_kept *kept);

/* Remembers the state of the process as the one that calls must leave. */
ABIDANCE_API void abidance_state_begin(void);

/* Writes what has changed about the process since the last look, a line for each: kind, before and after,
 * separated by the byte 0x1f. Returns how many bytes it wrote. */
ABIDANCE_API int abidance_state(char *words, uint32_t room);

/* How lanes make their calls. */
enum abidance_order {
    ABIDANCE_ALONE, ABIDANCE_MIXED, ABIDANCE_TOGETHER, ABIDANCE_TRAPPED,
    ABIDANCE_WITHIN, ABIDANCE_TIMED, ABIDANCE_STREAMED, ABIDANCE_STEPPED, ABIDANCE_CONTENDED,
    ABIDANCE_RECORDED, ABIDANCE_PAUSED, ABIDANCE_GATHERED
};

/* Lanes, which are called as if they were `target`: `begin` for each plan, `set` for each lane, then `block` for each
 * block that it may write to, and `callback` for each that it is given. `how` is 0 alone, 1 mixed, 2 together, 3 alone
 * with its system calls seen, 4 the second within the first, 5 each call timed, 6 calls in a stream, 7 the instructions
 * of one call counted, up to `rounds`, 8 each call of the first timed while the others make theirs in streams, 9 alone
 * with the answers of all rounds kept, 10 the same with a pause between them, 11 the same together; `whole` and `real`
 * are the bits of an answer in a register that mean something. */
ABIDANCE_API int abidance_lanes_begin(int how, uint32_t how_many);
ABIDANCE_API void abidance_lane_set(uint32_t number, void *target, uint64_t whole, uint64_t real, uint32_t rounds);
ABIDANCE_API int abidance_lane_block(uint32_t number, uint8_t *at, uint64_t size);
ABIDANCE_API int abidance_lane_callback(uint32_t number, uint32_t callback);
ABIDANCE_API int abidance_lanes_unsteady(void);
ABIDANCE_API int abidance_lanes_trapped(void);
ABIDANCE_API uint32_t abidance_lane_measured(uint32_t number, uint64_t *to);
ABIDANCE_API void abidance_lane_part(uint32_t number, uint32_t part, uint32_t parts);

#define ABIDANCE_MAX_CALLBACKS 16384u

/* Has the callback function `number` follow the description of the plan's callback `index` from now on. */
ABIDANCE_API int abidance_callback(uint32_t number, uint32_t index, const uint8_t *spec, uint64_t size);

/* Has callback function `number` free what an argument points at, whenever it is called; where there is no argument,
   ABIDANCE_NOBODY, it calls that function where it fails, and does not come back. */
ABIDANCE_API int abidance_callback_frees(uint32_t number, uint32_t argument, void *release,
                                          const uint64_t *given, uint32_t passed);

/* Has a callback call a function of the library in one of its turns, counted from 0, with integers or addresses. */
#define ABIDANCE_MOST_GIVEN 4
ABIDANCE_API int abidance_callback_calls(uint32_t number, uint64_t turn, void *function, const uint64_t *given,
                                         uint32_t passed);

/* Ends the plan's callbacks: from now on they belong to a plan that is over. */
ABIDANCE_API void abidance_silence(void);

/* Whether invocations are noted, as they are at first. */
ABIDANCE_API void abidance_note(int on);

/* Takes the invocations since the last time: where they are noted, how many bytes, how many found no room.
 * Tells whether there are any. */
ABIDANCE_API int abidance_invocations(uint64_t numbers[3]);

/* What every callback function does: `arguments` are the addresses of its arguments. */
ABIDANCE_API void abidance_invoked(uint32_t number, void **arguments, void *result, uint64_t width);

/* Sizes and offsets that the Python side repeats, for a test to compare; returns how many it wrote. */
ABIDANCE_API int abidance_layout(uint64_t numbers[16]);

/* ---- between the parts of the arena ---- */

/* Proofs, for proof.c: NULL when the instrument has seen the fault that was planted, else what it has missed. */
const char *heap_prove(void);
int bound_since(char *words, uint32_t room);
const char *gate_prove(void);
const char *state_prove(void);
const char *mailbox_prove(void);
const char *strays_prove(void);

/* The next fault is a planted one: the handler notes it as any other, and then goes on at `back`. NULL ends that, and
 * clears the page. */
void crash_rehearse(sigjmp_buf *back);

struct slot;

/* One block of the current plan. Canaries fill [low, start) and [start + size, high). */
struct block {
    uint8_t *start, *low, *high;
    uint64_t size;
    struct slot *slot;    /* guarded memory, else NULL */
    uint8_t *chunk;       /* what to give to free, else NULL */
    const uint8_t *clean; /* bytes to compare a read-only block with, else NULL */
    uint8_t writable;
    uint8_t kept;    /* its memory is left alone when the plan ends */
    uint8_t retired; /* nobody may touch it, this side neither */
    uint8_t filled; /* the memory came with the fill byte everywhere */
    uint8_t handed; /* an `abidance_handed` */
    _Atomic uint8_t freed; /* of one that is handed over: the library has freed it */
    uint8_t told;          /* ... and a look has said so */
    uint32_t allocator;    /* 1 + the allocator that made it, 0 for a block of the plan */
};

/* Whose a block is that the plan hands over: the caller's until its call has succeeded. */
#define ABIDANCE_MALLOC_ALIGN 16u /* of memory of which nobody knows what it is for */

enum abidance_handed { ABIDANCE_LENT = 0, ABIDANCE_OFFERED = 1, ABIDANCE_TAKEN = 2 };

/* Memory that the library is to free, with the C library's own `free`. Where that is watched, it is guarded memory;
 * elsewhere it comes from malloc, and `handed_place` makes it. `handed_begin` and `handed_end` are for each plan. */
int handed_place(struct block *block, uint64_t size, uint64_t align);
void handed_begin(struct block *blocks, uint32_t count);
void handed_end(void);
void handed_release(struct block *block);
/* Returns where a copy of a block is that the library is to free; NULL for no block. */
uint8_t *handed_copy(uint64_t of);
int handed_freed(const void *memory);
size_t handed_size(const void *memory);
struct abidance_kept;
void handed_settle(struct abidance_kept *kept);

/* The blocks by their numbers. `arena_place` makes one, as the next or in place of one that is gone. */
uint32_t arena_count(void);
uint32_t arena_index(const struct block *block);
struct block *arena_at(uint32_t index);
int arena_place(uint32_t index, uint64_t size, uint64_t align, int handed, uint8_t fill);

/* Blocks that are made while the plan runs; NULL when there is no room for another. `made_to_hand` is for one that the
 * library is to free, `made_give_back` ends one of an allocator's, `made_find` looks for that. */
void made_begin(uint32_t plan_blocks);
struct block *made_block(uint64_t size, uint64_t align, int zeroed);
struct block *made_to_hand(uint64_t size, uint64_t align);
void made_give_back(struct block *block);
struct block *made_find(const void *memory);
/* Tells whether it is an allocator's block that is freed by the C library's `free`, and takes note of that. */
int made_freed_astray(const void *memory);

/* One part of an allocator of the plan is called: tells what it answers and did. `fails` has it answer NULL. */
struct abidance_plan_allocator;
struct allocated {
    uint64_t address;
    uint32_t made, returned, verdict;
};
void allocator_enter(void);
void allocator_leave(void);
struct allocated allocator_called(const struct abidance_plan_allocator *part, const uint8_t *numbers, void **arguments,
                                  int fails);

/* The product of numbers that a callback is given and `of`; UINT64_MAX when that is more than any memory has. */
uint64_t callback_product(const uint8_t *at, uint32_t count, uint64_t of, void **arguments);
/* Returns a number that the callback was given, 0 for one that cannot be read. */
int64_t callback_number(const uint8_t *at, void **arguments);

/* Takes note of what is wrong around a block that nobody can look at any more. */
void arena_last_look(const struct block *block);

/* Guarded memory: `guarded_place` finds room, still writable, `skew` bytes after an address that is aligned;
 * `guarded_protect` makes it read-only. */
int guarded_place(struct block *block, uint64_t size, uint64_t align, uint64_t skew, int flush_left, uint8_t fill);
void guarded_protect(struct block *block);
void guarded_retire(struct block *block);
void guarded_release(struct block *block);
/* How much of the process's memory the slots are, used and unused. */
uint64_t guarded_mapped(void);

/* Memory from malloc; `redzoned_keep` remembers the bytes of a read-only block. `redzoned_was_freed` tells
 * whether somebody else has freed it. */
void redzoned_init(void);
int redzoned_place(struct block *block, uint64_t size, uint64_t align, uint64_t skew);
int redzoned_keep(struct block *block);
int redzoned_was_freed(const struct block *block);
void redzoned_retire(struct block *block);
void redzoned_release(struct block *block);

/* How many of the bytes from `start` on AddressSanitizer lets a program read; all, where it is not loaded. */
uint64_t redzoned_readable(const uint8_t *start, uint64_t length);

/* Canaries: a pattern that depends on the address, so that bytes moved within it are seen as well. */
void canary_write(uint8_t *from, uint8_t *to);
const uint8_t *canary_first_damage(const uint8_t *from, const uint8_t *to);
const uint8_t *canary_last_damage(const uint8_t *from, const uint8_t *to);

/* While `abidance_trap` is 1, the kernel sends SIGSYS for every system call of the thread that asked for it; the first
 * one's number plus one is in `abidance_trapped`. */
extern volatile uint8_t abidance_trap;
extern volatile uint32_t abidance_trapped;

/* The gate: `gate_init` once, `gate_begin` for each plan; `gate_misfreed` notes a block that was freed;
 * `gate_is_open` tells whether a call is on its way. */
void gate_init(int (*is_foreign)(const void *));
int gate_has_heap(void);
/* Has the watched heap tell of each block that a call frees, before it does; tells whether there is one. */
int gate_on_free(void (*freed)(const void *block, size_t size));
int gate_watches_free(void);
/* What the floating-point environment is like now, but for its status flags. */
void gate_control(uint64_t words[2]);
uint8_t gate_fill(void);
void gate_handed(uint32_t count);
void gate_returned(uint64_t size);
void gate_begin(uint8_t fill);
void gate_misfreed(uint32_t block);
int gate_is_gone(const void *at);
/* Tells whether an address is in a block that calls of this plan have asked of the heap, and which. */
struct abidance_owned;
int gate_owns(const void *at, struct abidance_owned *owned);
int gate_is_open(void);

/* Finds the plan's block that an address is in or at the end of; leaves `block` alone when there is none. */
void arena_locate(uint64_t address, uint32_t *block, int64_t *offset);

/* A callback follows its script from the beginning again. */
void callback_rewind(uint32_t number);

/* No lane has run in this process yet: those of proofs do not count. */
void lanes_unused(void);

/* What calls cost, call_timer.c and instruction_counter.c. In the timed rounds of a lane, `before` tells what to call, and `wait` waits for
 * other lanes. While `abidance_stepping` is 1, a lane's call is made with the processor's trap flag set. */
uint64_t timed_now(void);
void timed_begin(void);
enum timed_how {
    TIMED_ALONE, TIMED_STREAM,
    TIMED_AMONG, /* while others are `TIMED_AROUND` it */
    TIMED_AROUND /* a stream that lasts until the calls among it are timed */
};
void timed_set(uint32_t number, void *target, uint32_t rounds, enum timed_how how);
void *timed_before(uint32_t number, void (*wait)(uint32_t));
void timed_after(uint32_t number, uint64_t now, uint64_t whole, uint64_t real);
uint32_t timed_read(uint32_t number, uint64_t *to);
extern volatile uint8_t abidance_stepping;
extern uint64_t abidance_lane_flags __attribute__((visibility("hidden")));
extern const char abidance_lane[] __attribute__((visibility("hidden")));
extern const char abidance_lane_end[] __attribute__((visibility("hidden")));
void stepped_begin(uint64_t at_most);
void stepped_end(void);
uint64_t stepped_count(void);
void stepped_trap(void *context);

/* Around a call whose accesses are traced. `trace_signal` tells whether a signal was the trace's own. */
void trace_begin(void);
void trace_end(void);
int trace_signal(int signal_number, const siginfo_t *information, void *context);

/* A call that is kept to be made from a callback: `begin` for each plan, `lane` keeps the call of a lane's frame or gives
 * its results, `arm` tells that callbacks of this thread may make it, once. */
void reentry_begin(void);
void reentry_lane(void *target, uint8_t *frame);
void reentry_arm(int on);
int reentry_made(void);
void reentry_from_callback(void);

/* The way of a call: `registers_begin` before it, `registers_end` after it: a sum of `abidance_register`.
 * `registers_direction` is for where the library calls: it clears the direction flag, and takes note if it was set.
 * `registers_fill` has the stack below the calls from then on filled with a word; 0 where that is not done on the way. */
int registers_fill(uint64_t word, uint64_t words);
void registers_begin(uint64_t target);
uint32_t registers_end(void);
void registers_direction(void);
void registers_misbehave(void);
void gate_misbehave(void) __attribute__((visibility("hidden")));

/* Processes that come back from a call besides the worker: `strays_init` once in that, `strays_end` where calls return. */
void strays_init(void);
void strays_end(void);

/* Returns where a block of the plan begins; NULL for none. */
uint8_t *arena_block(uint64_t index);
uint64_t arena_size(uint64_t index);

/* A callback's writes in one turn, described at `at`; `noted` has room for as many. They may change the result. */
struct abidance_noted_write;
struct callback_skip {
    uint32_t data, count; /* the writes that have what is read and how many elements of it are left, or ABIDANCE_NOBODY */
    uint32_t told;        /* the write that writes this number in place of its own */
    uint32_t size;        /* of an element */
    uint64_t elements;    /* so many of the turn come before what is read */
    uint64_t read;        /* so many are read: all that are left, or as many as there is room for */
    uint64_t number;
    const uint8_t *stored; /* what is read in place of the turn's own, where others may have written it */
    uint64_t left;         /* so many elements of that */
    int whole, failed;     /* whether it reads all that there is room for or nothing, and has read nothing */
};
void callback_write(const uint8_t *at, uint32_t writes, uint32_t turn, uint32_t turns, void **arguments, void *result,
                    uint64_t width, struct callback_skip *skip, struct abidance_noted_write *noted);

/* Returns the turn that has what a callback reads, in whatever order, with how many of its elements come before that. */
struct abidance_plan_position;
uint32_t callback_turn(const struct abidance_plan_position *where, const uint8_t *numbers, const uint8_t *lengths,
                       void **arguments, struct callback_skip *skip);
/* The position at which a callback reads: it begins at the beginning, and moves on by what was read. What others may
   write is kept: at first the contents of all turns, as they stand in what the callback writes. */
void callback_begin(const struct abidance_plan_position *where, const uint8_t *lengths, const uint8_t *writes);
void callback_file_begin(uint32_t cursor);
void callback_has_read(const struct abidance_plan_position *where, uint64_t elements);
void callback_forget_positions(void);
/* Moves such a position, or tells of it; returns whether that can be done, with what is told then. */
struct abidance_plan_file;
int callback_position(const struct abidance_plan_file *file, const uint8_t *numbers, void **arguments, uint64_t *told);
/* Writes at such a position what a callback is given: of `most` parts those that it answers, or all of it where that is
   NULL. Returns whether there was room, with the position of the first element. */
int callback_store(const struct abidance_plan_file *file, const uint8_t *numbers, void **arguments, const uint64_t *most,
                   const void *result, uint64_t width, uint64_t *position);

/* While this thread uses the heap for blocks of the plan, a sanitizer's hooks leave it alone. */
void hooked_own(int on);

/* A sanitizer's heap, told of by its hooks; NULL where there is none. */
struct abidance_heap;
struct abidance_heap *hooked_heap(void);

/* What a library calls in place of an allocator of the C library's where a sanitizer's cannot be told to refuse. */
struct refusal {
    const char *name;
    void *function;
};
const struct refusal *hooked_refusals(unsigned *count);
/* Has the library under test, and all that was loaded with it, call them. */
void bind_refusals(void);

/* The status page may be touched between calls, and else between `mailbox_open` and `mailbox_shut`, or once the process
 * is about to end, after `mailbox_last_words`. `mailbox_call` is the call that runs, or ran last, of the plan that
 * `mailbox_begin` has begun. */
extern struct abidance_status *abidance_status_page;
void mailbox_begin(void);
int32_t mailbox_call(void);
void mailbox_open(void);
void mailbox_shut(void);
void mailbox_last_words(void);

#endif
