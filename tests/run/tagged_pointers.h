/* Records and parameters with a pointer to `void`, of which a number beside it tells what it leads to. */
#ifndef TAGGED_POINTERS_H
#define TAGGED_POINTERS_H

#include <stddef.h>
#include <stdint.h>

#define TP_NONE UINT64_MAX
enum { TP_DELTA = 3, TP_ARM = 5, TP_NAMED = 6, TP_DONE = 7 };
enum { TP_LEVEL = 1, TP_RATE, TP_LABEL, TP_SPAN, TP_RESET };

typedef struct tp_delta {
    int distance;
    unsigned kind;
} tp_delta;

typedef struct tp_arm {
    uint64_t start;
} tp_arm;

typedef struct tp_filter {
    uint64_t id;   /* TP_DELTA: tp_delta; TP_ARM: tp_arm, or NULL; TP_NAMED: a string; TP_DONE: NULL */
    void *options; /* the last of several has the id TP_NONE */
} tp_filter;

typedef struct tp_span {
    int first, last;
} tp_span;

size_t tp_strlen(const tp_filter *filter);              /* of the string, else 0 */
long tp_sum(const tp_filter *filter, uint64_t nothing); /* the distance or the start; `nothing` else */
long tp_total(const tp_filter *filters);                /* the distances of all */
void tp_turn(tp_filter *filter);                        /* turns the sign of a distance around */
int tp_make(int number, tp_filter *filter);             /* from 0; what it leads to is the library's; -1: there is none */
const tp_filter *tp_known(void);                        /* two, and the last */
void tp_each(int count, void (*each)(const tp_filter *filter, void *context), void *context);
/* TP_LEVEL: int; TP_LABEL: string; TP_SPAN; TP_RESET: NULL */
void tp_events(int count, void (*event)(int what, const void *data, void *context), void *context);
int tp_set(int what, const void *value); /* TP_LEVEL: int; TP_RATE: double; TP_LABEL: string; TP_SPAN; TP_RESET: NULL */
enum { TP_INTS = 1, TP_DOUBLES, TP_SPANS };
long tp_store(int type, const void *data, size_t n); /* the sum of n ints, or of n doubles, or of how long n spans are */
size_t tp_load(int type, void *data, size_t room);   /* room ints or doubles that count from 0; returns how many */
int tp_get(int what, void *value);       /* TP_LEVEL, TP_RATE or TP_SPAN; -1 for any other */

#endif
