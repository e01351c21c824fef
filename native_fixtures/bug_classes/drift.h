/* What callers believe. The defective library was built against other declarations: see drift.c. */
#ifndef DRIFT_H
#define DRIFT_H
#include <stddef.h>
#include <stdint.h>

typedef struct s14_quote {
    uint32_t bid, ask;
} s14_quote;

typedef struct v15_flags {
    uint8_t kind;
    uint32_t size;
    unsigned urgent : 1, level : 3;
} v15_flags;

typedef struct v16_key {
    uint64_t high, low;
} v16_key;

void s14_best(s14_quote *quote);
void s15_count(uint32_t *count);
void v10_reset(int level);
int v11_copy(char *to, const char *from, size_t room);
double v12_scale(float factor);
uint32_t v15_size(const v15_flags *flags);
v16_key v16_next(uint64_t seed);
int64_t v17_seconds(int64_t milliseconds);
int v18_swap(const char *name, const char *value);
#endif
