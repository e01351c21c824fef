/* Functions that write where they read: see overlaps.c. */
#ifndef OVERLAPS_H
#define OVERLAPS_H

#include <stddef.h>
#include <stdint.h>

void ov_move(void *to, const void *from, size_t n);
int ov_upper(char *to, size_t room, const char *from);
void ov_delta(int32_t *to, const int32_t *from, size_t n);
typedef struct ov_pair { int32_t a, b; } ov_pair;
void ov_swapped(ov_pair *to, const ov_pair *from);
void ov_mix(uint8_t *to, const uint8_t *from, size_t n);
void ov_add(uint32_t *to, const uint32_t *from);
uint32_t ov_sum(uint8_t *to, const uint8_t *from, size_t n);

#endif
