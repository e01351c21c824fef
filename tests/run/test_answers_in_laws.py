"""A step of a law says what a callback answers, time after time."""

from __future__ import annotations

import re

import pytest

from abidance.cli.main import main

HEADER = "int aw_each(const char *text, int (*row)(void *data, char c), void *data);\n"
SOURCE = """\
#include "aw.h"
enum { SOUND, NEAR, WRONG };
int aw_each(const char *text, int (*row)(void *data, char c), void *data)
{
    int count = 0, stop = 0;
    while (!stop && *text) {
        count++;
        stop = row(data, *text++);
        if (VARIANT == WRONG && count == 3) stop = 0;  /* it goes on after the third row, whatever that says */
        if (VARIANT == NEAR) stop = !!stop;
    }
    return stop ? count : 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: aw
header: aw.h
libraries: {c: {command: [gcc, -DVARIANT=0, -shared, -fPIC, aw.c, -o, libaw.so], artifact: libaw.so}}
builds: [release]
functions:
  aw_each:
    params:
      text: {in: string, encoding: ascii, max: 8}
      row: {callback: {returns: {one_of: [0, 1]}}, user_data: data}
laws:
  it_ends_where_the_row_says:
    given: {text: {in: string, encoding: ascii, max: 8}, n: {in: int, range: [0, 5]}}
    requires: [n < len(text)]
    steps: ["a = aw_each(text, row=[0] * n + [1])"]
    ensures: [a.result == n + 1, len(a.row.calls) == n + 1, "[c.result for c in a.row.calls] == [0] * n + [1]"]
  it_ends_at_the_third: aw_each("abc", row=[0, 0, 1]) == 3
  it_goes_on_as_long_as_there_are_some:
    given: {text: {in: string, encoding: ascii, max: 8}}
    steps: ["a = aw_each(text, row=[0])"]
    ensures: [a.result == 0, len(a.row.calls) == len(text)]
"""


def judged(variant, reported):
    return reported("aw", HEADER, SOURCE, CONTRACT, variant, "--phase", "laws")


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_it_answers_what_the_law_says(variant, reported):
    assert judged(variant, reported)[0] == 0


@pytest.mark.slow
def test_what_answers_otherwise_than_the_law_needs_is_found(reported):
    status, report = judged(2, reported)

    assert status == 1
    broken = re.findall(r"error\[(\w+)\] [a-z-]+: the law `(\w+)`", report)
    assert {*broken} == {("ABD376", "it_ends_where_the_row_says"), ("ABD376", "it_ends_at_the_third")}
    assert "static const int answers[] = {0, 0, 1};" in report
    assert main(["replay", re.search(r"abidance replay (\w+)", report)[1]]) == 1


@pytest.mark.slow
def test_answers_that_depend_on_what_is_given_are_those_that_it_may_have(written, capsys):
    text = CONTRACT.replace("[0] * n + [1])", "[n])").replace("n < len(text)", "len(text) > 0")
    law = "    ensures: [a.result == n, len(a.row.calls) > 0]\n"
    text = re.sub(r"    ensures: \[a.result == n \+ 1.*\n", law, text).partition("  it_ends_at")[0]
    written("aw", HEADER, SOURCE, text)

    assert main(["run", "aw.contract.yaml", "--phase", "laws", "--seed", "1", "--max-examples", "20"]) == 0
