/* Functions of rusty.rs, whose names say nothing. */
#ifndef RUSTY_H
#define RUSTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t r_mix(const uint8_t *a, size_t b);
int32_t r_fill(uint32_t *a, size_t b, uint32_t c);
int32_t r_scale(double *a, size_t b, double c);
size_t r_count(const char *a);
int32_t r_encode(const uint8_t *a, size_t b, uint8_t *c, size_t d, size_t *e);
bool r_same(const uint8_t *a, const uint8_t *b, size_t c);
char *r_upper(const char *a);
void r_drop(char *a);
typedef struct r_box r_box;
r_box *r_box_a(uint32_t a);
void r_box_b(r_box *a);
int64_t r_box_c(const r_box *a, int64_t *b);
const char *r_label(int32_t a);

#endif
