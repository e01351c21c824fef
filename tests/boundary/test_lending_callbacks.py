"""Callbacks that hand out memory and say how much it is: what they may say of it, and what is generated."""

from __future__ import annotations

import pytest

from abidance.boundary.values.callback_writes import counted_answer, counted_by_result, written_by
from abidance.generate.scripts import scripts

HEADER = """
#include <stddef.h>
typedef struct pair { const char *name; } pair;
void load(const char *(*chunk)(size_t *size));
void take(int (*lend)(const char **bytes, pair **pairs, size_t *count));
"""
CALLBACK = "{{callback: {{params: {{size: {{out: size_t}}}}, returns: {0}}}}}"
RETURNS = "functions: {{load: {{params: {{chunk: " + CALLBACK + "}}}}}}"
LENDS = "functions: {{take: {{params: {{lend: {{callback: {{params: {{{0}}}, returns: {{range: [-1, 9]}}}}}}}}}}}}"


def test_what_is_returned_is_counted_behind_a_parameter(joined):
    shape = joined(HEADER, RETURNS.format("{to: bytes, length: size}")).functions["load"].members[0].shape

    assert counted_answer(shape) == "size"
    assert written_by(shape) == ()
    assert all(each.answers[-1] == b"" for each in scripts(shape)), "there is an end"


@pytest.mark.parametrize(("length", "told"), [("result", "result"), ("count", "count"), ("3", "")])
def test_what_is_lent_is_counted_by_what_its_length_names(joined, length, told):
    text = LENDS.format(f"bytes: {{out: {{to: bytes, length: {length}}}}}, count: {{out: size_t}}")
    shape = joined(HEADER, text).functions["take"].members[0].shape

    (lent, *_) = written_by(shape)
    assert (lent.member.name, lent.told) == ("bytes", told)
    assert counted_by_result(shape) == (told == "result")
    for each in scripts(shape):
        for answer, turn in zip(each.answers, each.written, strict=True):
            assert told != "result" or answer == len(turn.get("bytes", b"")) or (answer == -1 and not turn)


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (RETURNS.format("{to: bytes, length: size + 1}"), None),
        (RETURNS.format("{to: bytes, length: sice}"), "unknown name `sice`"),
        (
            LENDS.format("bytes: {out: {to: bytes, length: result, owner: caller, free: free}}"),
            "`owner` does not apply to what a callback lends, which is there until the test case ends",
        ),
        (
            LENDS.format("pairs: {out: {to: pair}}"),
            "a callback lends bytes, strings and what has no pointers in it",
        ),
        (LENDS.format("count: {out: {to: size_t}}"), "this is a `size_t *`: there is no pointer behind it"),
    ],
)
def test_what_cannot_be_lent_is_refused(refused, contract, message):
    found = refused(HEADER, contract)

    worked_out = (
        "`size + 1` is worked out from what the callback tells: its length is what it tells, as it is"
    )
    assert any((message or worked_out) in each for each in found), found
