#ifndef SPATIAL_H
#define SPATIAL_H
#include <stddef.h>
#include <stdint.h>

typedef struct s12_user {
    char name[8];
    uint32_t id;
} s12_user;

typedef struct s18_piece {
    const uint8_t *data;
    size_t size;
} s18_piece;

uint32_t s01_sum(const uint8_t *data, size_t size);
void s02_fill(uint8_t *out, size_t size, uint8_t value);
void s03_shift(uint8_t *data, size_t size);
void s04_mark(uint8_t *data, size_t size);
int s05_format(uint8_t *out, size_t room, size_t *length);
int s06_copy(uint8_t *out, size_t room, const uint8_t *data, size_t size, size_t *length);
int s07_name(char *out, size_t room, const char *name);
int s08_digits(const uint8_t *text, size_t size);
uint32_t s09_hash(const uint8_t *data, size_t size);
uint32_t s10_hash(const uint8_t *data, size_t size);
int s11_weekday(uint32_t day);
void s12_rename(s12_user *user, const char *name);
uint32_t s13_checksum(const uint8_t *data, size_t size);
uint32_t s16_sum(const uint16_t *values, size_t bytes);
int s17_first(const uint8_t *data, size_t size);
uint32_t s18_total(const s18_piece *pieces, size_t count);
uint32_t s19_scratch(uint32_t size);
#endif
