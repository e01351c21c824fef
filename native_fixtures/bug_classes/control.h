#ifndef CONTROL_H
#define CONTROL_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef int (*c04_step)(void *context, int value);
typedef void (*c10_told)(void *context, int value);

int c03_parse(int value);
int c04_run(c04_step step, void *context, uint32_t count);
int c05_read(uint32_t key);
int c06_set(uint32_t key);
int c07_wait(uint32_t key);
uint64_t c08_pairs(const uint8_t *data, size_t size);
uint32_t c09_depth(uint32_t depth);
int c10_lock(c10_told told, void *context, int value);
int c11_name(const char *name);
int c12_name(const char *name);
int c13_reserve(uint64_t size);
int *o16_new(uint32_t count);
void o16_free(int *values);
#ifdef __cplusplus
}
#endif
#endif
