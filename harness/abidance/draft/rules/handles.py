"""Handles: taken by value, by a pointer, or stored through a `T **` by a function that creates one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.handles_by_value import may_take_over, taken_by_value
from abidance.draft.model import Rank, gap, guessed, sure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.handle_pairs import HandleFacts
    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the handles among the parameters."""
    header = view.header
    for name, facts in taken_by_value(view):
        if view.name == facts.destroyer:
            continue
        yield name, guessed("handle", facts.name, Rank.TYPE, "there are functions that begin and end one")
        if (why := may_take_over(view, facts)) is not None:
            yield (
                name,
                gap("owner", None, f"whether it takes `{name}` over, as `{facts.destroyer}` does: {why}"),
            )
    for name, _, target in view.pointers():
        handle = view.handle_of(target)
        if handle is not None and handle.creators:
            clause = sure if handle.opaque else guessed
            why = (
                "a function returns one" if handle.borrowed else "there are functions that begin and end one"
            )
            yield name, clause("handle", handle.name, Rank.TYPE, why)
            continue
        special_type = header.references.get(header.record_key(target) or "")
        if special_type and (handle is None or not handle.creators):
            yield name, gap("in", None, f"where a `{special_type}` for `{name}` comes from")
            continue
        inner = header.target(target)
        handle = view.handle_of(inner) if inner is not None else None
        if handle is not None and view.name in handle.creators and not _returns(view, handle):
            yield name, guessed("out", handle.name, Rank.TYPE, "a new handle is stored there")
        elif handle is not None and view.name == handle.destroyer:
            why = "it ends one, and is passed where the caller has it"
            yield name, guessed("inout", handle.name, Rank.TYPE, why)


def _returns(view: FunctionView, handle: HandleFacts) -> bool:
    """Tell whether a function returns the handle that it makes: then it stores no other."""
    return view.header.record_key(view.header.target(view.function.returns)) == handle.key
