"""The text that a strategy, or a model, gives of an array of characters: what is left out at its end is zero."""

from __future__ import annotations

import pytest

from abidance.boundary.model.values import FixedText
from abidance.boundary.python_hooks.plain_values import PlainError, from_plain
from abidance.contract.expression import declared

TYPES = "typedef struct {{ {} id[4]; }} chunk; int look(const chunk *chunk);"
CONTRACT = "types: {chunk: {}}\nfunctions: {look: {params: {chunk: {in: chunk}}}}"


def place(joined, type_):
    (member,) = joined(TYPES.format(type_), CONTRACT).functions["look"].members
    assert declared(member.name) == "chunk"
    return member.shape


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("char", "RIF", FixedText(b"RIF\0")),
        ("char", "RIFF", FixedText(b"RIFF")),
        ("char", "", FixedText(b"\0\0\0\0")),
        ("char", "a\0b", b"a\0b\0"),
        ("unsigned char", "é", b"\xc3\xa9\0\0"),
    ],
)
def test_text_is_what_it_is_in_memory(type_, text, value, joined):
    made = from_plain(place(joined, type_), {"id": text}, {}, "chunk")["id"]

    assert (made, type(made)) == (value, type(value))


@pytest.mark.parametrize(
    ("type_", "given", "why"),
    [
        ("char", "RIFFS", "gave 'RIFFS' for `chunk.id`, which must be text of at most 4 bytes"),
        ("char", b"RIF", "gave b'RIF' for `chunk.id`, which must be 4 elements"),
        ("int", "RIF", "gave 'RIF' for `chunk.id`, which must be a list"),
    ],
)
def test_what_does_not_fit_is_refused(type_, given, why, joined):
    with pytest.raises(PlainError) as caught:
        from_plain(place(joined, type_), {"id": given}, {}, "chunk")

    assert str(caught.value) == why
