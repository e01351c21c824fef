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
        left = [(s.RESULT_NAME, function.result.shape)]
        left += [(m.name, m.shape.element) for m in function.members if _is_written(m.shape)]  # type: ignore[union-attr]
        for name, shape in left:
            for path, pointer in _pointers(shape, name):
                if id(pointer) not in looked_at and pointer.lifetime not in ("", "call"):
                    yield (
                        f"how long what `{path}` of `{function.name}` leads to lasts: only what a call leaves itself "
                        "is looked at later, and not what lies behind it or in an array"
                    )


def _is_written(shape: s.Shape) -> bool:
    return isinstance(shape, s.PointerShape) and shape.direction is s.Direction.OUT


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
