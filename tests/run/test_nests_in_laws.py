"""A handle that a law's step leaves out, and that may be made in another of its kind: the first is in none."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct nl_nest nl_nest;
nl_nest *nl_open(nl_nest *around);
void nl_close(nl_nest *nest);
int nl_twice(const nl_nest *nest, int number);
"""
SOURCE = """\
#include "nl.h"
#include <stdlib.h>
struct nl_nest { int depth; };
nl_nest *nl_open(nl_nest *around)
{
    nl_nest *nest = malloc(sizeof *nest);
    nest->depth = around == NULL ? 0 : around->depth + 1;
    return nest;
}
void nl_close(nl_nest *nest) { free(nest); }
int nl_twice(const nl_nest *nest, int number) { return nest->depth * 0 + 2 * number + (WRONG && number == 7); }
"""
CONTRACT = """\
abidance: 1
boundary: nl
header: nl.h
libraries: {c: {path: libnl.so}}
handles:
  nl_nest: {create: nl_open, destroy: nl_close}
functions:
  nl_open: {params: {around: {handle: nl_nest, nullable: NULLABLE}}}
  nl_twice: {params: {number: {range: [0, 9]}}}
laws:
  it_is_twice_as_much:
    given: {number: {in: int, range: [0, 9]}}
    steps: [a = nl_twice(number=number)]
    ensures: [a.result == 2 * number]
"""


@pytest.mark.parametrize(("wrong", "codes"), [(0, set()), (1, {"ABD376"})])
def test_the_first_is_in_none(wrong, codes, codes_of):
    contract = CONTRACT.replace("NULLABLE", "true")
    found = codes_of("nl", HEADER, SOURCE, contract, "it_is_twice_as_much", ("laws",), f"-DWRONG={wrong}")

    assert {*found} == codes


def test_where_there_is_no_first_one_the_law_is_not_judged(judged_of):
    contract = CONTRACT.replace("NULLABLE", "false")
    (item,) = judged_of("nl", HEADER, SOURCE, contract, "it_is_twice_as_much", ("laws",), "-DWRONG=0")

    assert [each.code.id for each in item.reasons] == ["ABD109"]
