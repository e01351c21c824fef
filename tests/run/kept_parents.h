/* A base that is there for its queries until the last of them is ended, as SQLite's connections are. */
#ifndef KEPT_PARENTS_H
#define KEPT_PARENTS_H

typedef struct kp_base kp_base;
typedef struct kp_query kp_query;

kp_base *kp_open(void);
void kp_close(kp_base *base); /* it may not be used any more */
void kp_at_end(kp_base *base, void (*gone)(void *mine), void *mine); /* called when the base is gone */
int kp_prepare(kp_base *base, unsigned rows, kp_query **query);      /* -1 where it has 4 already */
int kp_step(kp_query *query);                                        /* 1 as long as there are rows */
void kp_end(kp_query *query);

#endif
