"""Handles that are records which functions return, take and end by value, such as an image with its pixels."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from abidance.draft.handle_pairs import ALLOCATES, HandleFacts
from abidance.draft.reference_counts import REFERENCES
from abidance.header.name_words import destroys, words_of
from abidance.ir.types import RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.views import FunctionView, HeaderView


_FREES = ("free", "munmap")
_COPIES = REFERENCES | {"copy", "dup", "duplicate", "clone"}


def find_handles_by_value(header: HeaderView) -> dict[str, HandleFacts]:
    """Return the records that functions return by value and one function ends, by the key of the record.

    What leads nowhere, a point or a colour, has nothing to end.
    """
    made: dict[str, list[str]] = defaultdict(list)
    ended: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name in header.functions:
        view = header.view(name)
        if key := header.record_key(view.function.returns):
            made[key].append(name)
        rank = destroys(name)
        if rank is not None and len(view.parameters) == 1:
            (parameter,) = view.parameters.values()
            target = header.target(parameter.type)
            if key := header.record_key(parameter.type if target is None else target):
                ended[key].append((rank, name))
    found = {}
    for key, names in made.items():
        if not ended[key] or header.is_plain_data(RecordRef(key)):
            continue
        spelling = header.type_name(header.declarations.functions[names[0]].returns)
        views = (header.view(name) for name in _that_allocate(header, key, names))
        creators = tuple(view.name for view in sorted(views, key=lambda view: _simplicity(view, key)))
        destroyer = min(ended[key])[1]
        if " " not in spelling:
            found[key] = HandleFacts(
                spelling, key, spelling, opaque=False, creators=creators, destroyer=destroyer
            )
    return found


def _that_allocate(header: HeaderView, key: str, names: list[str]) -> list[str]:
    """Return the functions that leave something to end in the record: those that allocate, or are given one.

    Others put what the caller has into it, as a wrapper around a text does. Where no code allocates, nothing is known.
    """
    calls = header.source.calls
    allocate = [name for name in names if calls.leading_to(header.symbol(name), ALLOCATES)]
    given = [name for name in names if _given(header.view(name), key)]
    return [name for name in names if name in allocate or name in given] if allocate else names


def _given(view: FunctionView, key: str) -> int:
    """Return how many such records a function is given by value."""
    return sum(view.header.record_key(each.type) == key for each in view.parameters.values())


def taken_by_value(view: FunctionView) -> Iterator[tuple[str, HandleFacts]]:
    """Yield the parameters that are given such a handle by value."""
    for name, parameter in view.parameters.items():
        key = view.header.record_key(parameter.type)
        facts = view.handle_of(RecordRef(key)) if key else None
        if facts is not None:
            yield name, facts


def may_take_over(view: FunctionView, facts: HandleFacts) -> str | None:
    """Return why a function may take a handle over that it is given by value; None where nothing says so.

    What ends one may have become a part of that function, of which only `free` is seen then.
    """
    calls, destroyer = view.header.source.calls, facts.destroyer or ""
    if view.header.record_key(view.function.returns) == facts.key and not _copies(view.name):
        return "what it returns may be that one, or have it inside"
    if not calls.known:
        return "nothing is known of its code"
    symbols = [view.header.symbol(name) for name in view.header.functions]
    ends = view.header.symbol(destroyer) in calls.exported_within(view.function.symbol, symbols)
    return "its code may free it" if ends or calls.leading_to(view.function.symbol, _FREES) else None


def _copies(name: str) -> bool:
    return not _COPIES.isdisjoint(words_of(name))


def _simplicity(view: FunctionView, key: str) -> tuple[int, int, str]:
    """Return what orders the creators of a record: one that is given another comes last."""
    return _given(view, key), len(view.parameters), view.name
