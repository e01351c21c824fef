"""Pointer fields of a record: what they point to, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import PlaceDraft, Rank, guessed, sure
from abidance.header.name_words import is_size
from abidance.ir.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import HeaderView
    from abidance.ir.declarations import Field
    from abidance.ir.types import Type

_COUNTED = frozenset(("counted_by", "sized_by"))


def field_drafts(header: HeaderView, type_: Type) -> Iterator[PlaceDraft]:
    """Yield what is drafted for the pointers in a record; one of which nothing is known is always NULL."""
    record = header.record(type_)
    if record is None:
        return
    fields = [*header.declarations.named_fields(record)]
    for index, field in enumerate(fields):
        if header.target(field.type) is None:
            continue
        guesses = tuple(_guesses(header, fields, index, field))
        yield PlaceDraft(field.name, spell(field.type, field.name, header.declarations), guesses)


def _guesses(header: HeaderView, fields: list[Field], index: int, field: Field) -> Iterator[Guess]:
    target = header.target(field.type)
    assert target is not None
    counted = next((each for each in field.attributes if each.name in _COUNTED and each.arguments), None)
    beside = fields[index + 1] if index + 1 < len(fields) else None
    what = "bytes" if header.is_byte(target) else "array"
    simple = header.is_byte(target) or header.is_plain_data(target)
    handles = header.handles.get(header.record_key(target) or "", ())
    if counted is not None and simple:
        yield sure("to", what, Rank.ATTRIBUTE, counted.name)
        yield sure("length", str(counted.arguments), Rank.ATTRIBUTE, counted.name)
    elif len(handles) == 1 and handles[0].creators:
        yield guessed("handle", handles[0].name, Rank.TYPE, "its type")
    elif header.is_char(target) and header.is_const(target):
        yield guessed("to", "string", Rank.NAME, "a `const char *`")
    elif beside is not None and header.is_integer(beside.type) and is_size(beside.name) and simple:
        yield guessed("to", what, Rank.NAME, f"`{beside.name}` after it")
        yield guessed("length", beside.name, Rank.NAME, f"`{beside.name}` after it")
    else:
        yield guessed("nullable", value=True, rank=Rank.CAUTION, text="what it points to is not known")
