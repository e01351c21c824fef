/* A set of numbers below 10: what its calls leave in memory, other functions are asked with. */
#ifndef ASKED_NUMBERS_H
#define ASKED_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct an_set an_set;

an_set *an_new(uint16_t bits);                                        /* each bit is a number that it has */
void an_free(an_set *set);
bool an_add(an_set *set, uint8_t value);                              /* whether it is new */
unsigned an_count(const an_set *set);
bool an_has(const an_set *set, uint8_t value);
unsigned an_rank(const an_set *set, uint8_t value);                   /* how many are no greater than that */
bool an_select(const an_set *set, unsigned rank, uint8_t *element);   /* the element that so many are less than */
bool an_next(const an_set *set, int *at);                             /* moves on to the next one above, from -1 on */
size_t an_list(const an_set *set, uint8_t *numbers, size_t room);     /* how many there are; all of them if there is room */
void an_add_all(an_set *set, const int *numbers, size_t n);
int an_at(const an_set *set, unsigned place);                         /* in order; -1 where none is */
void an_drop(an_set *set, unsigned place);                            /* the one there */
int an_put(an_set *set, unsigned value);                              /* 0, or -1 for one that is too large */
int an_move(an_set *set, unsigned place, uint8_t to);                 /* 0, or -1 where none is, or `to` is there */

#endif
