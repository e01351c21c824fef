"""What callbacks answer that compare what they are given, or hash it: the same for the same contents.

A library that sorts or looks things up relies on an order, in which what is alike is alike whenever it is asked. Which
order that is, is the caller's: each of these is tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.model.values import Script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.types import CallbackShape, Shape

RISING, FALLING, ALIKE = "rising", "falling", "alike"
"""What a contract says in an example that a callback orders by."""
EQUAL = "equal"


def answers_equality(shape: CallbackShape) -> bool:
    """Tell whether a callback answers only whether two things are equal."""
    return isinstance(shape.result, ScalarShape) and shape.result.kind == "bool"


def orders(shape: CallbackShape) -> Mapping[str, Script]:
    """Return the orders that a callback may have, the simplest first: what it answers below, alike and above."""
    result = shape.result
    assert isinstance(result, ScalarShape)
    if answers_equality(shape):
        return {EQUAL: Script((0, 1, 0), by_content=True)}
    below, above = _below(result), _above(result)
    if not below or not above:
        return {}
    made = {
        RISING: (below[0], 0, above[0]),
        FALLING: (above[0], 0, below[0]),
        ALIKE: (0, 0, 0),
        "far": (below[-1], 0, above[-1]),
    }
    return {name: Script(answers, by_content=True) for name, answers in made.items()}


def operand_shape(shape: Shape, path: str) -> Shape | None:
    """Return what a callback compares at a path of a parameter's: None where that has no contents to compare.

    Padding and pointers of a record may differ between two that are alike, so one field of it is named.
    """
    match shape:
        case ScalarShape() if not path:
            return shape
        case PointerShape(what=What.ONE, element=element):
            return operand_shape(element, path) if path or isinstance(element, ScalarShape) else None
        case PointerShape(element=ScalarShape()) if not path and shape.direction.read:
            return shape
        case RecordShape(members=members) if path:
            first, _, rest = path.partition(".")
            return next(
                (operand_shape(m.shape, rest) for m in members if m.name == first and not m.bits), None
            )
    return None


def _below(result: ScalarShape) -> list[int]:
    among = result.listed or (-1, int(result.lowest))
    return [int(n) for n in among if result.lowest <= n <= result.highest and n < 0]


def _above(result: ScalarShape) -> list[int]:
    among = result.listed or (1, int(result.highest))
    return [int(n) for n in among if result.lowest <= n <= result.highest and n > 0]
