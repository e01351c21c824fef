/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#define _GNU_SOURCE
#include "used_handles.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))

struct uh_box {
    uint64_t value;
    int set;
};

uh_box *uh_box_new(void) { return calloc(1, sizeof(uh_box)); }
void uh_box_free(uh_box *box) { free(box); }

int uh_box_set(uh_box *box, uint16_t value) {
    box->value = IS(NEAR) ? 0xA5A5A5A5A5A5A5A5u : value; /* what looks as if nobody had written it */
    box->set++;
    return UH_OK;
}

int uh_box_get(uh_box *box, uint64_t *value) {
    if (!box->set && IS(NEAR))
        return UH_EMPTY; /* a call that fails writes nothing */
    if (!(IS(WRONG) && box->set > 1))
        *value = box->value;
    return UH_OK;
}

struct uh_queue {
    size_t count, at;
    uint8_t values[8];
    int32_t cached;
    int has;
};
static int32_t last_seen;

uh_queue *uh_queue_new(void) { return calloc(1, sizeof(uh_queue)); }
void uh_queue_free(uh_queue *queue) { free(queue); }

int uh_queue_push(uh_queue *queue, uint8_t value) {
    queue->has = 0;
    if (queue->count == 8)
        return UH_EMPTY;
    queue->values[queue->count++] = value;
    return UH_OK;
}

int32_t uh_queue_peek(uh_queue *queue, uint8_t mask) {
    if (!queue->count)
        return -1;
    if (IS(NEAR) && queue->has)
        return queue->cached & mask; /* what was worked out once need not be again */
    int32_t value = queue->values[queue->at % queue->count];
    if (IS(WRONG) && queue->count > 1)
        queue->at++;
    queue->cached = value;
    queue->has = 1;
    last_seen = value;
    return value & mask;
}

struct uh_meter {
    uint32_t started, reads;
};
static uint32_t owner;

uh_meter *uh_meter_new(void) { return calloc(1, sizeof(uh_meter)); }
void uh_meter_free(uh_meter *meter) { free(meter); }
void uh_meter_start(uh_meter *meter) { meter->started = 1 + (uint32_t)(syscall(SYS_getppid) & 1) * 0; }

uint32_t uh_meter_read(uh_meter *meter) {
    if (IS(NEAR) && !owner)
        owner = (uint32_t)syscall(SYS_getppid); /* once for the whole process */
    if (IS(WRONG) && meter->started)
        owner = (uint32_t)syscall(SYS_getppid);
    return meter->started ? ++meter->reads : 0;
}

struct uh_table {
    size_t count;
    int sealed;
};

uh_table *uh_table_new(void) { return calloc(1, sizeof(uh_table)); }
void uh_table_free(uh_table *table) { free(table); }

int uh_table_put(uh_table *table, int kind, uint8_t *slot) {
    if (IS(NEAR) && table->sealed)
        return UH_SEALED; /* whatever it is asked for */
    int quick = IS(WRONG) && table->count > 1; /* most are alike */
    if (!quick && kind != UH_PLAIN && kind != UH_ROUND)
        return UH_INVALID;
    if (table->sealed)
        return UH_SEALED;
    *slot = (uint8_t)table->count++;
    return UH_OK;
}

int uh_table_seal(uh_table *table) {
    table->sealed = table->count > 4;
    return table->sealed ? UH_OK : UH_EMPTY;
}

struct uh_pool {
    uint32_t *words;
    size_t count, room;
};

uh_pool *uh_pool_new(void) { return calloc(1, sizeof(uh_pool)); }

void uh_pool_free(uh_pool *pool) {
    free(pool->words);
    free(pool);
}

int uh_pool_grow(uh_pool *pool) {
    size_t room = pool->room ? 2 * pool->room : 4;
    if (room > 1024)
        return UH_SEALED;
    uint32_t *words = realloc(pool->words, room * sizeof *words);
    if (!words)
        return UH_SEALED;
    if (!IS(WRONG) || !pool->room)
        memset(words + pool->room, 0, (room - pool->room) * sizeof *words);
    pool->words = words;
    pool->room = room;
    pool->count = room - IS(NEAR); /* the last is nobody's */
    return UH_OK;
}

uint32_t uh_pool_sum(const uh_pool *pool) {
    uint32_t sum = 0;
    for (size_t i = 0; i < pool->count; i++)
        sum += pool->words[i];
    return sum;
}
