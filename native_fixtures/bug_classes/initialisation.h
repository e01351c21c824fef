#ifndef INITIALISATION_H
#define INITIALISATION_H
#include <stddef.h>
#include <stdint.h>

typedef struct i07_entry {
    uint8_t kind;
    uint64_t value;
} i07_entry;

int i01_pair(int *out, size_t count);
int i02_lookup(uint32_t key, int *value);
int i03_parse(int input, int *value);
uint32_t i04_token(uint32_t seed);
int i05_is_ready(uint32_t key);
int i06_level(uint32_t key);
void i07_entry_set(i07_entry *entry, uint64_t value);
void i08_mask(uint8_t *out, size_t size);
int i09_sign(const uint8_t *secret, size_t size);
uint32_t i10_next(uint32_t seed);
#endif
