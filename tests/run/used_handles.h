/* What shows of a function only when its handle was used before. */
#ifndef USED_HANDLES_H
#define USED_HANDLES_H
#include <stddef.h>
#include <stdint.h>

enum uh_status { UH_OK = 0, UH_EMPTY = -1, UH_INVALID = -2, UH_SEALED = -3 };
enum uh_kind { UH_PLAIN = 1, UH_ROUND = 2 };

typedef struct uh_box uh_box;
uh_box *uh_box_new(void);
void uh_box_free(uh_box *box);
int uh_box_set(uh_box *box, uint16_t value);
int uh_box_get(uh_box *box, uint64_t *value);

typedef struct uh_queue uh_queue;
uh_queue *uh_queue_new(void);
void uh_queue_free(uh_queue *queue);
int uh_queue_push(uh_queue *queue, uint8_t value);
int32_t uh_queue_peek(uh_queue *queue, uint8_t mask);

typedef struct uh_meter uh_meter;
uh_meter *uh_meter_new(void);
void uh_meter_free(uh_meter *meter);
void uh_meter_start(uh_meter *meter);
uint32_t uh_meter_read(uh_meter *meter);

typedef struct uh_table uh_table;
uh_table *uh_table_new(void);
void uh_table_free(uh_table *table);
int uh_table_put(uh_table *table, int kind, uint8_t *slot);
int uh_table_seal(uh_table *table);

typedef struct uh_pool uh_pool;
uh_pool *uh_pool_new(void);
void uh_pool_free(uh_pool *pool);
int uh_pool_grow(uh_pool *pool);
uint32_t uh_pool_sum(const uh_pool *pool);
#endif
