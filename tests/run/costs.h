#ifndef COSTS_H
#define COSTS_H
#include <stddef.h>
#include <stdint.h>

typedef struct ct_box ct_box;
typedef struct ct_wide { uint64_t word[5]; } ct_wide;
typedef void (*ct_seen)(int number, void *context);

int ct_admit(int kind);                                     /* one call in twenty is late */
int ct_seldom(int kind);                                    /* one call in a hundred is late */
int ct_usual(int kind);                                     /* most calls are late */
int ct_often(int kind);                                     /* fewer a second than promised */
int ct_together(int kind);                                  /* threads wait for each other */
int ct_find(const uint16_t *routes, size_t count, int wanted); /* too many instructions */
int ct_sort(int32_t *numbers, size_t count);                /* quadratic */
int ct_first(const uint8_t *text, size_t length);           /* goes through all of it */
size_t ct_words(const char *text);                          /* quadratic in a string */
int ct_split(const uint8_t *text, size_t length, size_t *parts); /* a block for each part */
int ct_pad(int level);                                      /* more bytes than there is room for */
uint32_t ct_hash(const uint8_t *text, size_t length);       /* slower than the other library */
uint32_t ct_mix(const uint8_t *text, size_t length);        /* slower than the other library, with many zeros */
int ct_steps(int count);                                    /* more instructions than the other library's, of many */
ct_box *ct_box_new(int size);                               /* late */
int ct_box_add(ct_box *box, int number);                    /* too many instructions */
void ct_box_free(ct_box *box);                              /* late */
int ct_each(int count, ct_seen seen, void *context);        /* too many instructions between its callbacks */
int ct_sum(ct_wide wide);                                   /* too many instructions, of what comes by value */
int ct_log(int level, const char *format, ...);             /* late, and called through a stub */

#endif
