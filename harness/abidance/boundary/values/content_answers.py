"""What callbacks answer that compare what they are given, or hash it: the same for the same contents.

A library that sorts or looks things up relies on an order, in which what is alike is alike whenever it is asked. Which
order that is, is the caller's: each of these is tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import along, element_of, pointee
from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.boundary.model.values import Script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.types import Member

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


def comparand(members: tuple[Member, ...], path: str) -> tuple[Member, ...]:
    """Return the members that lead to what a callback compares; none where that has no contents to compare.

    Padding and pointers of a record may differ between two that are alike, so one field of it is named.
    """
    found = tuple(along(members, path.split(".")))
    if len(found) < len(path.split(".")):
        return ()
    first, *inner = found
    if not inner:
        plain = isinstance(first.shape, PointerShape) and first.shape.direction.read
        lies = (
            isinstance(pointee(first.shape), ScalarShape) if plain else isinstance(first.shape, ScalarShape)
        )
        return found if lies else ()
    behind = isinstance(first.shape, PointerShape) and first.shape.what is What.ONE
    in_place = all(element_of(each.shape) is None and not each.bits for each in inner)
    return found if behind and in_place and isinstance(inner[-1].shape, ScalarShape) else ()


def number_compared(found: tuple[Member, ...]) -> ScalarShape | None:
    """Return the one number that is compared; None where it is text, bytes or several."""
    last = found[-1].shape
    one = pointee(last) if isinstance(last, PointerShape) and last.what is What.ONE else last
    return one if isinstance(one, ScalarShape) else None


def _below(result: ScalarShape) -> list[int]:
    among = result.listed or (-1, int(result.lowest))
    return [int(n) for n in among if result.lowest <= n <= result.highest and n < 0]


def _above(result: ScalarShape) -> list[int]:
    among = result.listed or (1, int(result.highest))
    return [int(n) for n in among if result.lowest <= n <= result.highest and n > 0]
