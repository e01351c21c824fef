"""What a handle counts by what a call is given and by what it returns, both."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct ct_jar ct_jar;
ct_jar *ct_new(void);
void ct_free(ct_jar *jar);
int ct_put(ct_jar *jar, int n);
int ct_take(ct_jar *jar, int n);
int ct_has(const ct_jar *jar);
"""
SOURCE = """\
#include "ct.h"
#include <stdlib.h>
struct ct_jar { int has; };
ct_jar *ct_new(void) { return calloc(1, sizeof(ct_jar)); }
void ct_free(ct_jar *jar) { free(jar); }
int ct_put(ct_jar *jar, int n)
{
    int bonus = n == 2;
    jar->has += n + bonus;
    if (jar->has > 8) abort();
    return BONUS;
}
int ct_take(ct_jar *jar, int n)
{
    int rest = n > jar->has ? n - jar->has : 0;
    jar->has -= n - rest;
    return rest;
}
int ct_has(const ct_jar *jar) { return jar->has; }
"""
CONTRACT = """\
abidance: 1
boundary: ct
header: ct.h
libraries: {c: {path: libct.so}}
handles:
  ct_jar:
    create: ct_new
    destroy: ct_free
    counts: {has: {most: 8, shown_by: {ct_has: result == has}}}
    transitions:
      ct_put: {counts: {has: has + n + result}}
      ct_take: {counts: {has: has - n + result}, while: has > 2}
functions:
  ct_put: {params: {n: {range: [0, 3]}}, returns: {range: [0, 1]}}
  ct_take: {params: {n: {range: [0, 2]}}, returns: {range: [0, 2]}}
  ct_has:
"""


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize("bonus", ["bonus", "0"])
def test_both_are_counted(bonus, codes_of_sequences):
    found = codes_of_sequences("ct", HEADER, SOURCE, CONTRACT, "ct_jar", f"-DBONUS={bonus}")

    assert ("ABD334" in found) if bonus == "0" else not found


def test_a_result_that_may_be_anything_is_refused(written, capsys):
    written("ct", HEADER, SOURCE, CONTRACT.replace("returns: {range: [0, 1]}", "returns: {}"))

    assert main(["check", "ct.contract.yaml"]) == 2
    told = capsys.readouterr().out
    assert "nobody knows how far `has + n + result` would count: say the range of `result`" in told
