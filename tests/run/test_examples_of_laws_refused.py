"""An input of a law that the contract writes out, and that some step may not be given, is told with what refuses it."""

from __future__ import annotations

import pytest

HEADER = """\
int er_half(int number);
int er_word(const char *text, int times);
"""
SOURCE = """\
#include "er.h"
int er_half(int number) { return number / 2; }
int er_word(const char *text, int times) { return *text ? times : 0; }
"""
CONTRACT = """\
abidance: 1
boundary: er
header: er.h
libraries: {c: {path: liber.so}}
functions:
  er_half:
    params: {number: {range: [0, 20]}}
  er_word:
    params: {text: {in: string, like: '[a-c]{1,3}'}, times: {range: [0, 9]}}
laws:
  as_often_as_said:
    given: {text: {in: string, generate: words:words}, number: {in: int, range: [0, 40]}}
    steps: [a = er_half(number), b = er_word(text, a.result)]
    ensures: [b.result == number // 2]
    examples: [{number: 30}]
"""
WORDS = 'def words():\n    return ["abc", "xyz"]\n'


@pytest.mark.slow
def test_what_a_step_may_not_be_given_is_pointed_at(judged_of, tmp_path):
    for folder in {tmp_path, *tmp_path.glob("*/")}:
        (folder / "words.py").write_text(WORDS)
    for judged in judged_of("er", HEADER, SOURCE, CONTRACT, "as_often_as_said", ("laws",)):
        labels = [[(each.span.line, each.text) for each in reason.labels] for reason in judged.reasons]
        assert labels == [[(15, ""), (7, "not met")], [(12, ""), (9, "not met")]]
        assert judged.findings == ()


NEVER = """\
  never_given:
    given: {number: {in: int, range: [0, 99]}}
    requires: [number < 50]
    steps: [a = er_half(number), b = er_word("x", a.result)]
    ensures: [b.result == number // 2]
"""


@pytest.mark.slow
def test_what_refuses_all_that_a_law_allows_is_pointed_at(judged_of):
    for judged in judged_of("er", HEADER, SOURCE, CONTRACT + NEVER, "never_given", ("laws",)):
        (reason,) = judged.reasons
        (label,) = reason.labels
        assert label.span.line == 9, "its own precondition refuses more, and not all"
        assert label.text.startswith("refuses most of them: `text` ")
