"""Memory that one step of a law leaves and a later one is given is read as it is then."""

from __future__ import annotations

import pytest

from tiers import first

pytestmark = pytest.mark.full

HEADER = """
#include <stddef.h>
#include <stdint.h>
struct pair { int a, b; };
void lm_fill(uint8_t *buf, size_t n, uint8_t seed);
void lm_negate(uint8_t *buf, size_t n);
unsigned lm_sum(const uint8_t *buf, size_t n);
void lm_make(struct pair *out, int a);
void lm_swap(struct pair *it);
int lm_first(const struct pair *it);
int lm_try(struct pair *out, int fail);
int lm_maybe(int n, int *out);
int lm_twice(int n);
"""
SOURCE = """
void lm_fill(uint8_t *buf, size_t n, uint8_t seed) { for (size_t i = 0; i < n; i++) buf[i] = seed + i; }
void lm_negate(uint8_t *buf, size_t n)
{
    for (size_t i = 0; i < n - NEGATE_MISSES; i++) buf[i] = ~buf[i];
}
unsigned lm_sum(const uint8_t *buf, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) sum += buf[i];
    if (SUM_WRITES) ((uint8_t *)buf)[0] ^= 1;
    return sum;
}
void lm_make(struct pair *out, int a) { out->a = a; out->b = a / 2 + 1; }
void lm_swap(struct pair *it) { int a = it->a; it->a = it->b; it->b = SWAP_LOSES ? it->a : a; }
int lm_first(const struct pair *it) { return it->a; }
int lm_try(struct pair *out, int fail) { if (fail) { out->a += TRY_WRITES; return -1; } out->a = out->b = 1; return 0; }
int lm_maybe(int n, int *out) { if (out) *out = n; return n; }
int lm_twice(int n) { return 2 * n + TWICE_MORE; }
"""
CONTRACT = """
functions:
  lm_fill: {params: {buf: {out: bytes, capacity: n, length: n}, n: {range: [1, 16]}}}
  lm_negate: {params: {buf: {inout: bytes, length: n}, n: {range: [1, 16]}}}
  lm_sum: {params: {buf: {in: bytes, length: n}, n: {range: [1, 16]}}}
  lm_make: {params: {out: {out: struct pair}}}
  lm_swap: {params: {it: {inout: struct pair}}, ensures: [it.a == old(it.b) and it.b == old(it.a)]}
  lm_first: {params: {it: {in: struct pair}}, ensures: [result == it.a]}
  lm_try: {params: {out: {out: struct pair}, fail: {one_of: [0, 1]}}, returns: {status: {ok: [0], errors: {-1: no}}}}
  lm_maybe: {params: {n: {range: [0, 9]}, out: {out: int, nullable: true}}}
  lm_twice: {params: {n: {range: [0, 9]}}}
laws:
  negation:
    given: {n: size_t, seed: uint8_t}
    requires: [1 <= n <= 16]
    steps:
      - a = lm_fill(n, seed)
      - b = lm_negate(buf=a.buf, n=n)
      - c = lm_negate(buf=a.buf, n=n)
      - d = lm_sum(buf=a.buf, n=n)
    ensures:
      - all(b.buf[i] == 255 - a.buf[i] for i in range(n))
      - c.buf == a.buf
      - d.result == sum(a.buf)
  swapping:
    given: {v: int}
    steps: [a = lm_make(a=v), b = lm_swap(it=a.out), c = lm_first(it=a.out), d = lm_swap(it=a.out)]
    ensures: [b.it.a == a.out.b, c.result == b.it.a, c.it.b == a.out.a, d.it.a == a.out.a and d.it.b == a.out.b]
  trying:
    given: {v: int}
    steps: [a = lm_make(a=v), b = lm_try(out=a.out, fail=1)]
    ensures: [b.result == -1]
  maybe:
    given: {v: int}
    requires: [0 <= v <= 9]
    steps: [a = lm_maybe(n=v), b = lm_twice(n=a.out)]
    ensures: [b.result == 2 * v]
"""
DEFECTS = {
    "NEGATE_MISSES": ("negation", "ABD376"),
    "SUM_WRITES": ("negation", "ABD313"),
    "SWAP_LOSES": ("swapping", "ABD321"),
    "TRY_WRITES": ("trying", "ABD326"),
    "TWICE_MORE": ("maybe", "ABD376"),
}


def flags(wrong=None):
    return [f"-D{name}={int(name == wrong)}" for name in DEFECTS]


@pytest.mark.full
def test_laws_about_memory_that_is_changed_in_place_hold(small):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=flags())

    assert (ended.status, ended.codes) == (0, []), ended.text


@pytest.mark.parametrize("defect", first(DEFECTS))
def test_what_a_later_step_does_to_it_is_seen(defect, small):
    law, code = DEFECTS[defect]
    ended = small.run(HEADER, SOURCE, CONTRACT, "--phase", "laws", flags=flags(defect))

    assert (ended.status, ended.codes) == (1, [code]), ended.text
    assert f"`{law}`" in ended.text
