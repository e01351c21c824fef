"""A result that is in the caller's memory where there is room, and else in a block that the caller frees."""

from __future__ import annotations

import pytest

from abidance.boundary.model.values import ROOM, Case
from abidance.checks.evidence.expectation import Expectation

HEADER = "char *shout(const char *text, char *room, size_t *size);"
CONTRACT = """
functions:
  shout:
    params:
      text: {in: string, max: 20}
      room: {out: bytes, capacity: size, nullable: true}
      size: {inout: size_t, range: [0, 24]}
    returns: {to: bytes, length: size, owner: caller, free: free, owned_unless: room}
    ensures: [size == len(text), len(result) == size]
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
char *shout(const char *text, char *room, size_t *size)
{
    static char own[64];
    (void)own;
    size_t length = strlen(text);
    char *result = room && length <= *size ? room : %s;
    memcpy(result, text, length);
    *size = length;
    return result;
}
"""
SOUND = "malloc(length + 1)"


@pytest.mark.slow
@pytest.mark.parametrize("size", [3, 2, 0])
@pytest.mark.parametrize("room", [ROOM, None])
def test_what_is_the_callers_either_way_is_freed_where_it_is_not_its_own(room, size, runner_for):
    _, runner = runner_for(HEADER, CONTRACT, SOURCE % SOUND)

    trial = runner.run(Case("shout", {"text": b"abc", "room": room, "size": size}), Expectation())

    assert [found.code.id for found in runner.judge.findings(trial)] == []
    freed = [each for each in trial.observation.calls if each.ran]
    assert len(freed) == (1 if room is ROOM and size == 3 else 2)


@pytest.mark.slow
def test_what_is_in_neither_cannot_be_freed(runner_for):
    _, runner = runner_for(HEADER, CONTRACT, SOURCE % "own")

    trial = runner.run(Case("shout", {"text": b"abc", "room": None, "size": 0}), Expectation())

    assert [found.code.id for found in runner.judge.findings(trial)] != []


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ("rom", "parameter `rom` is not in `shout`"),
        ("text", "the result cannot be in the memory of `text`: that is not memory which the call writes"),
    ],
)
def test_the_memory_is_that_of_a_parameter_that_is_written(clause, message, refused):
    contract = CONTRACT.replace("owned_unless: room", f"owned_unless: {clause}")

    assert refused(HEADER, contract) == [message]


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ("other", "parameter `other` is not in `value`"),
        ("n", "the result cannot be in the memory of `n`: that is no memory that is passed"),
    ],
)
def test_what_lasts_may_be_any_memory_that_is_passed(clause, message, refused):
    contract = f"""
functions:
  value:
    params: {{text: {{in: string}}}}
    returns: {{to: string, lifetime: static, owned_unless: {clause}}}
"""

    assert refused("const char *value(const char *text, int n);", contract) == [message]
