/* What callbacks write to memory that they are given: the plan says what, the library how much room there is. */
#define _GNU_SOURCE
#include "arena.h"

#include "plan_format.h"

#include <string.h>

#define MOST ((uint64_t)16 << 20) /* no callback writes more at a time */

int64_t callback_number(const uint8_t *at, void **arguments) {
    struct abidance_plan_number number;
    uint8_t raw[sizeof(uint64_t)] = {0};
    uint64_t value, copied;
    memcpy(&number, at, sizeof number);
    if (number.flags & ABIDANCE_BEHIND) {
        memcpy(&value, arguments[number.argument], sizeof value);
        if (value == 0 || abidance_read(value, raw, number.width, 0, &copied) != ABIDANCE_REACHED)
            return 0;
    } else {
        memcpy(raw, arguments[number.argument], number.width);
    }
    memcpy(&value, raw, sizeof value);
    int negative = (number.flags & ABIDANCE_SIGNED) && number.width != 0 && value >> (8 * number.width - 1) & 1;
    return (int64_t)(negative && number.width < sizeof value ? value | ~(uint64_t)0 << 8 * number.width : value);
}

/* Returns a number that the callback was given, 0 for one below zero and for one that cannot be read. */
static uint64_t number_of(const uint8_t *at, void **arguments) {
    struct abidance_plan_number number;
    int64_t value = callback_number(at, arguments);
    memcpy(&number, at, sizeof number);
    return number.flags & ABIDANCE_SIGNED && value < 0 ? 0 : (uint64_t)value;
}

uint64_t callback_product(const uint8_t *at, uint32_t count, uint64_t of, void **arguments) {
    for (uint32_t i = 0; i < count; i++)
        if (__builtin_mul_overflow(of, number_of(at + i * sizeof(struct abidance_plan_number), arguments), &of))
            return UINT64_MAX;
    return of;
}

static uint64_t product(const uint8_t *at, uint32_t count, uint64_t of, void **arguments) {
    uint64_t all = callback_product(at, count, of, arguments);
    return all < MOST ? all : MOST;
}

/* Tells how many units were written, in the result or behind an argument. */
static void tell(const struct abidance_plan_write *write, uint64_t count, void **arguments, void *result,
                 uint64_t width) {
    uint64_t address, written;
    if (write->told == ABIDANCE_RESULT) {
        memset(result, 0, width);
        memcpy(result, &count, width < sizeof count ? width : sizeof count);
    } else if (write->told != ABIDANCE_NOBODY) {
        memcpy(&address, arguments[write->told], sizeof address);
        if (address != 0)
            abidance_write(address, (const uint8_t *)&count, sizeof count, write->width, &written);
    }
}

/* Writes a pointer to a block of the plan, but for what is skipped, and tells how much there is. */
static void lend(const struct abidance_plan_write *write, const uint8_t *contents, const struct callback_skip *skip,
                 void **arguments, void *result, uint64_t width, struct abidance_noted_write *noted) {
    uint64_t address, lent[2];
    memcpy(lent, contents, sizeof lent);
    uint8_t *block = arena_block(lent[0]);
    if (block != NULL && skip->elements <= lent[1]) {
        block += skip->elements * skip->size;
        lent[1] -= skip->elements;
    }
    memcpy(&address, arguments[write->argument], sizeof address);
    noted->reach = ABIDANCE_NULL;
    if (address != 0)
        noted->reach = 1u + (uint32_t)abidance_write(address, (const uint8_t *)&block, sizeof block, sizeof block, &noted->size);
    tell(write, lent[1], arguments, result, width);
}

static void one_write(const struct abidance_plan_write *write, const uint8_t *numbers, const uint8_t *contents,
                      uint32_t length, uint64_t skipped, void **arguments, void *result, uint64_t width,
                      struct abidance_noted_write *noted) {
    uint64_t address, count = 0, unit = 1, before = 0;
    uint64_t room = product(numbers, write->rooms, write->scale, arguments), size = room;
    if (write->told != ABIDANCE_NOBODY) {
        skipped = skipped < length ? skipped : length;
        contents += skipped;
        length -= (uint32_t)skipped;
        skipped = 0;
        const uint8_t *units = numbers + write->rooms * sizeof(struct abidance_plan_number);
        unit = product(units, write->units, write->unit, arguments);
        size = length < room ? length : room;
        count = unit == 0 ? 0 : size / unit;
        size = count * unit;
    }
    memcpy(&address, arguments[write->argument], sizeof address);
    noted->reach = ABIDANCE_NULL;
    if (address != 0) {
        /* All of the room must be the library's to lend, however much of it is written to. */
        int lent = redzoned_readable((const uint8_t *)(uintptr_t)address, room) == room;
        int reach = ABIDANCE_REACHED;
        if (skipped != 0 && skipped < length) { /* what is repeated begins within itself */
            before = length - skipped < size ? length - skipped : size;
            reach = abidance_write(address, contents + skipped, (uint32_t)before, before, &noted->size);
        }
        if (reach == ABIDANCE_REACHED)
            reach = abidance_write(address + before, contents, length, size - before, &noted->size);
        noted->size += reach == ABIDANCE_REACHED ? before : 0;
        noted->reach = 1u + (uint32_t)(lent ? reach : ABIDANCE_UNREADABLE);
    }
    tell(write, count, arguments, result, width);
}

/* Leaves the memory alone, since there is less to read than there is room for, and tells that nothing was read. */
static void none_of_it(const struct abidance_plan_write *write, const uint8_t *numbers, void **arguments, void *result,
                       uint64_t width, struct abidance_noted_write *noted) {
    uint64_t address, room = product(numbers, write->rooms, write->scale, arguments);
    memcpy(&address, arguments[write->argument], sizeof address);
    int lent = redzoned_readable((const uint8_t *)(uintptr_t)address, room) == room;
    noted->reach = address == 0 ? ABIDANCE_NULL : 1u + (uint32_t)(lent ? ABIDANCE_REACHED : ABIDANCE_UNREADABLE);
    tell(write, 0, arguments, result, width);
}

/* Writes how many elements there are behind what is skipped. */
static void count_left(const struct abidance_plan_write *write, const uint8_t *numbers, const uint8_t *contents,
                       uint32_t length, const struct callback_skip *skip, void **arguments, void *result, uint64_t width,
                       struct abidance_noted_write *noted) {
    uint64_t count = 0;
    memcpy(&count, contents, length < sizeof count ? length : sizeof count);
    count -= skip->elements < count ? skip->elements : count;
    one_write(write, numbers, (const uint8_t *)&count, length, 0, arguments, result, width, noted);
}

void callback_write(const uint8_t *at, uint32_t writes, uint32_t turn, uint32_t turns, void **arguments, void *result,
                    uint64_t width, struct callback_skip *skip, struct abidance_noted_write *noted) {
    const struct callback_skip none = {.data = ABIDANCE_NOBODY};
    for (uint32_t i = 0; i < writes; i++) {
        struct abidance_plan_write write;
        memcpy(&write, at, sizeof write);
        const uint8_t *numbers = at + sizeof write;
        at = numbers + (write.rooms + write.units) * sizeof(struct abidance_plan_number);
        noted[i] = (struct abidance_noted_write){.reach = 1u + ABIDANCE_REACHED};
        for (uint32_t each = 0; each < turns; each++) {
            uint32_t length;
            memcpy(&length, at, sizeof length);
            at += sizeof length;
            if (length == UINT32_MAX)
                continue;
            const struct callback_skip *here = i == skip->data ? skip : &none;
            if (each == turn && write.lends && length == 2 * sizeof(uint64_t))
                lend(&write, at, here, arguments, result, width, &noted[i]);
            else if (each == turn && i == skip->count)
                count_left(&write, numbers, at, length, skip, arguments, result, width, &noted[i]);
            else if (each == turn && i == skip->told)
                one_write(&write, numbers, (const uint8_t *)&skip->number, length, 0, arguments, result, width, &noted[i]);
            else if (each == turn && i == skip->data && skip->whole
                     && product(numbers, write.rooms, write.scale, arguments) > skip->left * skip->size) {
                skip->failed = 1;
                none_of_it(&write, numbers, arguments, result, width, &noted[i]);
            } else if (each == turn && i == skip->data && skip->stored != NULL)
                one_write(&write, numbers, skip->stored, (uint32_t)(skip->left * skip->size), 0, arguments, result, width, &noted[i]);
            else if (each == turn && !write.lends)
                one_write(&write, numbers, at, length, here->elements * here->size, arguments, result, width, &noted[i]);
            if (each == turn && i == skip->data && !write.lends)
                skip->read = skip->size != 0 ? noted[i].size / skip->size : 0;
            at += length;
        }
    }
}
