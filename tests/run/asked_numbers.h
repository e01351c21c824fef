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

#endif
