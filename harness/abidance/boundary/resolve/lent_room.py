"""Room that a function lends and the caller fills, joined with the function that is then told how much of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.functions import LentRoom
from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape, What
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.core.span import Span


def with_lent_room(
    functions: Mapping[str, BoundaryFunction], problems: Problems
) -> dict[str, BoundaryFunction]:
    """Return the functions, each with the room that is filled before it; complain where none can be."""
    found = dict(functions)
    for lender in functions.values():
        filled = lender.promise.returns.filled if lender.promise and lender.promise.returns else None
        if filled is None:
            continue
        taker, why = _taker(lender, filled, functions, problems)
        if taker is not None:
            found[taker.function] = replace(found[taker.function], lent=taker)
        elif why:
            labels = (Label(filled.span), Label(lender.declaration.span))
            problems.add(Diagnostic(WRONG_VALUE, why, labels))
    return found


def _taker(
    lender: BoundaryFunction, filled: Name, functions: Mapping[str, BoundaryFunction], problems: Problems
) -> tuple[LentRoom | None, str]:
    """Return how room is lent and filled, or why that cannot be."""
    name, _, parameter = filled.text.partition(".")
    function, shape = functions.get(name), lender.result.shape
    if function is None:
        known: dict[str, Span | None] = {each: one.span for each, one in functions.items()}
        problems.unknown("function", name, filled.span, known, "`functions`")
        return None, ""
    count = _number(function, parameter)
    if count is None:
        return None, f"`{name}` has no number `{parameter}`, so nothing tells how much was filled"
    room = shape.capacity.sole_name if isinstance(shape, PointerShape) and shape.capacity is not None else ""
    size = _number(lender, room)
    if not isinstance(shape, PointerShape) or shape.what is not What.BYTES or size is None:
        return (
            None,
            f"`{lender.name}` lends no room: say `to: bytes` and, as `capacity`, the parameter that asks for it",
        )
    handle = next(iter(_handles(lender)), "")
    if _handles(lender) != [handle] or handle not in _handles(function):
        return None, f"`{lender.name}` and `{name}` are not about one handle"
    others = [m for m in lender.members if m is not size and not isinstance(m.shape, HandleShape)]
    if any(not isinstance(m.shape, ScalarShape) for m in others):
        return None, f"`{lender.name}` takes more than a handle and numbers"
    return LentRoom(name, lender.name, size.name, count.name, handle), ""


def _number(function: BoundaryFunction, name: str) -> Member | None:
    return next(
        (
            m
            for m in function.members
            if m.name == name and isinstance(m.shape, ScalarShape) and m.shape.kind == "int"
        ),
        None,
    )


def _handles(function: BoundaryFunction) -> list[str]:
    return [m.shape.handle for m in function.members if isinstance(m.shape, HandleShape) and not m.shape.made]
