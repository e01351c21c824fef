"""What nobody looks at later of what a call leaves: behind a pointer or in an array, and what one object holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.case_handles import STATIC
from abidance.boundary.encode.result_reads import lasting
from abidance.boundary.model import types as s
from abidance.boundary.model.ownership import CHANGE
from abidance.boundary.values.inner_pointers import BEHIND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.functions import BoundaryFunction


def unlooked_lifetimes(functions: Iterable[BoundaryFunction]) -> Iterator[str]:
    """Yield, for each pointer that a function leaves and of which it is said how long it lasts, that nobody looks.

    That is said of it, or of the memory around it: a record, or an array of pointers.
    """
    for function in functions:
        looked_at = {id(each) for each in lasting(function).values()}
        for name, shape in _left(function):
            for path, pointer in _pointers(shape, name):
                if id(pointer) not in looked_at:
                    yield (
                        f"how long what `{path}` of `{function.name}` leads to lasts: only what a call leaves itself "
                        "is looked at later, and not what lies behind it or in an array"
                    )


def unlooked_contents(functions: Iterable[BoundaryFunction]) -> Iterator[str]:
    """Yield, for each single object that lasts after a call, that nobody looks whether it stays the same."""
    for function in functions:
        for path, shape in lasting(function).items():
            if shape.what is not s.What.ONE or CHANGE in shape.until:
                continue
            where = path.removesuffix(BEHIND)
            what = "returns" if where == s.RESULT_NAME else f"leaves in `{where}`"
            words = (
                f"whether what `{function.name}` {what} stays the same as long as it lasts: of one object only that it "
                "can be read is looked at"
            )
            of_handle = shape.lifetime != STATIC
            yield (
                f"{words}; say `until: change` if only calls on its handle may change it"
                if of_handle
                else words
            )


def _left(function: BoundaryFunction) -> Iterator[tuple[str, s.Shape]]:
    """Yield what a call leaves: its result, and what its out parameters point at."""
    yield s.RESULT_NAME, function.result.shape
    for member in function.members:
        shape = member.shape
        if isinstance(shape, s.PointerShape) and shape.direction is s.Direction.OUT:
            yield member.name, shape.element


def _pointers(shape: s.Shape, path: str, *, lasts: bool = False) -> Iterator[tuple[str, s.PointerShape]]:
    """Yield pointers that are to last, with their paths; all within memory that `lasts`."""
    match shape:
        case s.PointerShape():
            lasts = lasts or shape.lifetime not in ("", "call")
            if lasts:
                yield path, shape
            of = path if shape.what is s.What.ONE else f"{path}[]"
            yield from _pointers(shape.element, of, lasts=lasts)
        case s.TaggedPointerShape():
            for each in shape.each:
                yield from _pointers(each, path, lasts=lasts)
        case s.ArrayShape(of=of):
            yield from _pointers(of, f"{path}[]", lasts=lasts)
        case s.RecordShape():
            for member in shape.members:
                yield from _pointers(member.shape, f"{path}.{member.name}", lasts=lasts)
