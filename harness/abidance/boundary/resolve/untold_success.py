"""What functions leave behind that is held to nothing, for it does not show whether they have succeeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.traversal import walk
from abidance.boundary.resolve.transfers import tells_success

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.functions import BoundaryFunction


def untold_success(functions: Iterable[BoundaryFunction]) -> Iterator[str]:
    """Yield, for each function, the parameters of which a promise waits for a success that nothing tells."""
    for function in functions:
        if tells_success(function):
            continue
        names = [f"`{each.name}`" for each in function.members if _waits(function, each)]
        if names:
            yield (
                f"what `{function.name}` leaves in {' and '.join(names)}, since nothing says when it succeeds: "
                "`returns: {status: {ok: ..}}` does"
            )


def _waits(function: BoundaryFunction, member: s.Member) -> bool:
    """Tell whether something is wanted of what a parameter points at that only a success has to leave there."""
    shape = member.shape
    if not isinstance(shape, s.PointerShape) or not function.leaves(member.name, success=True):
        return False
    inner = shape.element
    if isinstance(inner, s.PointerShape) and (inner.window or shape.direction is s.Direction.INOUT):
        return not inner.window  # where a window leads to is looked at after every call
    if shape.direction is not s.Direction.OUT:
        return False
    if any(isinstance(each, s.PointerShape | s.WithinShape) for each in walk(inner, behind=False)):
        return True
    # How much of a buffer was written may follow from the result, whatever else that says.
    return shape.what is s.What.ONE or (shape.length is not None and "result" not in shape.length.names)
