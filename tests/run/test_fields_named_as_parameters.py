"""A record with a field that is called as a parameter is, of which calls are given a value of their own."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct fp_item { unsigned flags; int weight; } fp_item;
int fp_sum(const fp_item *const *items, const unsigned *flags, size_t n);
int fp_sum_of(const fp_item *items, const unsigned *flags, size_t n);
"""
SOURCE = """\
#include "fp.h"
int fp_sum_of(const fp_item *items, const unsigned *flags, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (flags == NULL && !READS) || (flags[i] & items[i].flags) ? items[i].weight : 0;
    return sum;
}
int fp_sum(const fp_item *const *items, const unsigned *flags, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += items[i] == NULL ? 0 : fp_sum_of(items[i], flags == NULL ? NULL : flags + i, 1);
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: fp
header: fp.h
libraries: {c: {path: libfp.so}}
types: {fp_item: {fields: {flags: {flags: [1, 2, 4]}, weight: {range: [0, 9]}}}}
functions:
  fp_sum:
    params:
      items: {in: array, of: {to: fp_item, nullable: true}, length: n}
      flags: {in: array, length: n, nullable: true, flags: [1, 2, 4]}
      n: {range: [0, 4]}
    ensures: ["implies(flags == null, result == sum(each.weight for each in items if each != null))"]
  fp_sum_of:
    params:
      items: {in: array, length: n}
      flags: {in: array, length: n, nullable: true, flags: [1, 2, 4]}
      n: {range: [0, 4]}
    ensures: ["implies(flags == null, result == sum(each.weight for each in items))"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("function", ["fp_sum", "fp_sum_of"])
@pytest.mark.parametrize(("reads", "codes"), [(0, set()), (1, {"ABD301"})])
def test_a_parameter_is_null_and_the_fields_are_not(reads, codes, function, codes_of):
    found = codes_of("fp", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DREADS={reads}")

    assert {*found} == codes
