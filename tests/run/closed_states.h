/* Sets that are put together without being counted, and may then only be tidied: see closed_states.c. */
#ifndef CLOSED_STATES_H
#define CLOSED_STATES_H

typedef struct cs_set cs_set;
cs_set *cs_new(int n);
/* Returns both, which are still there; what is in them is counted by `cs_tidy`, which comes before all else. */
cs_set *cs_join(const cs_set *a, const cs_set *b);
int cs_tidy(cs_set *set);
int cs_count(const cs_set *set);
void cs_add(cs_set *set);
/* Puts what is in the other into the first. */
void cs_take(cs_set *set, const cs_set *other);
void cs_free(cs_set *set);

#endif
