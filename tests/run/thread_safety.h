/* Functions that several threads may call at once. */
#ifndef OVERLAPS_H
#define OVERLAPS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ov_bag ov_bag;

const char *ov_name(unsigned number);
int64_t ov_sum(const int32_t *numbers, size_t count);
bool ov_upper(const char *text, char *out, size_t room);
double ov_mean(double one, double other);
unsigned ov_next(void);
unsigned ov_level(unsigned level);
int ov_last(int number);
typedef int (*ov_seen)(void *context, uint8_t *room, size_t size);
long ov_walk(unsigned steps, ov_seen seen, void *context);

ov_bag *ov_bag_new(unsigned room);
void ov_bag_free(ov_bag *bag);
int ov_bag_add(ov_bag *bag, unsigned number);
unsigned ov_bag_count(ov_bag *bag);
#endif
