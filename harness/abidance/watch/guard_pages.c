/* Guarded memory: pages for one block between two stretches that nobody may touch.
 *
 * A slot is  [64 KiB no access][data][64 KiB no access].  Slots are kept and used again, since mapping and
 * unmapping would cost more than the call that is watched. Each slot has guards of its own, so that the
 * address of a stray access tells which block it strayed from.
 *
 * The first slots lie in a space of their own, in which no two are nearer than 512 MiB and nothing else is: an index
 * that is wrong by a million faults as surely as one that is wrong by one. Addresses cost nothing but a page of tables
 * for each slot; where there are too few (RLIMIT_AS), and for more slots than that, they lie side by side.
 */
#define _GNU_SOURCE
#include "arena.h"
#include "heap/pattern.h"

#include "plan_format.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GUARD (64u << 10)
#define LARGEST_KEPT (4u << 20)   /* larger slots are unmapped when their plan ends */
#define MOST_KEPT (64u << 20)     /* bytes of data in unused slots */
#define BATCH 32u                 /* smallest slots are mapped so many at a time */
#define FILL_PIECE ((size_t)4 << 20)
#define CLASSES 16u
#define CELL ((size_t)1 << 30)    /* one slot in each, in its first half */
#define MOST_CELLS 512u
#define EMPTY CLASSES             /* the class of slots for blocks without bytes: never opened */
#define HUGE_SLOT (CLASSES + 1u)  /* the class of slots that are not kept */

struct slot {
    struct slot *next;
    uint8_t *whole, *data;
    size_t whole_size, capacity;
    uint8_t *low, *high; /* the part that may be read and, unless `protected`, written */
    unsigned class;
    int protected, is_cell;
};

static struct slot slots[2 * ABIDANCE_MAX_BLOCKS];
static unsigned slots_used;
static struct slot *spare; /* descriptions whose memory was unmapped */
static struct slot *unused[CLASSES + 1];
static size_t bytes_unused;
static uint64_t mapped;

static size_t page(void) {
    static size_t size;
    if (size == 0)
        size = (size_t)sysconf(_SC_PAGESIZE);
    return size;
}

static size_t round_up(size_t size, size_t to) { return (size + to - 1) & ~(to - 1); }

static uint8_t *align_up(uint8_t *at, uint64_t align) {
    return (uint8_t *)(((uintptr_t)at + align - 1) & ~(uintptr_t)(align - 1));
}

static uint8_t *align_down(uint8_t *at, uint64_t align) {
    return (uint8_t *)((uintptr_t)at & ~(uintptr_t)(align - 1));
}

uint64_t guarded_mapped(void) { return mapped; }

static struct slot *describe(uint8_t *whole, size_t capacity, unsigned class) {
    struct slot *slot = spare;
    if (slot != NULL)
        spare = slot->next;
    else if (slots_used < sizeof slots / sizeof slots[0])
        slot = &slots[slots_used++];
    else
        return NULL;
    *slot = (struct slot){.whole = whole, .data = whole + GUARD, .whole_size = capacity + 2 * GUARD,
                          .capacity = capacity, .class = class};
    slot->low = slot->high = slot->data;
    return slot;
}

/* Returns addresses that nobody may touch, NULL when there are not as many. */
static uint8_t *reserve(size_t size) {
    /* By way of the kernel alone: a sanitizer would see to the shadow memory of all of it. */
    long at = syscall(SYS_mmap, NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
    if (at == -1)
        return NULL;
    mapped += size;
    return (uint8_t *)at;
}

static void give_back(uint8_t *at, size_t size) {
    munmap(at, size);
    mapped -= size;
}

/* Returns room for a slot that is far from everything else, NULL when there is none left. */
static uint8_t *take_cell(void) {
    static uint8_t *space;
    static unsigned cells = MOST_CELLS, used;
    while (space == NULL && cells != 0) {
        space = reserve(cells * CELL);
        if (space == NULL)
            cells /= 8;
    }
    /* The first and the last cell keep their distance from what lies beside the space. */
    if (space == NULL || used + 2 >= cells)
        return NULL;
    /* At no regular distance, so that no offset leads from many slots into others; 40503 is prime. */
    size_t shift = (size_t)used * 40503u % (CELL / 2 / page() - 2048u);
    return space + ++used * CELL + shift * page();
}

/* Maps `count` slots side by side, puts all but the first on the list of unused ones, and returns that. */
static struct slot *map_slots(size_t capacity, unsigned class, unsigned count) {
    size_t each = capacity + 2 * GUARD;
    uint8_t *at = reserve(each * count);
    if (at == NULL)
        return NULL;
    struct slot *first = describe(at, capacity, class);
    if (first == NULL) {
        give_back(at, each * count);
        return NULL;
    }
    for (unsigned i = count; i-- > 1;) {
        struct slot *slot = describe(at + i * each, capacity, class);
        if (slot == NULL) {
            give_back(at + i * each, each);
            continue;
        }
        slot->next = unused[class];
        unused[class] = slot;
        bytes_unused += capacity;
    }
    return first;
}

/* Maps a slot that is not kept, far from everything else where there are the addresses for it. */
static struct slot *map_huge(size_t need) {
    uint8_t *at = reserve(need + CELL);
    struct slot *slot = at == NULL ? map_slots(need, HUGE_SLOT, 1) : describe(at, need, HUGE_SLOT);
    if (at != NULL && slot == NULL)
        give_back(at, need + CELL);
    if (at == NULL || slot == NULL)
        return slot;
    slot->whole_size = need + CELL;
    slot->data = slot->low = slot->high = at + CELL / 2;
    return slot;
}

static struct slot *take_slot(size_t need) {
    unsigned class = 0;
    size_t capacity = page();
    if (need == 0) {
        class = EMPTY;
        capacity = ABIDANCE_MAX_ALIGN;
    } else if (need > LARGEST_KEPT) {
        return map_huge(need);
    }
    while (capacity < need) {
        capacity *= 2;
        class++;
    }
    struct slot *slot = unused[class];
    if (slot == NULL) {
        uint8_t *cell = take_cell();
        if (cell == NULL)
            return map_slots(capacity, class, class == 0 ? BATCH : 1);
        slot = describe(cell, capacity, class);
        if (slot != NULL)
            slot->is_cell = 1;
        return slot;
    }
    unused[class] = slot->next;
    bytes_unused -= slot->capacity;
    return slot;
}

/* Makes [low, high) of the slot's data the part that can be read and written. */
static int open_slot(struct slot *slot, uint8_t *low, uint8_t *high) {
    int same = slot->low == low && slot->high == high;
    if (same && !slot->protected)
        return ABIDANCE_OK;
    if (!same && slot->low != slot->high && mprotect(slot->low, slot->high - slot->low, PROT_NONE) != 0)
        return ABIDANCE_NO_MEMORY;
    slot->low = slot->high = low;
    if (low != high && mprotect(low, high - low, PROT_READ | PROT_WRITE) != 0)
        return ABIDANCE_NO_MEMORY;
    slot->high = high;
    slot->protected = 0;
    return ABIDANCE_OK;
}

/* Fills a huge slot without touching it: the pages of one small file, mapped privately again and again. */
static int fill_lazily(struct slot *slot, uint8_t fill, size_t begins) {
    uint64_t word = pattern_word(fill);
    unsigned turned = 8 * (begins & 7); /* the block begins there: so does its pattern */
    word = turned == 0 ? word : word << turned | word >> (64 - turned);
    int file = memfd_create("abidance-fill", MFD_CLOEXEC);
    if (file < 0)
        return ABIDANCE_NO_MEMORY;
    int result = ABIDANCE_NO_MEMORY;
    uint8_t *piece = MAP_FAILED;
    if (ftruncate(file, FILL_PIECE) == 0)
        piece = mmap(NULL, FILL_PIECE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (piece != MAP_FAILED) {
        pattern_put(piece, 0, FILL_PIECE, word);
        munmap(piece, FILL_PIECE);
        result = ABIDANCE_OK;
        for (uint8_t *at = slot->low; at < slot->high && result == ABIDANCE_OK; at += FILL_PIECE) {
            size_t left = (size_t)(slot->high - at);
            if (mmap(at, left < FILL_PIECE ? left : FILL_PIECE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, file, 0) == MAP_FAILED)
                result = ABIDANCE_NO_MEMORY;
        }
    }
    close(file);
    return result;
}

int guarded_place(struct block *block, uint64_t size, uint64_t align, uint64_t skew, int flush_left, uint8_t fill) {
    if (size > (uint64_t)1 << 40)
        return ABIDANCE_NO_MEMORY;
    size_t need = size == 0 ? 0 : round_up(size + (align > page() || skew != 0 ? align : 0), page());
    struct slot *slot = take_slot(need);
    if (slot == NULL)
        return ABIDANCE_NO_MEMORY;
    *block = (struct block){.size = size, .slot = slot};
    if (need == 0) {
        block->start = block->low = block->high = align_up(slot->data, align) + skew;
        block->filled = 1;
        return ABIDANCE_OK;
    }
    uint8_t *low = flush_left ? slot->data : slot->data + slot->capacity - need;
    int result = open_slot(slot, low, low + need);
    block->low = low;
    block->high = low + need;
    block->start = (flush_left ? align_up(low, align) : align_down(block->high - size - skew, align)) + skew;
    if (result == ABIDANCE_OK && slot->class == HUGE_SLOT) {
        result = fill == 0 ? ABIDANCE_OK : fill_lazily(slot, fill, (size_t)(block->start - low));
        block->filled = 1;
    }
    return result;
}

void guarded_protect(struct block *block) {
    struct slot *slot = block->slot;
    /* Without protection the block is merely not watched for writes; nothing else depends on it. */
    if (slot->low != slot->high && mprotect(slot->low, slot->high - slot->low, PROT_READ) == 0)
        slot->protected = 1;
}

void guarded_retire(struct block *block) {
    struct slot *slot = block->slot;
    /* Where that fails, a pointer that was kept too long is merely not seen. */
    if (slot->low == slot->high || mprotect(slot->low, slot->high - slot->low, PROT_NONE) != 0)
        return;
    slot->low = slot->high = slot->data;
    slot->protected = 0;
}

void guarded_release(struct block *block) {
    struct slot *slot = block->slot;
    int has_room = bytes_unused + slot->capacity <= MOST_KEPT;
    if (slot->is_cell && !has_room)
        madvise(slot->data, slot->capacity, MADV_DONTNEED); /* its addresses stay: nothing else may come to be there */
    if (slot->is_cell || (slot->class != HUGE_SLOT && has_room)) {
        slot->next = unused[slot->class];
        unused[slot->class] = slot;
        bytes_unused += slot->capacity;
    } else {
        give_back(slot->whole, slot->whole_size);
        slot->next = spare;
        spare = slot;
    }
}
