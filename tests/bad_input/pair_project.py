from __future__ import annotations

HEADER = """\
#ifndef PAIR_H
#define PAIR_H
#include <stddef.h>
typedef enum pair_status { PAIR_OK = 0, PAIR_BAD = 1 } pair_status;
typedef struct pair { int left; int right; } pair;
int pair_sum(const pair *p);
int pair_div(int a, int b);
pair_status pair_fill(unsigned char *out, size_t capacity);
#endif
"""
SOURCE = """\
#include "pair.h"
int pair_sum(const pair *p) { return (int)((unsigned)p->left + (unsigned)p->right); }
int pair_div(int a, int b) { return b == 0 || (b == -1 && a < -1000) ? 0 : a / b; }
pair_status pair_fill(unsigned char *out, size_t capacity)
{
    for (size_t i = 0; i < capacity; i++) out[i] = 1;
    return PAIR_OK;
}
"""
CONTRACT = """\
abidance: 1
boundary: pair
header: pair.h
libraries: {c: {path: libpair.so}}
functions:
"""
SOUND = """\
  pair_sum:
    params: {p: {in: pair}}
"""
