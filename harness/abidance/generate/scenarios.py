"""Calls at the edges that the contract draws: where a promise's conditions hold together, just inside and outside.

A promise such as ``implies(route == b"/quote" and kind == QUOTE, result == (size < LIMIT))`` is put to the test
only by calls that meet all of its conditions at once, which random values seldom do. These are made on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import along, generated_by, number_of, single
from abidance.boundary.model.types import PointerShape, RecordShape, What
from abidance.generate.buffers import variations
from abidance.generate.hints import path_of
from abidance.generate.parts import condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.contract.expression import Expression, Fact

Assignment = dict[str, object]
"""Values by dotted path, None for NULL; ``len(path)`` stands for the length of what is there."""


def assignments(boundary: Boundary, function: BoundaryFunction) -> Iterator[Assignment]:
    """Yield what the situations of a function's promises fix; they need not be valid."""
    for path, nullable in _conditional_nulls(function.members):
        around = path.rpartition(".")[0]
        for facts in nullable.scenarios(boundary.constants):
            for prefix in dict.fromkeys((f"{around}." if around else "", "")):
                for assignment in _edges([f for f in facts if _is_input(function, f, prefix)], prefix):
                    yield {**assignment, path: None}
    for expression in (*function.ensures, *function.requires):
        for facts in expression.scenarios(boundary.constants):
            yield from _edges([fact for fact in facts if _is_input(function, fact)])


def given_for(function: BoundaryFunction, assignment: Assignment) -> dict[str, object] | None:
    """Return an assignment as nested arguments, or None when a value does not fit its place."""
    given: dict[str, object] = {}
    for path, value in assignment.items():
        bare = path.removeprefix("len(").removesuffix(")") if path.startswith("len(") else path
        member = find(function.members, bare.split("."))
        null = value is None and member is not None
        made = None if member is None or null else _fit(member, value, length=bare != path)
        if made is None and not null:
            return None
        *outer, last = bare.split(".")
        place = given
        for name in outer:
            inner = place.setdefault(name, {})
            if not isinstance(inner, dict):
                return None
            place = inner
        place[last] = made
    return given


def _edges(facts: list[Fact], prefix: str = "") -> Iterator[Assignment]:
    """Yield one assignment that meets all facts, then each fact's near misses with the others met."""
    met: Assignment = {}
    for fact in facts:
        values = _values(fact)
        if values:
            met[path_of(fact.operand, prefix)] = values[0]
    if not met:
        return
    for fact in facts:
        for value in _values(fact):
            yield {**met, path_of(fact.operand, prefix): value}


def _values(fact: Fact) -> list[int | float | bytes]:
    """Return values for a fact's operand: those that meet it first, then those just beside them."""
    value = fact.value
    if isinstance(value, tuple):
        inside: list[int | float | bytes] = [item for item in value if isinstance(item, int | bytes)]
        return inside[:8] if fact.operator == "in" else []
    if isinstance(value, bytes):
        first, *near = variations(value)
        return [first, *near] if fact.operator in ("==", "in") else [*near, first]
    if isinstance(value, float):
        return [value]
    if isinstance(value, bool) or not isinstance(value, int):
        return []
    match fact.operator:
        case "<":
            return [value - 1, value, value + 1]
        case "<=":
            return [value, value + 1, value - 1]
        case ">":
            return [value + 1, value, value - 1]
        case ">=":
            return [value, value - 1, value + 1]
        case "!=":
            return [value + 1, value - 1, value]
    return [value, value + 1, value - 1]


def _conditional_nulls(members: tuple[Member, ...], prefix: str = "") -> Iterator[tuple[str, Expression]]:
    """Yield the pointers that may be NULL on a condition, by path, with the condition."""
    for member in members:
        shape = member.shape
        if nullable := condition(shape):
            yield f"{prefix}{member.name}", nullable
        inner = single(shape)
        if isinstance(inner, RecordShape):
            yield from _conditional_nulls(inner.members, f"{prefix}{member.name}.")


def _is_input(function: BoundaryFunction, fact: Fact, prefix: str = "") -> bool:
    path = fact.operand.path
    return (
        "[" not in path
        and find(
            function.members, path_of(fact.operand, prefix).removeprefix("len(").removesuffix(")").split(".")
        )
        is not None
    )


def find(members: tuple[Member, ...], path: list[str]) -> Member | None:
    """Return the member at a path when a caller can choose its value."""
    found = [*along(members, path)]
    for each in found:
        if isinstance(each.shape, PointerShape) and not each.shape.direction.read:
            return None
        if generated_by(each):
            return None  # the project's own Python chooses it
    return found[-1] if len(found) == len(path) else None


def _fit(member: Member, value: object, *, length: bool) -> object:
    shape = member.shape
    memory = isinstance(shape, PointerShape) and shape.what in (What.BYTES, What.STRING)
    if length:
        return b"a" * value if memory and isinstance(value, int) and 0 <= value <= 1 << 16 else None
    if isinstance(value, bytes):
        text = isinstance(shape, PointerShape) and shape.what is What.STRING
        return value if memory and not (text and b"\0" in value) else None
    scalar = number_of(shape)
    if scalar is None or not isinstance(value, int | float):
        return None
    if scalar.kind == "float":
        return float(value)
    if not isinstance(value, int):
        return None
    lawful = scalar.has(value) if scalar.listed else scalar.lowest <= value <= scalar.highest
    return value if lawful else None
