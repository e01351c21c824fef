/* Functions that say why they failed, and say nothing of it when they did not. */
#ifndef OUTCOMES_H
#define OUTCOMES_H

#include <stddef.h>

typedef struct oc_error {
    short code; /* 1: empty, 2: no number, 3: too large */
    int at;     /* the place in the text, from 0 */
    const char *what;
} oc_error;

/* The number in a text, at most 999. `*error` is written if it returns -1, and left alone if it returns 0. */
int oc_number(const char *text, int *number, oc_error *error);

/* The same of numbers up to 99. */
int oc_percent(const char *text, int *number, oc_error *error);

/* How many digits a text has. */
int oc_digits(const char *text, size_t *digits, oc_error *error);

/* The last digit of a text. */
int oc_last(const char *text, int *digit, oc_error *error);

/* The number in a text, or minus the code of the error. */
int oc_value(const char *text, oc_error *error);

/* Whether a text is a number; if it returns -1, `*why` says why it is none, and is for `oc_free`. */
int oc_check(const char *text, char **why);

void oc_free(char *text);

/* The length of a text, and in `*seen` how far it looked, whether it returns 0 or -1. */
int oc_length(const char *text, size_t *length, size_t *seen);
#endif
