/* What is given a pointer to somewhere in the memory of another parameter. */
#ifndef PLACES_WITHIN_H
#define PLACES_WITHIN_H

#include <stddef.h>

long pw_find(const char *text, const char *end, const char *start, const char *range, char wanted); /* -1: not there */
size_t pw_left(const char *text, const char *at);             /* how many characters there are from there on */
void pw_raise(int *numbers, size_t n, int *at, int by);       /* raises all from there on */

#endif
