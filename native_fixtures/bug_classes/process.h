#ifndef PROCESS_H
#define PROCESS_H
#include <stddef.h>
#include <stdint.h>
int p01_set(uint32_t key);
int p02_get(uint32_t key);
double p03_round(double value);
int p04_fast(int value);
int p05_copy(uint32_t value);
int p06_mix(uint32_t value);
int p07_text(int value);
int p08_find(int value);
int p09_guard(int value);
int p10_block(int value);
int p11_set(int value);
int p12_load(int value);
int p13_close(int value);
int p14_log(int value);
uint32_t p15_hash(uint32_t value);
uint32_t p16_next(uint32_t value);
int p17_start(int value);
#endif
