"""Lifetimes of what a call leaves that nobody looks at later: behind another pointer, or in an array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.result_reads import lasting
from abidance.boundary.model import types as s

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.functions import BoundaryFunction


def unlooked_lifetimes(functions: Iterable[BoundaryFunction]) -> Iterator[str]:
    """Yield, for each pointer that a function leaves and that says how long it lasts, that this is not looked at."""
    for function in functions:
        looked_at = {id(each) for each in lasting(function).values()}
        for name, shape in _left(function):
            for path, pointer in _pointers(shape, name):
                if id(pointer) not in looked_at and pointer.lifetime not in ("", "call"):
                    yield (
                        f"how long what `{path}` of `{function.name}` leads to lasts: only what a call leaves itself "
                        "is looked at later, and not what lies behind it or in an array"
                    )


def _left(function: BoundaryFunction) -> Iterator[tuple[str, s.Shape]]:
    """Yield what a call leaves: its result, and what its out parameters point at."""
    yield s.RESULT_NAME, function.result.shape
    for member in function.members:
        shape = member.shape
        if isinstance(shape, s.PointerShape) and shape.direction is s.Direction.OUT:
            yield member.name, shape.element


def _pointers(shape: s.Shape, path: str) -> Iterator[tuple[str, s.PointerShape]]:
    match shape:
        case s.PointerShape():
            yield path, shape
            yield from _pointers(shape.element, path if shape.what is s.What.ONE else f"{path}[]")
        case s.ArrayShape(of=of):
            yield from _pointers(of, f"{path}[]")
        case s.RecordShape():
            for member in shape.members:
                yield from _pointers(member.shape, f"{path}.{member.name}")
