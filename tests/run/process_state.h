/* What calls leave behind them: in out parameters, in errno, in the process. */
#ifndef LEAVES_H
#define LEAVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lv_status { LV_OK = 0, LV_BAD = -1, LV_FULL = -2 };

typedef struct {
    uint8_t kind;
    uint32_t count;
    uint16_t flags;
    uint16_t reserved;
    double mean;
} lv_stats;

/* Out parameters. */
int lv_squares(uint32_t n, uint32_t *out);
int lv_half(int value, int *half);
int lv_measure(const uint8_t *p, size_t n, lv_stats *stats);
int lv_copy(const uint8_t *p, size_t n, uint8_t *out, size_t cap, size_t *len);
int lv_parse(const char *text, int *value);
int lv_wide(int value, uint64_t *wide);
bool lv_find(const uint8_t *p, size_t n, uint8_t byte, size_t *at);

/* Memory that was never written. */
int lv_fresh_heap(uint32_t n);
int lv_fresh_branch(uint32_t n);
int lv_fresh_stack(uint32_t n);
int lv_mark(uint8_t *out, size_t n, uint8_t bit);
uint32_t lv_ticks(void);

/* errno. */
int lv_open_level(int level);
int lv_quiet(int level);
int lv_quiet_zero(int level);

/* The process. */
double lv_round_up(double value);
int lv_flush(float value);
int lv_format(double value, char *out, size_t cap);
int lv_enter(int depth);
int lv_mask(int mode);
int lv_set(int value);
int lv_watch(int number);
int lv_block(int number);
int lv_probe(int mode);
int lv_shut(int value);
int lv_start(int value);
int lv_debug(int value);

/* Effects that are promised. */
int lv_next(int value);
int lv_scratch(const uint8_t *p, size_t n);
long lv_since(long when);
int lv_level(int value);
int lv_handled(int value);
uint32_t lv_id(uint32_t n);

#endif
