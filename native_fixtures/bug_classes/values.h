#ifndef VALUES_H
#define VALUES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum v02_side { V02_BUY = 1, V02_SELL = 2 } v02_side;
enum { V14_OK = 0, V14_FULL = -3 };

bool v01_has(uint32_t key);
v02_side v02_flip(v02_side side);
uint32_t v05_read(const uint8_t *data, size_t size);
int v13_is_small(uint32_t value);
int v14_push(uint32_t count);
#endif
