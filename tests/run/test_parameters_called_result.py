"""What a call leaves in a parameter called `result`, as `localtime_r` does, goes on to other steps of a law."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct pr_scale pr_scale;
typedef struct { int x, y; } pr_spot;
int pr_open(pr_scale **result);
void pr_close(pr_scale *scale);
int pr_twice(const pr_scale *scale, int number, int *result);
int pr_spot_of(int n, pr_spot *result);
int pr_sum(const pr_spot *spot);
int pr_text(int n, char *result);
int pr_length(const char *text, int from);
int pr_place(int *from);
"""
SOURCE = """\
#include "pr.h"
#include <stdlib.h>
#include <string.h>
struct pr_scale { int by; };
int pr_open(pr_scale **result)
{
    *result = malloc(sizeof **result);
    (*result)->by = 2;
    return 0;
}
void pr_close(pr_scale *scale) { free(scale); }
int pr_twice(const pr_scale *scale, int number, int *result)
{
    *result = scale->by * number + (WRONG && number == 8);
    return 0;
}
int pr_spot_of(int n, pr_spot *result)
{
    *result = (pr_spot){n, 2 + (WRONG && n == 7)};
    return 0;
}
int pr_sum(const pr_spot *spot) { return spot->x + spot->y; }
int pr_text(int n, char *result)
{
    memset(result, 'a', n);
    result[n - (WRONG && n == 7)] = '\\0';
    return 0;
}
int pr_length(const char *text, int from) { return strlen(text) - from + 1; }
int pr_place(int *from) { *from = 1; return 0; }
"""
CONTRACT = """\
abidance: 1
boundary: pr
header: pr.h
libraries: {c: {path: libpr.so}}
handles: {pr_scale: {create: pr_open, destroy: pr_close}}
functions:
  pr_open: {returns: {status: {ok: [0]}}}
  pr_close:
  pr_twice: {params: {number: {range: [0, 99]}, result: {out: int}}, returns: {status: {ok: [0]}}}
  pr_spot_of: {params: {n: {range: [0, 9]}, result: {out: pr_spot}}, returns: {status: {ok: [0]}}}
  pr_sum: {params: {spot: {in: pr_spot}}}
  pr_text: {params: {n: {range: [1, 9]}, result: {out: string, capacity: n + 1}}, returns: {status: {ok: [0]}}}
  pr_length: {params: {text: {in: string, max: 20}, from: {range: [0, 9]}}}
  pr_place: {params: {from: {out: int}}, returns: {status: {ok: [0]}}}
laws:
  of_a_record:
    given: {n: {in: int, range: [0, 9]}}
    steps: [a = pr_spot_of(n), b = pr_sum(a.result_)]
    ensures: [b.result == n + 2]
  of_a_text:
    given: {n: {in: int, range: [1, 9]}}
    steps: [p = pr_place(), a = pr_text(n), b = pr_length(a.result_, p.from_)]
    ensures: [b.result == n]
  of_a_handle:
    given: {n: {in: int, range: [0, 9]}}
    steps: [scale = pr_open(), a = pr_twice(scale.result_, n), "b = pr_twice(scale.result_, a.result_)"]
    ensures: [b.result_ == 4 * n]
"""


@pytest.mark.parametrize("law", ["of_a_record", "of_a_text", "of_a_handle"])
@pytest.mark.parametrize(("wrong", "codes"), [(0, set()), (1, {"ABD376"})])
def test_it_goes_on_to_the_next_step(law, wrong, codes, codes_of):
    found = codes_of("pr", HEADER, SOURCE, CONTRACT, law, ("laws",), f"-DWRONG={wrong}")

    assert {*found} == codes
