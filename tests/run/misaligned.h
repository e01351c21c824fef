/* Functions that take any address, or say which ones they take: see misaligned.c. */
#ifndef ASKEW_H
#define ASKEW_H

#include <stddef.h>
#include <stdint.h>

uint32_t ak_sum32(const uint32_t *xs, size_t n);
uint8_t ak_xor(const void *data, size_t n);
uint32_t ak_add(const uint8_t *data, size_t n);
void ak_store(uint64_t *out, uint64_t value);
typedef struct ak_series { const double *xs; size_t n; } ak_series;
int ak_count(const ak_series *series);
int ak_copy(uint32_t *to, const uint32_t *from, size_t n);
uint32_t ak_plain(const uint32_t *xs, size_t n);
float ak_loud(const float *samples, size_t n);
typedef struct ak_log ak_log;
ak_log *ak_log_new(void);
void ak_log_free(ak_log *log);
uint64_t ak_log_put(ak_log *log, const uint64_t *xs, size_t n);

#endif
