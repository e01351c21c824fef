"""How long each buffer of an array of pointers is, where something beside the array tells it.

Either all of them are as long as an expression over numbers tells, or each is as long as the element with the same
index of an array of numbers beside it: `f(bufs, lens, n)`. In the scope of one buffer that array's name is its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import number_of
from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.expression import Expression


def elements_of(shape: Shape) -> PointerShape | None:
    """Return what the pointers in an array of pointers to buffers are; None of any other shape."""
    if not isinstance(shape, PointerShape) or shape.what is not What.ARRAY:
        return None
    element = shape.element
    return element if isinstance(element, PointerShape) and element.what in _SEVERAL else None


def lengths_beside(members: tuple[Member, ...], clause: Expression) -> Member | None:
    """Return the array of numbers that has a length for each buffer; None where one number is for all of them."""
    for member in members:
        if spelling(member.name) == spelling(clause.sole_name) and is_lengths(member.shape):
            return member
    return None


def is_lengths(shape: Shape) -> bool:
    """Tell whether a shape is an array of whole numbers."""
    return (
        isinstance(shape, PointerShape)
        and shape.what is What.ARRAY
        and isinstance(shape.element, ScalarShape)
        and shape.element.kind == "int"
    )


def is_number(shape: Shape) -> bool:
    """Tell whether a shape is a whole number, or points at one."""
    number = number_of(shape)
    return number is not None and number.kind == "int"


def scope_of_element(element: Shape, index: int, scope: Mapping[str, object]) -> Mapping[str, object]:
    """Return a scope in which arrays of lengths are the number of the buffer with this index."""
    if not isinstance(element, PointerShape):
        return scope
    names = [
        spelling(clause.sole_name) for clause in (element.length, element.capacity) if clause is not None
    ]
    lengths = {name: each for name in names if isinstance(each := scope.get(name), list | bytes)}
    if not lengths:
        return scope
    return {**scope, **{name: each[index] if index < len(each) else 0 for name, each in lengths.items()}}


def has_one_each(element: PointerShape, scope: Mapping[str, object]) -> bool:
    """Tell whether an array in the scope tells how long each buffer is."""
    return scope_of_element(element, 0, scope) is not scope


_SEVERAL = (What.BYTES, What.ARRAY)
