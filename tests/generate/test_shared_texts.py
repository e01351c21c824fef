"""What one call of a sequence was given is given to others, where it is text in their encoding."""

from __future__ import annotations

import pytest

from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import some_sequences

HEADER = """
typedef struct st_set st_set;
st_set *st_new(void);
void st_free(st_set *set);
int st_put(st_set *set, const char *text);
int f(const st_set *set, const char *text);
"""


def given(function, encoding):
    """Return the texts that `st_put` and `f` are given, where any bytes but NUL are valid for the former."""
    boundary, _ = function(
        HEADER,
        f"params: {{set: {{handle: st_set}}, text: {{in: string{encoding}}}}}",
        types="handles: {st_set: {create: st_new, destroy: st_free}}",
        others="""
st_put: {params: {set: {handle: st_set}, text: {in: string, encoding: mostly utf-8}}}
""",
    )
    steps = [
        step
        for case in some_sequences(boundary, SequenceModel.of(boundary, "st_set"), 300)
        for step in case.steps
    ]
    put, found = ({s.arguments["text"] for s in steps if s.function == name} for name in ("st_put", "f"))
    return put, found


def is_text(raw):
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_broken_text_is_not_given_to_what_takes_text(function):
    put, found = given(function, "")

    assert not all(map(is_text, put))
    assert all(map(is_text, found))
    assert any(found & put)


@pytest.mark.slow
def test_broken_text_is_given_to_what_takes_that_as_well(function):
    put, found = given(function, ", encoding: mostly utf-8")

    assert [raw for raw in put & found if not is_text(raw)]
