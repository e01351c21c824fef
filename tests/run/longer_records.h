/* Messages that begin with a head, and go on behind it. */
#ifndef LONGER_RECORDS_H
#define LONGER_RECORDS_H

#include <stddef.h>
#include <stdint.h>

/* `size` counts the head and all that is behind it. */
struct lr_head { uint16_t size, kind; };

/* For callers that have all of it: the head is the first member. */
struct lr_whole { struct lr_head head; uint8_t data[]; };
struct lr_other { uint16_t size, kind; uint8_t data[8]; };

/* The sum of the bytes behind the head. */
unsigned lr_sum(const struct lr_head *head);

/* Begins a message in `room` bytes, of which it is the first 4. */
void lr_begin(void *memory, size_t room);

/* Adds `n` bytes to a message and returns 0, or -1 where there is no room, which is `room` bytes in all. */
int lr_add(struct lr_head *head, size_t room, const uint8_t *bytes, size_t n);

void lr_end(struct lr_head *head);

/* Calls `each` for every message in `n` bytes, each at an even place, until it returns 0; returns how often. */
int lr_each(const uint8_t *bytes, size_t n, int (*each)(const struct lr_head *head, void *mine), void *mine);

#endif
