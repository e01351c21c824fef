/* Texts with a number beside them: how many bytes they have or, below 0, that their NUL ends them. */
#ifndef COUNTED_TEXTS_H
#define COUNTED_TEXTS_H

#include <stddef.h>

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

ct_line *ct_new(void);
void ct_free(ct_line *line);
/* Adds a text; -1 where there is no memory. */
int ct_add(ct_line *line, const char *text, int n);
int ct_size(const ct_line *line);
int ct_at(const ct_line *line, int place);

#endif
