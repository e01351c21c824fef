"""How long memory is that a call leaves: where the numbers lie that tell it, once the call has come back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME, PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.values.inner_pointers import LONGEST, counts_beside, inner_path, is_count
from abidance.boundary.values.products import sum_of_products
from abidance.contract.expression import EvaluationError, declared
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.encode.call_state import CallBuilder
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.expression import Expression


@dataclass(frozen=True, slots=True)
class _NumberLeft:
    """A number at `offset` of what lies behind the pointer at a path; of the result itself, where that is empty."""

    behind: str
    offset: int
    shape: ScalarShape


@dataclass(slots=True)
class LengthsLeft:
    """The places of numbers that tell how long memory is that a call leaves.

    `read` are the paths of pointers behind which is read before that, each with the number of its read. `answers` are
    numbers that other functions tell, by what stands for them. `wanting` tells that a number lies behind another
    pointer, of which that has to be read first.
    """

    _builder: CallBuilder
    read: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, tuple[ScalarShape, p.ValuePlace]] = field(default_factory=dict)
    wanting: bool = False

    def length(
        self, length: Expression, block: int | None, beside: Mapping[str, tuple[int, Shape]]
    ) -> tuple[p.Product, ...] | None:
        """Return the products whose sum a length is, of the numbers at some places; the first has one, if any has.

        None where nothing tells it that can be worked out once the call was made.
        """
        if beside:
            told = counts_beside(length, beside)
            products = [
                p.Product(scale, tuple(_beside(block, at, width) for at, width in places))
                for places, scale in told or ()
            ]
            return tuple(products) or None
        builder = self._builder
        left = {declared(name) for name in length.names} & {*builder.places, RESULT_NAME}
        if not left and length.names <= builder.scope.keys():
            return self._known(length)
        given = {n: builder.scope[n] for n in length.names if declared(n) not in left and n in builder.scope}
        products = list[p.Product]()
        found = sum_of_products(length, given) or ()
        for paths, scale in found:
            places = [self._place(path, signed=len(found) > 1) for path in paths]
            there = tuple(each for each in places if each is not None)
            if len(there) != len(places):
                return None
            products.append(p.Product(scale, there))
        return tuple(products) or None

    def _known(self, length: Expression) -> tuple[p.Product, ...] | None:
        """Return a length that nothing which the call leaves tells; None where a record that tells it is NULL."""
        try:
            known = length.evaluate(self._builder.scope)
        except EvaluationError:
            return None
        return (p.Product(known),) if isinstance(known, int) and 0 <= known <= LONGEST else None

    def _place(self, path: str, *, signed: bool) -> p.ValuePlace | None:
        """Return where the number is to which a path leads, after the call; None where there is none.

        Of one that is added to others it is told whether it may be below 0.
        """
        if path in self.answers:
            shape, place = self.answers[path]
            return replace(place, signed=signed and shape.signed)
        number, places = _number_left(self._builder.function, path), self._builder.places
        if number is None:
            return None
        offset, width, signed = number.offset, number.shape.size, signed and number.shape.signed
        if not number.behind:
            return p.ValuePlace(None, offset, width, signed=signed)
        if number.behind in places:
            return p.ValuePlace(places[number.behind], offset, width, signed=signed)
        if number.behind in self.read:
            return p.ValuePlace(None, offset, width, read=self.read[number.behind], signed=signed)
        self.wanting = True
        return None


def _beside(block: int | None, at: int, width: int) -> p.ValuePlace:
    """Return the place of a number in a record that lies in a block."""
    return p.ValuePlace(block, at, width & ~p.SIGNED, signed=bool(width & p.SIGNED))


def is_worked_out(function: BoundaryFunction, length: Expression, constants: Mapping[str, object]) -> bool:
    """Tell whether a length is known before a call, or is a sum of products of numbers that the call leaves."""
    written = {
        m.name for m in function.members if isinstance(m.shape, PointerShape) and m.shape.direction.written
    }
    left = {declared(name) for name in length.names} & {*written, RESULT_NAME}
    products = sum_of_products(length, constants)
    paths = [path for names, _ in products or () for path in names if path.partition(".")[0] in left]
    return not left or (
        products is not None and all(_number_left(function, path) is not None for path in paths)
    )


def _number_left(function: BoundaryFunction, path: str) -> _NumberLeft | None:
    """Return the number of so many bytes to which a path leads from a parameter, or from the result.

    It may go through one pointer that the call leaves. None where there is no such number.
    """
    name, *fields = path.split(".")
    if name == RESULT_NAME:
        behind, there, shape = "", name, function.result.shape
    else:
        passed = next((each.shape for each in function.members if each.name == name), None)
        if not isinstance(passed, PointerShape) or passed.what is not What.ONE:
            return None
        behind, there, shape = name, f"{name}{inner_path(passed)}", passed.element
    at, pointers = 0, 0
    for each in (*fields, ""):
        if isinstance(shape, PointerShape) and shape.what is What.ONE:
            behind, at, shape, pointers = there, 0, shape.element, pointers + 1
        if each and (found := _field(shape, each)) is not None:
            there, at, shape = f"{there}.{each}", at + found.offset, found.shape
        elif each:
            return None
    return _NumberLeft(behind, at, shape) if pointers <= 1 and is_count(shape) else None


def _field(shape: Shape, name: str) -> Member | None:
    """Return a field of a record that is always there; None of anything else."""
    members = shape.members if isinstance(shape, RecordShape) else ()
    return next((each for each in members if each.name == name and not each.bits and not each.within), None)
