"""Texts that a law is given have the characters of which it says something, not in front alone."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from abidance.generate.laws import law_cases
from abidance.generate.scope import FilterLog

LAW = """
    laws:
      it_has_a_tilde:
        given: {text: {in: string, encoding: ascii, max: 4}}
        steps: [a = f(text)]
        ensures: ["(a.result == 1) == any(c == 126 for c in text)"]
"""


def test_a_character_that_a_condition_names_is_common(function):
    boundary, _ = function("int f(const char *text);", "params: {text: {in: string}}\n", types=LAW)
    texts = []

    @settings(max_examples=100, derandomize=True, database=None, suppress_health_check=[*HealthCheck])
    @given(law_cases(boundary, boundary.laws["it_has_a_tilde"], FilterLog()))
    def drawn(case):
        texts.append(case.arguments["text"])

    drawn()
    assert sum(b"~" in text[1:] and not text.startswith(b"~") for text in texts) >= 3
