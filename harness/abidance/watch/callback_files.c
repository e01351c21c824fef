/* What callbacks do with what they read in any order: which turn has it, and the positions that some of them share. */
#define _GNU_SOURCE
#include "arena.h"

#include "plan_format.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define STORE ((uint64_t)16 << 20) /* no file is longer: what is written behind that fails */

/* Where callbacks read that others tell to, or write, and how many elements there are in all; what is written is kept. */
static struct cursor {
    uint64_t at, size;
    uint8_t *store;
    uint64_t dirty; /* so many bytes of the store may be other than 0 */
} cursors[ABIDANCE_MOST_CURSORS];

static void empty(struct cursor *cursor) {
    if (cursor->dirty != 0)
        memset(cursor->store, 0, cursor->dirty);
    *cursor = (struct cursor){.store = cursor->store};
}

void callback_forget_positions(void) {
    for (uint32_t i = 0; i < ABIDANCE_MOST_CURSORS; i++)
        empty(&cursors[i]);
}

/* Returns where a file is kept that callbacks write, NULL where there is no memory. */
static uint8_t *store_of(struct cursor *cursor) {
    if (cursor->store == NULL) {
        void *made = mmap(NULL, STORE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        cursor->store = made == MAP_FAILED ? NULL : made;
    }
    return cursor->store;
}

/* Copies what a callback writes in all of its turns, one after the other. */
static void store_turns(struct cursor *cursor, const struct abidance_plan_position *where, const uint8_t *at) {
    struct abidance_plan_write write;
    uint64_t used = 0;
    for (uint32_t i = 0; i <= where->data; i++) {
        memcpy(&write, at, sizeof write);
        at += sizeof write + (write.rooms + write.units) * sizeof(struct abidance_plan_number);
        for (uint32_t turn = 0; turn < where->turns; turn++) {
            uint32_t length;
            memcpy(&length, at, sizeof length);
            at += sizeof length;
            if (length == UINT32_MAX)
                continue;
            if (i == where->data && store_of(cursor) != NULL && length <= STORE - used) {
                memcpy(cursor->store + used, at, length);
                used += length;
            }
            at += length;
        }
    }
    cursor->dirty = used;
}

void callback_begin(const struct abidance_plan_position *where, const uint8_t *lengths, const uint8_t *writes) {
    if (where->cursor == ABIDANCE_NOBODY)
        return;
    struct cursor *cursor = &cursors[where->cursor];
    empty(cursor);
    for (uint32_t turn = 0; turn < where->turns; turn++) {
        uint64_t length;
        memcpy(&length, lengths + turn * sizeof length, sizeof length);
        cursor->size += length != UINT64_MAX ? length : 0;
    }
    if (where->stored)
        store_turns(cursor, where, writes);
}

/* Begins a file that is written, and that nobody reads. */
void callback_file_begin(uint32_t cursor) { empty(&cursors[cursor]); }

/* Has a callback read what is kept from a position on, in a turn up to the end of that, and behind all turns to the end. */
static void read_stored(const struct abidance_plan_position *where, uint64_t begin, uint64_t in_turn,
                        struct callback_skip *skip) {
    const struct cursor *cursor = &cursors[where->cursor];
    uint64_t there = begin < cursor->size ? cursor->size - begin : 0;
    skip->elements = begin;
    skip->stored = cursor->store + (there != 0 ? begin * where->size : 0);
    skip->left = in_turn != 0 && in_turn < there ? in_turn : there;
    skip->read = skip->left;
}

/* Returns the first turn in which a callback does not fail, or the last. */
static uint32_t first_turn(const struct abidance_plan_position *where, const uint8_t *lengths) {
    uint64_t length = UINT64_MAX;
    uint32_t turn = 0;
    for (; turn < where->turns && length == UINT64_MAX; turn++)
        memcpy(&length, lengths + turn * sizeof length, sizeof length);
    return turn - 1;
}

uint32_t callback_turn(const struct abidance_plan_position *where, const uint8_t *numbers, const uint8_t *lengths,
                       void **arguments, struct callback_skip *skip) {
    uint64_t begin, at = 0, length = 0;
    uint32_t written = where->turns;
    if (where->cursor != ABIDANCE_NOBODY && !where->placed)
        begin = cursors[where->cursor].at;
    else
        begin = callback_product(numbers, where->numbers, where->scale, arguments);
    skip->data = where->data, skip->count = where->count, skip->size = where->size;
    if (where->whole) {
        read_stored(where, begin, 0, skip);
        skip->whole = where->whole == 1;
        return first_turn(where, lengths);
    }
    for (uint32_t turn = 0; turn < where->turns; turn++) {
        memcpy(&length, lengths + turn * sizeof length, sizeof length);
        int fails = length == UINT64_MAX;
        if (fails)
            length = 0;
        if (where->repeats ? !fails : fails ? begin == at : begin >= at && begin - at < length) {
            skip->elements = where->repeats ? length != 0 ? begin % length : 0 : begin - at;
            skip->read = fails ? 0 : length - skip->elements;
            if (where->stored && !fails && cursors[where->cursor].store != NULL)
                read_stored(where, begin, length - (begin - at), skip);
            return turn;
        }
        written = written == where->turns && length != 0 && !fails ? turn : written;
        at += length;
    }
    if (where->stored && cursors[where->cursor].store != NULL) { /* what others have written behind it */
        read_stored(where, begin, 0, skip);
        return skip->left != 0 && written < where->turns ? written : where->turns - 1;
    }
    skip->elements = length; /* it is behind the end */
    skip->read = 0;
    return where->turns - 1;
}

void callback_has_read(const struct abidance_plan_position *where, uint64_t elements) {
    if (where->cursor != ABIDANCE_NOBODY && !where->placed)
        cursors[where->cursor].at += elements;
}

int callback_position(const struct abidance_plan_file *file, const uint8_t *numbers, void **arguments, uint64_t *told) {
    struct cursor *cursor = &cursors[file->cursor];
    *told = file->action == ABIDANCE_TELLS_SIZE  ? cursor->size
            : file->action == ABIDANCE_TELLS_END ? cursor->at >= cursor->size
                                                 : cursor->at;
    if (file->action != ABIDANCE_SEEKS)
        return 1;
    int64_t to = callback_number(numbers, arguments), from = SEEK_SET, end = (int64_t)cursor->size;
    uint64_t base = file->flags & ABIDANCE_RELATIVE ? cursor->at : 0;
    if (file->whences != 0)
        from = callback_number(numbers + sizeof(struct abidance_plan_number), arguments);
    if (from == SEEK_CUR)
        base = cursor->at;
    else if (from == SEEK_END)
        base = cursor->size;
    else if (from != SEEK_SET)
        return 0;
    int bounded = (file->flags & ABIDANCE_BOUNDED_SEEK) != 0;
    if (__builtin_add_overflow((int64_t)base, to, &to) || (to < 0 && !bounded))
        return 0;
    if (bounded)
        to = to < 0 ? 0 : to > end ? end : to;
    *told = bounded ? (uint64_t)to - cursor->at : (uint64_t)to;
    cursor->at = (uint64_t)to;
    return 1;
}

int callback_store(const struct abidance_plan_file *file, const uint8_t *numbers, void **arguments, const uint64_t *most,
                   const void *result, uint64_t width, uint64_t *position) {
    struct cursor *cursor = &cursors[file->cursor];
    uint64_t size = callback_product(numbers, file->places, file->scale, arguments), address, copied, parts = 0;
    const uint8_t *before = numbers + file->places * sizeof(struct abidance_plan_number);
    int placed = (file->flags & ABIDANCE_PLACED_WRITE) != 0;
    uint64_t begin = placed ? callback_product(before, file->whences, file->begin, arguments) : cursor->at;
    *position = begin;
    if (most != NULL) {
        memcpy(&parts, result, width < sizeof parts ? width : sizeof parts);
        size = *most != 0 && parts <= *most ? size / *most * parts : 0;
    }
    if (size == 0)
        return 1;
    uint64_t at = begin * file->size, end = begin + size / file->size;
    if (store_of(cursor) == NULL || size > STORE || begin > STORE / file->size || at > STORE - size)
        return 0;
    memcpy(&address, arguments[file->data], sizeof address);
    if (address == 0 || abidance_read(address, cursor->store + at, size, 0, &copied) != ABIDANCE_REACHED)
        return 0; /* that is found where its arguments are looked at */
    cursor->dirty = at + size > cursor->dirty ? at + size : cursor->dirty;
    cursor->at = placed ? cursor->at : end;
    cursor->size = end > cursor->size ? end : cursor->size;
    return 1;
}
