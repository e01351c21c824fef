"""Texts and bytes that a call has left, and of which the contract gives an encoding or a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import element_of, innermost, record_of
from abidance.boundary.model.types import Direction, HandleShape, PointerShape
from abidance.boundary.model.variants import living_of
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Member, Shape
    from abidance.checks.evidence.case_result import CaseResult


def texts_left(trial: CaseResult) -> Iterator[tuple[str, bytes, PointerShape]]:
    """Yield the path, the bytes and the shape of each."""
    result, seen = trial.function.result, trial.seen
    yield from _inside("result", result.shape, seen.result)
    for member in trial.function.members:
        shape, left = member.shape, seen.after.get(spelling(member.name))
        if isinstance(shape, PointerShape) and shape.direction.written:
            yield from _inside(member.name, shape, left)
        elif isinstance(shape, HandleShape) and isinstance(left, Mapping):
            for each in _kept_up(trial, shape):
                value = left.get(each.name)
                yield from _inside(f"{member.name}.{each.name}", each.shape, value, kept_up=True)


def _kept_up(trial: CaseResult, shape: HandleShape) -> Iterator[Member]:
    """Yield the fields of a handle in the caller's memory that the library alone sets."""
    life = trial.boundary.handles[shape.handle]
    kept = life.kept_up(trial.function.name, shape)
    yield from (
        each for each in (life.record.members if life.record is not None else ()) if each.name in kept
    )


def _inside(
    path: str, shape: Shape, value: object, *, kept_up: bool = False
) -> Iterator[tuple[str, bytes, PointerShape]]:
    """Yield what is in a value; of what was read as well, the contract says what is passed, as of numbers."""
    shape = innermost(shape)
    if isinstance(shape, PointerShape) and isinstance(value, bytes):
        left = shape.window and shape.direction.read
        if kept_up or (shape.direction is not Direction.INOUT and not left):
            yield path, value, shape
    elif isinstance(value, list) and (element := element_of(shape)) is not None:
        for number, each in enumerate(value):
            yield from _inside(f"{path}[{number}]", element, each, kept_up=kept_up)
    elif isinstance(value, Mapping) and (record := record_of(shape)) is not None:
        for member in living_of(record, value).members:
            inner = value.get(member.name)
            yield from _inside(f"{path}.{member.name}", member.shape, inner, kept_up=kept_up)
