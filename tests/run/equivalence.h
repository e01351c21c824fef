/* Answers that two implementations of one header give. */
#ifndef ALIKE_H
#define ALIKE_H
#include <stdbool.h>
#include <stddef.h>

enum al_status { AL_OK, AL_SHORT, AL_BAD };

typedef struct al_point { /* has padding, which means nothing */
    int x;
    char mark;
    double y;
} al_point;

typedef struct al_bag al_bag;

size_t al_trim(const char *text, size_t length);
enum al_status al_copy(char *out, size_t capacity, const char *text, size_t length, size_t *written);
enum al_status al_parse(const char *text, size_t length, int *value);
double al_mean(const double *values, size_t count);
al_point al_middle(const al_point *one, const al_point *other);
void al_swap(al_point *point);
const char *al_name(enum al_status status);
const char *al_skip(const char *text);               /* what is left of `text` behind its blanks */
const char *al_find(const char *text);               /* the first `a` in `text`, NULL where there is none */
void al_token(const char *text, const char **rest);  /* leaves what follows the first word */
const char *al_copied(const char *text);             /* a copy of the library's own */
unsigned al_clock(void);
unsigned al_address(void);
bool al_over(int number);
bool al_first(const char *text, size_t length, char *digit);
int al_digit(const char *text, size_t length, char *digit);
bool al_last(const char *text, size_t length, char *digit);
unsigned al_divide(unsigned number, unsigned by);

al_bag *al_bag_new(void);
void al_bag_free(al_bag *bag);
int al_bag_add(al_bag *bag, int number);
int al_bag_sum(const al_bag *bag);
#endif
