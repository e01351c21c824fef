"""Ways to create a handle: by any of the functions that create one, with generated arguments or with an example's.

What a call on a handle does depends on what the handle is. A JSON value is an array or a number, as the function says
that made it, and there is no item in an array that was just created. So single calls are not all given what the first
function creates with generated arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.model.types import RESULT_NAME, CallbackShape, HandleShape
from abidance.boundary.resolve.transfers import success_when

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, Example
    from abidance.boundary.model.handle_life import HandleLife


@dataclass(frozen=True, slots=True)
class Creation:
    """A function that creates a handle, and those of its arguments that are not generated."""

    function: BoundaryFunction
    given: Mapping[str, object] = field(default_factory=dict)


def creations(
    boundary: Boundary, life: HandleLife, above: Collection[str]
) -> tuple[tuple[Creation, ...], tuple[Creation, ...]]:
    """Return the ways to create a handle: with generated arguments, the first function first, and as examples do.

    `above` are the kinds of handles that are created already when it is, so none is created from another of these.
    Where calls prepare it, or it calls back what it was created with, the contract may rely on the first function.
    """
    first = boundary.functions[life.create]
    makers = [first]
    if not life.prepare and not any(isinstance(m.shape, CallbackShape) for m in first.members):
        others = (boundary.functions.get(name) for name in life.creates if name != life.create)
        makers += [each for each in others if each is not None and _is_simple(each, {*above, life.name})]
    written = (
        Creation(each, example.given)
        for each in makers
        for example in each.examples
        if _succeeds(each, example)
    )
    return tuple(map(Creation, makers)), tuple(written)


def _is_simple(function: BoundaryFunction, above: Collection[str]) -> bool:
    """Tell whether a function gives its caller a handle of its own, from what can be made beforehand."""
    if function.signature is None:
        return False
    shape = function.result.shape
    if isinstance(shape, HandleShape) and shape.owner == CALLEE:
        return False
    taken = [m.shape for m in function.members if isinstance(m.shape, HandleShape) and not m.shape.made]
    return not any(each.handle in above or each.owner for each in taken) and not any(
        isinstance(m.shape, CallbackShape) for m in function.members
    )


def _succeeds(function: BoundaryFunction, example: Example) -> bool:
    """Tell whether an example says nothing of its result, or that the call succeeds."""
    if RESULT_NAME not in example.expected:
        return True
    told, when = example.expected[RESULT_NAME], success_when(function, 0)
    if told is None or when is None or not isinstance(told, int):
        return told is not None
    return any(low <= told <= high for low, high in when.ranges)
