"""Calls at the edges that the contract draws: where a promise's conditions hold together, just inside and outside.

A promise such as ``implies(route == b"/quote" and kind == QUOTE, result == (size < LIMIT))`` is put to the test
only by calls that meet all of its conditions at once, which random values seldom do. These are made on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abidance.boundary.shapes import Pointer, Record, Scalar, What
from abidance.generate.complete import UnlawfulExampleError, complete

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model import Boundary, Function
    from abidance.boundary.shapes import Member
    from abidance.boundary.values import Case
    from abidance.contract.expression import Fact

MOST = 100
"""At most so many for a function, in the order of its promises."""

Assignment = dict[str, Any]
"""Values by dotted path; ``len(path)`` stands for the length of what is there."""


def scenario_cases(boundary: Boundary, function: Function) -> list[Case]:
    """Return the lawful calls, each the simplest one in its situation; the same ones every time."""
    found: dict[str, Case] = {}
    for assignment in _assignments(boundary, function):
        given = _given(function.members, assignment)
        if given is None:
            continue
        try:
            case = complete(boundary, function, given)
        except UnlawfulExampleError:
            continue
        found.setdefault(repr(case), case)
        if len(found) >= MOST:
            break
    return list(found.values())


def _assignments(boundary: Boundary, function: Function) -> Iterator[Assignment]:
    seen: set[str] = set()
    for expression in (*function.ensures, *function.requires):
        for facts in expression.scenarios(boundary.constants):
            inputs = [fact for fact in facts if _is_input(function, fact)]
            for assignment in _edges(inputs):
                if repr(sorted(assignment.items(), key=repr)) not in seen:
                    seen.add(repr(sorted(assignment.items(), key=repr)))
                    yield assignment


def _edges(facts: list[Fact]) -> Iterator[Assignment]:
    """Yield one assignment that meets all facts, then each fact's near misses with the others met."""
    met: Assignment = {}
    for fact in facts:
        values = _values(fact)
        if values:
            met[_path(fact)] = values[0]
    if not met:
        return
    for fact in facts:
        for value in _values(fact):
            yield {**met, _path(fact): value}


def _values(fact: Fact) -> list[Any]:
    """Return values for a fact's operand: those that meet it first, then those just beside them."""
    value = fact.value
    if isinstance(value, tuple):
        inside = [item for item in value if isinstance(item, int | bytes)]
        return inside[:8] if fact.operator == "in" else []
    if isinstance(value, bytes):
        near = [value[:-1], value + b"s", value + b"\0"] if value else [b"\0"]
        return [value, *near] if fact.operator in ("==", "in") else [*near, value]
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


def _path(fact: Fact) -> str:
    return f"len({fact.operand.path})" if fact.operand.length else fact.operand.path


def _is_input(function: Function, fact: Fact) -> bool:
    return _find(function.members, fact.operand.path.split(".")) is not None


def _find(members: tuple[Member, ...], path: list[str]) -> Member | None:
    """Return the member at a path when a caller can choose its value."""
    found = next((member for member in members if member.name == path[0]), None)
    if found is None or (isinstance(found.shape, Pointer) and not found.shape.direction.read):
        return None
    if len(path) == 1:
        return found
    inner = found.shape.element if isinstance(found.shape, Pointer) else found.shape
    return _find(inner.members, path[1:]) if isinstance(inner, Record) else None


def _given(members: tuple[Member, ...], assignment: Assignment) -> dict[str, Any] | None:
    """Return an assignment as nested arguments, or None when a value does not fit its place."""
    given: dict[str, Any] = {}
    for path, value in assignment.items():
        bare = path.removeprefix("len(").removesuffix(")") if path.startswith("len(") else path
        member = _find(members, bare.split("."))
        made = None if member is None else _fit(member, value, length=bare != path)
        if made is None:
            return None
        *outer, last = bare.split(".")
        place = given
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = made
    return given


def _fit(member: Member, value: Any, *, length: bool) -> Any:
    shape = member.shape
    memory = isinstance(shape, Pointer) and shape.what in (What.BYTES, What.STRING)
    if length:
        return b"a" * value if memory and isinstance(value, int) and 0 <= value <= 1 << 16 else None
    if isinstance(value, bytes):
        return value if memory else None
    scalar = shape.element if isinstance(shape, Pointer) and shape.what is What.ONE else shape
    if not isinstance(scalar, Scalar) or not isinstance(value, int):
        return None
    lawful = value in scalar.members if scalar.members else scalar.lowest <= value <= scalar.highest
    return value if lawful else None
