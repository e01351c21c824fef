/* The parts of an encoded plan and observation that C reads or writes in place. Written from `plan/layout.py` by
 * `python -m abidance.plan.c_header`: change it there.
 *
 * A plan is its header, then `blocks` block entries, then `relocations` relocation entries, then contents. All numbers
 * are little-endian, as are the machines that abidance runs on.
 */
#ifndef ABIDANCE_PLAN_FORMAT_H
#define ABIDANCE_PLAN_FORMAT_H

#include <stdint.h>

#define ABIDANCE_PLAN_MAGIC 0x50444241u /* "ABDP" */
#define ABIDANCE_PLAN_VERSION 0x1u
#define ABIDANCE_MAX_ALIGN 0x10000u
#define ABIDANCE_MOST_CURSORS 0x40u

struct abidance_plan_header {
    uint32_t magic;
    uint16_t version;
    uint8_t flush; /* 0: blocks end at their guard, 1: blocks begin at it */
    uint8_t fill;
    uint32_t blocks;
    uint32_t relocations;
    uint32_t calls;
    uint32_t slots;
    uint32_t subject;
    uint32_t flags; /* how closely the worker looks */
    uint64_t calls_at;
    uint64_t size;
};
_Static_assert(sizeof(struct abidance_plan_header) == 48, "Python packs 48 bytes");

struct abidance_plan_block {
    uint64_t size;
    uint64_t align;
    uint64_t contents_at;
    uint64_t contents_length;
    uint32_t access; /* 0: read-only, 1: writable */
    uint16_t fate; /* a sum of the next two */
    uint16_t skew; /* how many bytes after an aligned address it begins */
};
_Static_assert(sizeof(struct abidance_plan_block) == 40, "Python packs 40 bytes");

#define ABIDANCE_KEPT 0x1u /* stays for good, not only until the plan ends */
#define ABIDANCE_HANDED 0x2u /* the library takes it over, and frees it */

struct abidance_plan_relocation {
    uint32_t block;
    uint32_t target;
    uint64_t offset;
    int64_t addend;
};
_Static_assert(sizeof(struct abidance_plan_relocation) == 24, "Python packs 24 bytes");

/* A callback: this, `arguments` sizes of 4 bytes, `reads` records, what an allocator does where `flags` say that it
 * is one, two comparands where it decides, what it answers at most, where what it reads begins, what it does with a
 * position, `answers` of `width` bytes each, `writes`, and what is freed. */
struct abidance_plan_callback {
    uint32_t slot;
    uint32_t kind;
    uint32_t arguments;
    uint32_t reads;
    uint32_t answers;
    uint32_t width;
    uint32_t writes;
    uint32_t flags; /* a sum of the next eleven */
};
_Static_assert(sizeof(struct abidance_plan_callback) == 32, "Python packs 32 bytes");

#define ABIDANCE_ADDRESSES 0x1u /* an answer is the number of a block, or all ones for NULL */
#define ABIDANCE_ALLOCATOR 0x2u /* an answer is 0 for NULL, 1 for what was asked for */
#define ABIDANCE_GIVES 0x4u /* an answer is a block, and the library frees a copy of it */
#define ABIDANCE_FREEING 0x8u /* it frees some of its arguments: for the worker alone */
#define ABIDANCE_LASTING 0x10u /* it may be called at any time, when the plan is over as well */
#define ABIDANCE_CALLING 0x20u /* it calls functions of the library: for the worker alone */
#define ABIDANCE_DECIDING 0x40u /* it answers by what it is given */
#define ABIDANCE_BOUNDED 0x80u /* what it is given bounds its answers */
#define ABIDANCE_POSITIONED 0x100u /* what it reads begins somewhere: what it is given tells where, or a position of the plan */
#define ABIDANCE_FILED 0x200u /* it moves a position of the plan, or tells of it */
#define ABIDANCE_LEAVING 0x400u /* where it fails it calls what does not come back: for the worker alone */

/* What a callback decides by: `width` bytes at an offset of a region, or all of it. */
struct abidance_plan_comparand {
    uint32_t region; /* as of a read; ABIDANCE_NOBODY for the second of a callback that hashes one thing */
    uint32_t offset;
    uint32_t width;
    uint32_t kind; /* 0: bytes, 1: an unsigned number, 2: a signed one, 3: a real one */
};
_Static_assert(sizeof(struct abidance_plan_comparand) == 16, "Python packs 16 bytes");

/* What a callback answers at most: this, and `numbers` numbers, whose product with `scale` it is. */
struct abidance_plan_bound {
    uint32_t has_sign; /* whether its answers are signed */
    uint32_t numbers;
    uint64_t scale;
};
_Static_assert(sizeof(struct abidance_plan_bound) == 16, "Python packs 16 bytes");

/* Where what a callback reads begins: this, `numbers` numbers, whose product with `scale` it is in elements, and for
 * each of `turns` how many of these it has, 8 bytes, all ones for one that fails. */
struct abidance_plan_position {
    uint32_t numbers;
    uint32_t turns;
    uint32_t size; /* of an element */
    uint32_t data; /* the write that has them, ABIDANCE_NOBODY where the answer leads to them */
    uint32_t count; /* the write that tells how many there are, or ABIDANCE_NOBODY */
    uint32_t repeats; /* 1: the first turn is all, over and over */
    uint32_t cursor; /* the position of the plan where it begins, which moves on with it; ABIDANCE_NOBODY for the product */
    uint32_t stored; /* 1: others write there */
    uint32_t placed; /* 1: the position is that of its file, and the product where it begins */
    uint32_t whole; /* 1: it reads all that there is room for, or nothing; 2: all, or what is left */
    uint64_t fails; /* what it answers then */
    uint64_t scale;
};
_Static_assert(sizeof(struct abidance_plan_position) == 56, "Python packs 56 bytes");

/* What a callback does with a position of the plan: this, `places` and then `whences` numbers, one at most of each
 * of a seek, and for each of `turns` a byte, 1 where it succeeds. Of one that writes, the product of the first with
 * `scale` is how many bytes there are, and that of the others with `begin` how many elements are before these. */
struct abidance_plan_file {
    uint32_t cursor;
    uint32_t action; /* an `abidance_file_action` */
    uint32_t places;
    uint32_t whences;
    uint32_t turns;
    uint32_t flags; /* a sum of the next seven */
    uint64_t failure; /* what it answers where it cannot */
    uint32_t data; /* the argument that points to what is written, ABIDANCE_NOBODY of one that writes nothing */
    uint32_t size; /* of an element that is written */
    uint64_t scale;
    uint64_t begin;
};
_Static_assert(sizeof(struct abidance_plan_file) == 56, "Python packs 56 bytes");

#define ABIDANCE_RELATIVE 0x1u /* the place counts from where the position is */
#define ABIDANCE_BOUNDED_SEEK 0x2u /* it moves no further than there is something, and tells how far */
#define ABIDANCE_IN_RESULT 0x4u /* what it tells is its answer */
#define ABIDANCE_IN_WRITE 0x8u /* what it tells is what its first write writes */
#define ABIDANCE_COUNTED_WRITE 0x10u /* it answers how much it has written, of what it may answer at most */
#define ABIDANCE_OWN_FILE 0x20u /* nobody reads there: it begins with nothing */
#define ABIDANCE_PLACED_WRITE 0x40u /* it is told where what it writes begins */

/* Part of an allocator: this, and `rooms` numbers, whose product with `scale` is how many bytes are asked for. */
struct abidance_plan_allocator {
    uint32_t number; /* of the allocator that it is a part of */
    uint32_t does; /* a sum of the next three */
    uint32_t returned; /* the argument that gives memory back */
    uint32_t rooms;
    uint64_t scale;
};
_Static_assert(sizeof(struct abidance_plan_allocator) == 24, "Python packs 24 bytes");

#define ABIDANCE_ALLOCATES 0x1u
#define ABIDANCE_FREES 0x2u
#define ABIDANCE_ZEROES 0x4u

/* Memory behind a pointer that a callback is given. Regions are its arguments, then what earlier reads have read. */
struct abidance_plan_read {
    uint32_t region;
    uint32_t string;
    uint64_t offset;
    uint32_t has_length;
    uint32_t length_region;
    uint64_t length_offset;
    uint32_t length_width;
    uint32_t reserved;
    uint64_t scale;
    uint64_t limit;
};
_Static_assert(sizeof(struct abidance_plan_read) == 56, "Python packs 56 bytes");

/* Memory that a callback writes to: this, `rooms` and then `units` numbers, and for each answer the length of what
 * is written, UINT32_MAX for nothing, and that. */
struct abidance_plan_write {
    uint32_t argument;
    uint32_t told; /* an argument behind which the count of units goes, ABIDANCE_RESULT or ABIDANCE_NOBODY */
    uint32_t width; /* of that count */
    uint32_t rooms;
    uint32_t units;
    uint32_t lends; /* 1: what is written is a pointer to a block; its number is told instead, and a count of 8 bytes */
    uint64_t scale;
    uint64_t unit;
};
_Static_assert(sizeof(struct abidance_plan_write) == 40, "Python packs 40 bytes");

#define ABIDANCE_NOBODY 0xfffffffeu
#define ABIDANCE_RESULT 0xffffffffu

struct abidance_plan_number {
    uint32_t argument;
    uint32_t width;
    uint32_t flags; /* a sum of the next two */
};
_Static_assert(sizeof(struct abidance_plan_number) == 12, "Python packs 12 bytes");

#define ABIDANCE_BEHIND 0x1u /* not the argument, but what it points at */
#define ABIDANCE_SIGNED 0x2u

/* What an observation holds of one invocation: this, then `arguments`, `reads` and `writes` records, and `width`
 * bytes of the result. */
struct abidance_noted {
    uint32_t index; /* of the plan's callback; UINT32_MAX for one of an earlier plan */
    uint32_t flags; /* a sum of the next two */
    int32_t call;
    uint32_t answer;
    uint32_t arguments;
    uint32_t reads;
    uint32_t writes;
    uint32_t width;
    uint32_t made; /* the block that it gave, UINT32_MAX for none */
    uint32_t returned; /* the block that it took back, or that what was given back is in; UINT32_MAX for none */
    uint32_t verdict; /* an `abidance_verdict` */
    uint32_t reserved;
    uint64_t position; /* how many elements of its turn come before what it read; or what it told of a position */
};
_Static_assert(sizeof(struct abidance_noted) == 56, "Python packs 56 bytes");

#define ABIDANCE_FOREIGN 0x1u /* on another thread than the call's */
#define ABIDANCE_LATE 0x2u /* when no call ran */

/* One argument, whose bytes follow. */
struct abidance_noted_argument {
    uint32_t size;
    uint32_t block; /* that it points into, UINT32_MAX for none */
    int64_t offset;
};
_Static_assert(sizeof(struct abidance_noted_argument) == 16, "Python packs 16 bytes");

/* What one read has read, which follows. */
struct abidance_noted_read {
    uint32_t reach; /* 0: NULL, else 1 + an `abidance_reach` */
    uint32_t reserved;
    uint64_t size;
};
_Static_assert(sizeof(struct abidance_noted_read) == 16, "Python packs 16 bytes");

/* How many bytes one write wrote. */
struct abidance_noted_write {
    uint32_t reach; /* as of a read */
    uint32_t reserved;
    uint64_t size;
};
_Static_assert(sizeof(struct abidance_noted_write) == 16, "Python packs 16 bytes");

#define ABIDANCE_NULL 0x0u /* a reach */

/* What was given back to an allocator. */
enum abidance_verdict {
    ABIDANCE_NOTHING = 0,
    ABIDANCE_RIGHT = 1,
    ABIDANCE_STRANGE = 2,
    ABIDANCE_INSIDE = 3,
    ABIDANCE_AGAIN = 4,
    ABIDANCE_OTHERS = 5,
};

/* What a callback does with a position of the plan, at which another one reads, or it writes. */
enum abidance_file_action {
    ABIDANCE_SEEKS = 0,
    ABIDANCE_TELLS_POSITION = 1,
    ABIDANCE_TELLS_SIZE = 2,
    ABIDANCE_TELLS_END = 3,
    ABIDANCE_WRITES = 4,
};

#endif
