#ifndef RUST_H
#define RUST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef enum v04_kind { V04_ONE = 1, V04_TWO = 2 } v04_kind;
typedef struct i11_pair {
    int32_t first, second;
} i11_pair;
int32_t n09_next(int32_t value);
int32_t v03_pick(uint8_t flag);
int32_t v04_weight(v04_kind kind);
uint32_t v06_sum(const uint32_t *values, size_t count);
uint32_t v07_sum(const uint8_t *data, size_t size);
uint32_t v08_sum(const uint8_t *data, size_t size);
int32_t v09_letters(const uint8_t *text, size_t size);
int32_t i11_split(int32_t value, i11_pair *pair);
char *o12_greet(uint32_t key);
int32_t o13_take(char *text);
char *o14_word(uint32_t key);
void o14_free(char *word);
uint8_t *o15_block(uint8_t fill);
void o15_free(uint8_t *block);
const char *o20_name(uint32_t key);
void o31_add(uint32_t *to, const uint32_t *from);
int32_t o32_clear(const uint32_t *value);
int32_t c01_check(uint32_t key);
int32_t c02_check(uint32_t key);
int32_t c14_weekday(uint32_t day);
#endif
