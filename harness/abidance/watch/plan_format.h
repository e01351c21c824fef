/* The parts of an encoded plan that the arena reads in place. `plan/layout.py` is the other copy.
 *
 * Header, then `blocks` block entries, then `relocations` relocation entries, then contents. All numbers are
 * little-endian, as are the machines that abidance runs on.
 */
#ifndef ABIDANCE_PLAN_FORMAT_H
#define ABIDANCE_PLAN_FORMAT_H

#include <stdint.h>

#define ABIDANCE_PLAN_MAGIC 0x50444241u /* "ABDP" */
#define ABIDANCE_PLAN_VERSION 1u
#define ABIDANCE_MAX_ALIGN 65536u

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

struct abidance_plan_block {
    uint64_t size;
    uint64_t align;
    uint64_t contents_at;
    uint64_t contents_length;
    uint32_t access; /* 0: read-only, 1: writable */
    uint32_t kept; /* 1: for good, not only until the plan ends */
};

struct abidance_plan_relocation {
    uint32_t block;
    uint32_t target;
    uint64_t offset;
    int64_t addend;
};

_Static_assert(sizeof(struct abidance_plan_header) == 48, "plan/layout.py packs 48 bytes");
_Static_assert(sizeof(struct abidance_plan_block) == 40, "plan/layout.py packs 40 bytes");
_Static_assert(sizeof(struct abidance_plan_relocation) == 24, "plan/layout.py packs 24 bytes");

#endif
