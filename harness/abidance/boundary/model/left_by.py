"""What has its value only once a call is back: its result, and the numbers and handles that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.facts import fact
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.types import (
    AddressShape,
    HandleShape,
    NumberHandle,
    PointerShape,
    ScalarShape,
    What,
)
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape


@fact
def left_by(function: BoundaryFunction) -> Mapping[str, Shape | None]:
    """Return what has its value only after a call, as expressions spell it: None for what is no single number."""
    found: dict[str, Shape | None] = {}
    for member in function.members:
        shape = member.shape
        if isinstance(shape, PointerShape) and shape.direction.written:
            one = shape.what is What.ONE and isinstance(shape.element, ScalarShape)
            found[spelling(member.name)] = shape.element if one and is_whole(shape.element) else None
        elif (
            isinstance(shape, HandleShape)
            and shape.level > 1
            and (shape.made or isinstance(shape, NumberHandle))
        ):
            found[spelling(member.name)] = shape
    result = function.result.shape
    usable = isinstance(result, AddressShape | NumberHandle) or (
        isinstance(result, ScalarShape) and is_whole(result)
    )
    found["result"] = result if usable else None
    if function.status is not None and function.status.asked is not None:
        found[TOLD] = function.status.number
    return found


def is_whole(shape: Shape) -> bool:
    """Tell whether a shape is a whole number of at most 64 bits, and no bit-field."""
    return isinstance(shape, ScalarShape) and shape.kind != "float" and shape.size <= 8 and not shape.width
