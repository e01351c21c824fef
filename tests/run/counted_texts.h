/* Texts with a number beside them: how many bytes they have or, below 0, that their NUL ends them. */
#ifndef COUNTED_TEXTS_H
#define COUNTED_TEXTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct ct_line ct_line;

/* The sum of the bytes of a text. */
long ct_sum(const char *text, int n);
/* How many bytes a text has, or 0 where it is NULL. */
int ct_length(const char *text, long n);
/* How many blanks a text has in front of its first letter. */
int ct_blanks(int n, const char *text);
/* A length that says that a NUL ends the text. */
#define CT_UP_TO_NUL (~(size_t)0)
/* How many times a letter is in a text, of so many bytes or up to its NUL. */
int ct_count(const unsigned char *text, size_t n, char letter);
/* The last byte of a text that is not empty; 255 where it is. */
int ct_last(size_t n, const char *text);

/* The sum of units: of `n`, or of those in front of the first that is 0 where `n` is -1. */
long ct_units(const uint16_t *units, int n);
/* How many marks from 0 to 9 are odd; -1 says that a 0 ends them. */
int ct_odd(int64_t n, const int *marks);
/* The last unit of so many, or of those up to the 0; 0 where there is none. */
uint32_t ct_tail(const uint32_t *units, long n);

ct_line *ct_new(void);
void ct_free(ct_line *line);
/* Adds a text; -1 where there is no memory. */
int ct_add(ct_line *line, const char *text, int n);
int ct_size(const ct_line *line);
int ct_at(const ct_line *line, int place);

#endif
