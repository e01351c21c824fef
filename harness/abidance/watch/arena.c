/* The arena: makes a plan's blocks, watches them, and takes them away. */
#define _GNU_SOURCE
#include "arena.h"
#include "heap/pattern.h"

#include "plan_format.h"

#include <stdlib.h>
#include <string.h>

/* A block of this size is guarded even under AddressSanitizer: its pages then come on first touch. */
#define HUGE_BLOCK ((uint64_t)64 << 20)

static struct abidance_place *table;
static struct block blocks[ABIDANCE_MAX_BLOCKS];
static uint32_t block_count; /* others may be made behind those of the plan */
static int memory_kind, plan_flush;
/* What was wrong around blocks that were freed since the last look. */
#define MOST_EARLIER 64u
static struct abidance_damage earlier[MOST_EARLIER];
static uint32_t earlier_count;

/* Tells whether memory is a block of the plan: the caller's, which no library frees. */
static int is_the_callers(const void *memory) {
    for (uint32_t i = 0; i < block_count; i++) {
        const uint8_t *at = memory, *end = blocks[i].start + blocks[i].size;
        /* Nothing else is in its pages, so a pointer to its end is one that has run over it. */
        const uint8_t *high = blocks[i].slot != NULL && blocks[i].size != 0 ? blocks[i].high + 1 : end;
        if (at == blocks[i].start || (at > blocks[i].start && at < high)) {
            gate_misfreed(i);
            return 1;
        }
    }
    return 0;
}

void arena_locate(uint64_t address, uint32_t *block, int64_t *offset) {
    for (uint32_t i = 0; i < block_count; i++) {
        uint64_t start = (uint64_t)(uintptr_t)blocks[i].start;
        if (address >= start && address <= start + blocks[i].size) {
            *block = i;
            *offset = (int64_t)(address - start);
            if (address < start + blocks[i].size || blocks[i].size == 0)
                return;
        }
    }
}

uint64_t arena_size(uint64_t index) { return index < block_count ? blocks[index].size : 0; }

uint32_t arena_count(void) { return block_count; }

struct block *arena_at(uint32_t index) { return &blocks[index]; }

uint32_t arena_index(const struct block *block) { return (uint32_t)(block - blocks); }

uint8_t *arena_block(uint64_t index) { return index < block_count ? blocks[index].start : NULL; }

int abidance_init(int memory) {
    table = (struct abidance_place *)((uint8_t *)abidance_status_page + ABIDANCE_TABLE_OFFSET);
    memory_kind = memory;
    redzoned_init();
    strays_init();
    gate_init(is_the_callers);
    *abidance_status_page = (struct abidance_status){.magic = ABIDANCE_STATUS_MAGIC, .call = -1};
    return ABIDANCE_OK;
}

static int is_lawful(const struct abidance_plan_block *entry, uint64_t plan_size) {
    return entry->align != 0 && (entry->align & (entry->align - 1)) == 0 && entry->align <= ABIDANCE_MAX_ALIGN
           && entry->skew < entry->align && !(entry->fate & ABIDANCE_HANDED && (entry->skew || !entry->access))
           && entry->contents_length <= entry->size && entry->contents_at <= plan_size
           && entry->contents_length <= plan_size - entry->contents_at;
}

static int place(struct block *block, const struct abidance_plan_block *entry, int flush_left, uint8_t fill) {
    if (entry->fate & ABIDANCE_HANDED && !gate_watches_free())
        return handed_place(block, entry->size, entry->align);
    if (memory_kind == ABIDANCE_REDZONED && entry->size < HUGE_BLOCK)
        return redzoned_place(block, entry->size, entry->align, entry->skew);
    return guarded_place(block, entry->size, entry->align, entry->skew, flush_left, fill);
}

static int make_block(const uint8_t *plan, const struct abidance_plan_header *header, uint32_t index) {
    struct abidance_plan_block entry;
    memcpy(&entry, plan + sizeof *header + index * sizeof entry, sizeof entry);
    if (!is_lawful(&entry, header->size))
        return ABIDANCE_MALFORMED;
    struct block *block = &blocks[index];
    int result = place(block, &entry, header->flush, header->fill);
    if (block->slot != NULL || block->chunk != NULL)
        block_count = index + 1;
    if (result != ABIDANCE_OK)
        return result;
    block->writable = entry.access != 0;
    block->kept = (entry.fate & ABIDANCE_KEPT) != 0;
    block->handed = entry.fate & ABIDANCE_HANDED ? ABIDANCE_OFFERED : ABIDANCE_LENT;
    if (entry.contents_length != 0)
        memcpy(block->start, plan + entry.contents_at, entry.contents_length);
    if (!block->filled)
        pattern_put(block->start, entry.contents_length, entry.size, pattern_word(header->fill));
    canary_write(block->low, block->start);
    canary_write(block->start + block->size, block->high);
    table[index] = (struct abidance_place){(uint64_t)(uintptr_t)block->start, block->size};
    return ABIDANCE_OK;
}

static int relocate(const uint8_t *plan, const struct abidance_plan_header *header, uint32_t index) {
    struct abidance_plan_relocation entry;
    const uint8_t *entries = plan + sizeof *header + header->blocks * sizeof(struct abidance_plan_block);
    memcpy(&entry, entries + index * sizeof entry, sizeof entry);
    if (entry.block >= header->blocks || entry.target >= header->blocks)
        return ABIDANCE_MALFORMED;
    const struct block *block = &blocks[entry.block];
    if (block->size < sizeof(uint64_t) || entry.offset > block->size - sizeof(uint64_t))
        return ABIDANCE_MALFORMED;
    uint64_t address = (uint64_t)(uintptr_t)blocks[entry.target].start + (uint64_t)entry.addend;
    memcpy(block->start + entry.offset, &address, sizeof address);
    return ABIDANCE_OK;
}

static int make_all(const uint8_t *plan, const struct abidance_plan_header *header) {
    int result = ABIDANCE_OK;
    for (uint32_t i = 0; i < header->blocks && result == ABIDANCE_OK; i++)
        result = make_block(plan, header, i);
    for (uint32_t i = 0; i < header->relocations && result == ABIDANCE_OK; i++)
        result = relocate(plan, header, i);
    for (uint32_t i = 0; i < block_count && result == ABIDANCE_OK; i++)
        if (!blocks[i].writable) {
            if (blocks[i].slot != NULL)
                guarded_protect(&blocks[i]);
            else
                result = redzoned_keep(&blocks[i]);
        }
    return result;
}

int arena_place(uint32_t index, uint64_t size, uint64_t align, int handed, uint8_t fill) {
    struct block *block = &blocks[index];
    struct abidance_plan_block entry = {.size = size, .align = align, .access = 1};
    entry.fate = handed ? ABIDANCE_HANDED : 0;
    if (place(block, &entry, plan_flush, 0) != ABIDANCE_OK) {
        *block = (struct block){.freed = 1, .told = 1, .retired = 1};
        return ABIDANCE_NO_MEMORY;
    }
    block->writable = 1;
    if (!block->filled)
        pattern_put(block->start, 0, size, pattern_word(fill));
    canary_write(block->low, block->start);
    canary_write(block->start + block->size, block->high);
    mailbox_open();
    table[index] = (struct abidance_place){(uint64_t)(uintptr_t)block->start, block->size};
    if (index == block_count)
        abidance_status_page->blocks = ++block_count;
    mailbox_shut();
    return ABIDANCE_OK;
}

int abidance_prepare(const uint8_t *plan, size_t size) {
    struct abidance_plan_header header;
    abidance_release();
    if (size < sizeof header)
        return ABIDANCE_MALFORMED;
    memcpy(&header, plan, sizeof header);
    if (header.magic != ABIDANCE_PLAN_MAGIC || header.version != ABIDANCE_PLAN_VERSION || header.size != size)
        return ABIDANCE_MALFORMED;
    if (header.blocks > ABIDANCE_MAX_BLOCKS)
        return ABIDANCE_TOO_MANY;
    uint64_t tables = sizeof header + header.blocks * (uint64_t)sizeof(struct abidance_plan_block)
                      + header.relocations * (uint64_t)sizeof(struct abidance_plan_relocation);
    if (tables > size)
        return ABIDANCE_MALFORMED;
    int result = make_all(plan, &header);
    plan_flush = header.flush;
    made_begin(block_count);
    handed_begin(blocks, block_count);
    gate_begin(header.fill);
    mailbox_begin();
    if (result != ABIDANCE_OK)
        abidance_release();
    else
        abidance_status_page->blocks = header.blocks;
    return result;
}

void abidance_release(void) {
    abidance_status_page->blocks = 0;
    /* Last first, so that the next plan of the same shape gets the same memory in the same order. */
    while (block_count > 0) {
        struct block *block = &blocks[--block_count];
        if (block->handed != ABIDANCE_LENT)
            handed_release(block);
        else if (block->freed && block->slot == NULL)
            ; /* an allocator's, and gone */
        else if (block->kept)
            ; /* the library may follow its pointer for as long as it is loaded */
        else if (block->slot != NULL)
            guarded_release(block);
        else
            redzoned_release(block);
        block->slot = NULL;
        block->chunk = NULL;
    }
    handed_end();
}

int abidance_store(uint32_t index, uint64_t offset, const uint8_t *bytes, uint64_t length) {
    if (index >= block_count || blocks[index].retired || length > blocks[index].size || offset > blocks[index].size - length)
        return ABIDANCE_MALFORMED;
    if (!blocks[index].writable)
        return ABIDANCE_READ_ONLY;
    memcpy(blocks[index].start + offset, bytes, length);
    return ABIDANCE_OK;
}

void abidance_hand(uint32_t index) {
    if (index < block_count && blocks[index].handed == ABIDANCE_OFFERED)
        blocks[index].handed = ABIDANCE_TAKEN;
}

void abidance_retire(uint32_t index) {
    if (index >= block_count || blocks[index].retired || blocks[index].freed)
        return;
    blocks[index].handed = ABIDANCE_LENT;
    blocks[index].retired = 1;
    if (blocks[index].slot != NULL)
        guarded_retire(&blocks[index]);
    else
        redzoned_retire(&blocks[index]);
}

static uint32_t look_around(const struct block *block, struct abidance_damage *damage) {
    uint32_t index = arena_index(block);
    uint8_t *end = block->start + block->size;
    uint32_t found = 0;
    const uint8_t *first = canary_first_damage(block->low, block->start);
    if (first != NULL) {
        const uint8_t *last = canary_last_damage(block->low, block->start);
        damage[found++] = (struct abidance_damage){
            .block = index, .distance = last - block->start, .length = (uint64_t)(last - first) + 1};
        canary_write(block->low, block->start);
    }
    first = canary_first_damage(end, block->high);
    if (first != NULL) {
        const uint8_t *last = canary_last_damage(end, block->high);
        damage[found++] = (struct abidance_damage){
            .block = index, .distance = first - end, .length = (uint64_t)(last - first) + 1};
        canary_write(end, block->high);
    }
    return found;
}

static uint32_t look_inside(uint32_t index, struct abidance_damage *damage) {
    const struct block *block = &blocks[index];
    if (memcmp(block->start, block->clean, block->size) == 0)
        return 0;
    uint64_t at = 0;
    while (block->start[at] == block->clean[at])
        at++;
    *damage = (struct abidance_damage){.block = index, .kind = ABIDANCE_MODIFIED, .distance = (int64_t)at, .length = 1};
    memcpy(block->start, block->clean, block->size);
    return 1;
}

void arena_last_look(const struct block *block) {
    if (earlier_count + 2 <= MOST_EARLIER)
        earlier_count += look_around(block, earlier + earlier_count);
}

static uint32_t look(struct abidance_damage *damage) {
    uint32_t found = earlier_count;
    memcpy(damage, earlier, earlier_count * sizeof *damage);
    earlier_count = 0;
    for (uint32_t i = 0; i < block_count && found + 2 <= ABIDANCE_MAX_DAMAGE; i++) {
        struct block *block = &blocks[i];
        if (block->freed && !block->told) {
            block->told = 1;
            damage[found++] = (struct abidance_damage){.block = i, .kind = ABIDANCE_FREED};
        }
        if (block->retired || block->freed)
            continue;
        if (block->chunk != NULL && !block->handed && redzoned_was_freed(block))
            free(block->chunk); /* the library has: AddressSanitizer now reports both, with their stacks */
        if (block->clean != NULL)
            found += look_inside(i, damage + found);
        else if (block->writable)
            found += look_around(block, damage + found);
    }
    return found;
}

uint32_t abidance_look(struct abidance_damage damage[ABIDANCE_MAX_DAMAGE]) {
    allocator_enter(); /* threads of the library may use one meanwhile */
    uint32_t found = look(damage);
    allocator_leave();
    return found;
}

int abidance_layout(uint64_t numbers[16]) {
    const uint64_t all[] = {
        sizeof(struct abidance_status),
        offsetof(struct abidance_status, call),
        offsetof(struct abidance_status, address),
        offsetof(struct abidance_status, frame),
        sizeof(struct abidance_damage),
        ABIDANCE_TABLE_OFFSET,
        ABIDANCE_REPLY_OFFSET,
        ABIDANCE_REPLY_SIZE,
        ABIDANCE_REQUEST_OFFSET,
        ABIDANCE_MAX_BLOCKS,
        ABIDANCE_MAX_FRAMES,
        ABIDANCE_MAX_ALIGN,
        sizeof(struct abidance_plan_header),
        sizeof(struct abidance_plan_block),
        sizeof(struct abidance_plan_relocation),
    };
    memcpy(numbers, all, sizeof all);
    return (int)(sizeof all / sizeof all[0]);
}
