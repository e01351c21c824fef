#ifndef NUMERIC_H
#define NUMERIC_H
#include <stddef.h>
#include <stdint.h>

int n01_fill(uint8_t *out, uint64_t size);
int n02_table(uint32_t rows, uint32_t columns);
int n03_next(int value);
uint32_t n04_bit(uint32_t index);
int n05_average(int total, int count);
int n06_whole(double value);
size_t n07_find(const uint8_t *data, size_t size, uint8_t wanted);
int n08_bucket(double value);
int n10_class(char letter);
#endif
