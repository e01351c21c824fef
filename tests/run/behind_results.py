"""A library whose results lead to numbers, of which one is wrong in each of its builds."""

from __future__ import annotations

HEADER = """\
#include <stdbool.h>
#include <stddef.h>
enum nb_kind { NB_PLAIN, NB_LARGE };
struct nb_info {
    int bits;
    enum nb_kind kind;
    bool grey;
    struct { unsigned depth; } inner;
    int counts[3];
    union { int number; float real; } any;
};
const struct nb_info *nb_of(int n);
const bool *nb_steps(int n, size_t *count);
int nb_find(int n, const struct nb_info **found);
"""
SOURCE = """\
#include "nb.h"
enum { NOTHING, BITS, KIND, GREY, INNER, COUNTS, STEPS, FOUND, FAILS };
static struct nb_info info;
static unsigned char steps[8];
const struct nb_info *nb_of(int n)
{
    if (n > 90)
        return NULL;
    info = (struct nb_info){.bits = 1 + n % 32, .kind = n & 1, .grey = n > 40, .inner = {n % 5}, .any = {-n}};
    if (WRONG == BITS && n == 77)
        info.bits = 33;
    if (WRONG == KIND && n == 77)
        *(int *)&info.kind = 2;
    if (WRONG == GREY && n == 77)
        *(unsigned char *)&info.grey = 2;
    if (WRONG == INNER && n > 60)
        info.inner.depth = 9;
    if (WRONG == COUNTS && n > 60)
        info.counts[1] = -1;
    return &info;
}
const bool *nb_steps(int n, size_t *count)
{
    *count = n % 8;
    for (int i = 0; i < 8; i++)
        steps[i] = i < n % 8 ? i & 1 : 99; /* what lies behind them is nobody's */
    if (WRONG == STEPS && n == 7)
        steps[6] = 8;
    _Static_assert(sizeof(bool) == 1, "");
    return (const bool *)steps;
}
int nb_find(int n, const struct nb_info **found)
{
    static const struct nb_info none = {.bits = 99, .inner = {99}};
    *found = n > 50 || (WRONG == FAILS && n == 50) ? &none : nb_of(n); /* of a failure nothing is promised */
    return n > 50 ? -1 : 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: nb
header: nb.h
libraries: {c: {path: libnb.so}}
types:
  nb_kind: {enum: closed}
  nb_info:
    fields:
      bits: {range: [1, 32]}
      inner.depth: {range: [0, 4]}
      counts: {range: [0, 100]}
functions:
  nb_of:
    params: {n: {range: [0, 100]}}
    returns: {to: nb_info, lifetime: static, nullable: n > 90}
  nb_steps:
    params: {n: {range: [0, 100]}, count: {out: size_t}}
    returns: {to: array, length: count, lifetime: static, until: nb_steps}
  nb_find:
    params:
      n: {range: [0, 100]}
      found: {out: {to: nb_info, lifetime: static}, on_failure: unspecified}
    returns: {status: {ok: [0], errors: {-1: none}}}
"""
FOUND = {
    "BITS": ("nb_of", "result.bits"),
    "KIND": ("nb_of", "result.kind"),
    "GREY": ("nb_of", "result.grey"),
    "INNER": ("nb_of", "result.inner.depth"),
    "COUNTS": ("nb_of", "result.counts[]"),
    "STEPS": ("nb_steps", "result[]"),
    "FAILS": ("nb_find", "found[].bits"),
}
