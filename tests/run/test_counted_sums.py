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
int ct_turn(ct_jar *jar);
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
int ct_turn(ct_jar *jar)
{
    int more = jar->has % 2;
    jar->has += more ? 1 : -1;
    if (jar->has < 0 || jar->has > 8) abort();
    return more && !(TURN && jar->has == 4) ? -7 : 0;
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
      ct_turn: {counts: {has: has - 1 + 2 * (result != 0)}}
      ct_take: {counts: {has: has - n + result}, while: has > 2}
functions:
  ct_put: {params: {n: {range: [0, 3]}}, returns: {range: [0, 1]}}
  ct_take: {params: {n: {range: [0, 2]}}, returns: {range: [0, 2]}}
  ct_turn:
  ct_has:
"""


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize(("bonus", "turn"), [("bonus", 0), ("0", 0), ("bonus", 1)])
def test_both_are_counted(bonus, turn, codes_of_sequences):
    flags = f"-DBONUS={bonus}", f"-DTURN={turn}"
    found = codes_of_sequences("ct", HEADER, SOURCE, CONTRACT, "ct_jar", *flags, least=60)

    assert ("ABD334" in found) if bonus == "0" or turn else not found


def test_a_result_that_may_be_anything_is_refused(written, capsys):
    written("ct", HEADER, SOURCE, CONTRACT.replace("returns: {range: [0, 1]}", "returns: {}"))

    assert main(["check", "ct.contract.yaml"]) == 2
    told = capsys.readouterr().out
    assert "nobody knows how far `has + n + result` would count: say the range of `result`" in told


@pytest.mark.parametrize(
    "counted", ["has - 1 + n * (result != 0)", "has - (result != 0) + 2 * (result == 0)"]
)
def test_a_condition_that_is_not_counted_so_or_so_often_is_refused(counted, written, capsys):
    contract = CONTRACT.replace("has - 1 + 2 * (result != 0)", counted)
    written(
        "ct",
        HEADER,
        SOURCE,
        contract.replace("ct_turn: {counts", "ct_put: {counts").replace(
            "      ct_put: {counts: {has: has + n + result}}\n", ""
        ),
    )

    assert main(["check", "ct.contract.yaml"]) == 2
    assert "is no way to count `has` by what a call is given or returns" in capsys.readouterr().out
