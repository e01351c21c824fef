/* What callbacks do with what they read in any order: which turn has it, and the positions that some of them share. */
#define _GNU_SOURCE
#include "arena.h"

#include "plan_format.h"

#include <stdio.h>
#include <string.h>

/* Where callbacks read that others tell to, and how many elements each has in all. */
static struct cursor {
    uint64_t at, size;
} cursors[ABIDANCE_MOST_CURSORS];

void callback_forget_positions(void) { memset(cursors, 0, sizeof cursors); }

void callback_begin(const struct abidance_plan_position *where, const uint8_t *lengths) {
    if (where->cursor == ABIDANCE_NOBODY)
        return;
    struct cursor *cursor = &cursors[where->cursor];
    *cursor = (struct cursor){0, 0};
    for (uint32_t turn = 0; turn < where->turns; turn++) {
        uint64_t length;
        memcpy(&length, lengths + turn * sizeof length, sizeof length);
        cursor->size += length != UINT64_MAX ? length : 0;
    }
}

uint32_t callback_turn(const struct abidance_plan_position *where, const uint8_t *numbers, const uint8_t *lengths,
                       void **arguments, struct callback_skip *skip) {
    uint64_t begin, at = 0, length = 0;
    if (where->cursor != ABIDANCE_NOBODY)
        begin = cursors[where->cursor].at;
    else
        begin = callback_product(numbers, where->numbers, where->scale, arguments);
    skip->data = where->data, skip->count = where->count, skip->size = where->size;
    for (uint32_t turn = 0; turn < where->turns; turn++) {
        memcpy(&length, lengths + turn * sizeof length, sizeof length);
        int fails = length == UINT64_MAX;
        if (fails)
            length = 0;
        if (where->repeats ? !fails : fails ? begin == at : begin >= at && begin - at < length) {
            skip->elements = where->repeats ? length != 0 ? begin % length : 0 : begin - at;
            skip->read = fails ? 0 : length - skip->elements;
            return turn;
        }
        at += length;
    }
    skip->elements = length; /* it is behind the end */
    skip->read = 0;
    return where->turns - 1;
}

void callback_has_read(const struct abidance_plan_position *where, uint64_t elements) {
    if (where->cursor != ABIDANCE_NOBODY)
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
