"""Numbers in a list are bytes where a step of a law passes memory: of a parameter, of a record's field, of a text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from abidance.generate.laws import law_cases
from abidance.generate.scope import FilterLog

DECLARATIONS = """
    typedef struct { const uint8_t *at; size_t size; } piece;
    int f(const uint8_t *in, size_t size);
    int g(const piece *one);
    int h(const char *text);
"""
PROMISE = "params: {in: {in: bytes, length: size}}\n"
TYPES = "types: {piece: {fields: {at: {to: bytes, length: size}, size: {range: [0, 9]}}}}"
OTHERS = "g: {params: {one: {in: piece}}}\nh: {params: {text: {in: string}}}\n"
QUICK = settings(max_examples=20, derandomize=True, database=None, suppress_health_check=[*HealthCheck])


@pytest.fixture
def steps(function):
    """Return the arguments that a step of a law makes of what it is given, a number `n`."""

    def ask(step, numbers=(0, 255)):
        law = (
            f"laws: {{one: {{given: {{n: {{in: int, range: {[*numbers]}}}}}, "
            f"steps: ['a = {step}'], ensures: [a.result == 0]}}}}"
        )
        boundary, _ = function(DECLARATIONS, PROMISE, types=f"{TYPES}\n{law}", others=OTHERS)
        found = []

        @QUICK
        @given(law_cases(boundary, boundary.laws["one"], FilterLog()))
        def drawn(case):
            found.append((case.arguments["n"], case.steps[-1].arguments))

        drawn()
        return found

    return ask


def test_of_a_parameter_which_tells_the_length(steps):
    found = steps("f([1, n])")

    assert found
    assert all(given == {"in": bytes([1, n]), "size": 2} for n, given in found)


def test_of_a_field_which_tells_the_length(steps):
    assert all(given["one"] == {"at": bytes([7, n]), "size": 2} for n, given in steps("g(one.at=[7, n])"))


def test_of_a_text(steps):
    assert all(given["text"] == b"ab" for _, given in steps("h([97, 98])"))


def test_numbers_that_are_no_bytes_make_no_call(steps):
    with pytest.raises(Unsatisfiable):
        steps("f([1, n])", numbers=(256, 300))
