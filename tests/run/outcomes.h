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

/* Whether a text is a number (0) or not (-1); then oc_reason() tells why, and 0 else. */
int oc_take(const char *text);
int oc_reason(void);

/* The number of letters in a text without spaces, else -1, and oc_message() tells why. */
int oc_letters(const char *text);
const char *oc_message(void);

/* A reader that was fed something invalid tells why, if it is asked with what it returned. */
typedef struct oc_reader oc_reader;
oc_reader *oc_open(void);
void oc_close(oc_reader *reader);
int oc_feed(oc_reader *reader, const char *text);
int oc_why(const oc_reader *reader, int answer, int wanted);

/* One that the caller allocates. */
typedef struct oc_state {
    int error;
    long fed;
} oc_state;
void oc_begin(oc_state *state);
int oc_add(oc_state *state, int number);
#endif
