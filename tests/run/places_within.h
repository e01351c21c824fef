/* What is given a pointer to somewhere in the memory of another parameter. */
#ifndef PLACES_WITHIN_H
#define PLACES_WITHIN_H

#include <stddef.h>

long pw_find(const char *text, const char *end, const char *start, const char *range, char wanted); /* -1: not there */
size_t pw_left(const char *text, const char *at);             /* how many characters there are from there on */
void pw_raise(int *numbers, size_t n, int *at, int by);       /* raises all from there on */

/* As writers of DER: puts bytes in front of `*at`, and moves that there; their number, or -1 where there is no room. */
int pw_put(unsigned char **at, unsigned char *start, const unsigned char *bytes, size_t n);
int pw_prior(const char *text, const char **at); /* steps back over one character of UTF-8; how many bytes that has */

typedef struct pw_part {
    size_t n;
    const char *first;
} pw_part;
int pw_word(const char **at, const char *end, pw_part *word); /* moves `*at` behind the first word; 0 where none is */
const char *pw_sign(const char **at, const char *end);        /* moves `*at` behind a sign: where that is, or NULL */
void pw_cut(char **list, size_t *n, char *from); /* takes two bytes out there, or what is left of them; may reallocate */

#endif
