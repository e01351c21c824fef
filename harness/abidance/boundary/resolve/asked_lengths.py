"""Lengths and room that another function tells, `length: st_value_size(st, i)`, joined with that function.

It is called right after the one that left the pointer, or right before the one that is given the room, so it must not
change what that one has left or finds: it only reads.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.questions import AskedBefore, AskedLength, AskedNumber
from abidance.boundary.model.traversal import whole_number_of
from abidance.boundary.resolve.asked_functions import AskedFunctions, left_by, refused
from abidance.boundary.resolve.calls_after import answer_of
from abidance.boundary.values.inner_pointers import BEHIND
from abidance.boundary.values.products import sum_of_products
from abidance.contract.language.clauses import Name
from abidance.contract.model.places import TargetPromise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.contract.expression import Expression
    from abidance.contract.expression.expression import CallInside
    from abidance.contract.model import Contract, FunctionPromise
    from abidance.core.diagnostic import Diagnostic


def asked_functions(contract: Contract) -> Iterator[Name]:
    """Yield the functions that tell how much others have left, or how much room they are given."""
    for promise in contract.functions.values():
        for told in (*_lengths_to_ask(promise).values(), *_rooms(promise)):
            yield from (Name(call.function, call.span) for call in told.calls)


def _lengths_to_ask(promise: FunctionPromise) -> dict[str, Expression]:
    """Return the lengths that functions tell, by the paths of the pointers."""
    found = {s.RESULT_NAME: promise.returns.length} if promise.returns is not None else {}
    for name, param in promise.params.items():
        if isinstance(param.points_at, TargetPromise):
            found[f"{name}{BEHIND}"] = param.points_at.length
    return {path: length for path, length in found.items() if length is not None and length.calls}


def _rooms(promise: FunctionPromise) -> list[Expression]:
    """Return the capacities that functions tell, and the lengths of what is passed."""
    found = [each for param in promise.params.values() for each in (param.capacity, param.length)]
    return [each for each in found if each is not None and each.calls]


class AskedLengths(AskedFunctions):
    """Reads which functions tell how much the calls of others leave or have room for; `problems` has what is wrong."""

    purpose = "what tells a length"

    def read(self, function: BoundaryFunction) -> BoundaryFunction:
        """Return a function with those that tell how much it leaves."""
        if function.promise is None:
            return function
        asks = [
            self._one(function, path, length) for path, length in _lengths_to_ask(function.promise).items()
        ]
        rooms = [self._room(function, call, each) for each in _rooms(function.promise) for call in each.calls]
        if rooms:
            self._check_is_no_maker(function)
        self._check_passed(function)
        found = {each.text: each for each in rooms if each is not None}
        return replace(
            function,
            asks=tuple(each for each in asks if each is not None),
            rooms=tuple(found.values()),
        )

    def _check_passed(self, function: BoundaryFunction) -> None:
        """Complain about lengths that functions tell of what is not cut and made longer at will, or has other room."""
        for member in function.members:
            param = function.promise.params.get(member.name) if function.promise else None
            if param is None or param.length is None or not param.length.calls:
                continue
            shape = member.shape
            plain = isinstance(shape, s.PointerShape) and (
                shape.what is s.What.BYTES or isinstance(shape.element, s.ScalarShape)
            )
            if not plain or not isinstance(shape, s.PointerShape):
                message = f"`{member.name}` is not `bytes`, and no array of numbers"
                remedy = "a function tells how many bytes or numbers there are"
                self.problems.add(refused(message, param.length.span, remedy=remedy))
            elif shape.capacity is not None and shape.direction.read:
                message = f"how much of `{member.name}` is passed is asked before the call, and what is left after it"
                remedy = "for both, drop `capacity`: `length: f(x)` says how much there is"
                self.problems.add(refused(message, param.length.span, remedy=remedy))
            elif shape.capacity is None and s.RESULT_NAME in param.length.names:
                message = f"`{param.length.text}` is known after the call, and the room of `{member.name}` before it"
                remedy = "say that as well: `capacity: n * f(x)`"
                self.problems.add(refused(message, param.length.span, remedy=remedy))
            elif (
                shape.like is not None
                or shape.encoded
                or shape.ended_by
                or shape.lifetime not in ("", "call")
            ):
                message = f"`{member.name}` is given as many elements as a function says, whatever they are"
                remedy = "`like`, `encoding`, `ended_by` and `lifetime` do not go with that"
                self.problems.add(refused(message, param.length.span, remedy=remedy))

    def _room(self, function: BoundaryFunction, call: CallInside, told: Expression) -> AskedBefore | None:
        asked = self.functions.get(call.function)
        if asked is None:
            return None  # which is told where functions are looked for
        field = next(each.parts[1] for each in told.references if each.parts[0] == call.name)
        left = left_by(asked).get(field)
        refusal = self._no_length(call, asked, left, field)
        if refusal is not None:
            self.problems.add(refusal)
            return None
        arguments = self.arguments(function, asked, call, before=True)
        if arguments is None:
            return None
        shape, text = left or _shape_of_answer(asked), answer_of(call.name, field)
        return AskedBefore(asked.name, arguments, shape, text, call.span, "" if left is None else field)

    def _check_is_no_maker(self, function: BoundaryFunction) -> None:
        """Complain about a call that handles are made, prepared or destroyed with: nobody is asked before those."""
        for life in self.handles.values():
            prepares = (name for name, _ in life.prepare)
            if function.name in (*life.creates, life.destroy, life.acquire, *prepares):
                message = (
                    f"`{function.name}` makes, prepares or destroys a `{life.name}`, and nobody is asked how much room "
                    "that is given"
                )
                self.problems.add(refused(message, function.span, remedy="say `capacity` as a number"))

    def _one(self, function: BoundaryFunction, path: str, length: Expression) -> AskedLength | None:
        questions = [self._question(function, path, length, call) for call in length.calls]
        found = tuple(each for each in questions if each is not None)
        if len(found) < len(questions) or not self._check_sum(function, length):
            return None
        return AskedLength(path, found, length)

    def _question(
        self, function: BoundaryFunction, path: str, length: Expression, call: CallInside
    ) -> AskedNumber | None:
        asked = self.functions.get(call.function)
        if asked is None:
            return None  # which is told where functions are looked for
        refusal = self._refusal(function, path, length, call, asked)
        if refusal is not None:
            self.problems.add(refusal)
            return None
        arguments = self.arguments(function, asked, call)
        if arguments is None:
            return None
        return AskedNumber(asked.name, arguments, _shape_of_answer(asked), call.name, call.span)

    def _refusal(
        self,
        function: BoundaryFunction,
        path: str,
        length: Expression,
        call: CallInside,
        asked: BoundaryFunction,
    ) -> Diagnostic | None:
        """Return why nobody is asked for a length here, or not this function."""
        asks = (each.parts[:2] for each in length.references if each.parts[0] == call.name)
        if any(parts != (call.name, s.RESULT_NAME) for parts in asks):
            message = f"the length of what a call leaves is what `{asked.name}` returns"
            return refused(
                message, length.span, asked, "what it leaves behind a pointer may tell a `capacity`"
            )
        if not _is_left(function, path):
            name = path.removesuffix(BEHIND)
            message = (
                f"`{name}` is no memory that the call leaves behind a pointer, so nobody is asked its length"
            )
            return refused(message, length.span)
        return self._no_length(call, asked)

    def _no_length(
        self,
        call: CallInside,
        asked: BoundaryFunction,
        left: s.ScalarShape | None = None,
        field: str = s.RESULT_NAME,
    ) -> Diagnostic | None:
        """Return why a function tells no length, wherever that is: in its result, or in a number that it has `left`."""
        if left is None and field != s.RESULT_NAME:
            return refused(f"`{asked.name}` leaves no number in `{field}`", call.span, asked)
        shape = left or asked.result.shape
        if call.library is not None:
            return refused("a library has no place here: both are of one", call.library[1])
        if not isinstance(shape, s.ScalarShape) or shape.kind not in ("int", "enum"):
            message = f"`{asked.name}` returns `{asked.result.spelling}`, which is no length"
            return refused(message, call.span, asked)
        return None

    def _check_sum(self, function: BoundaryFunction, length: Expression) -> bool:
        """Complain about a length that is no sum of products of numbers which are known once all are asked."""
        products = sum_of_products(length, self.constants)
        if products is None or any(abs(scale) > _MOST for _, scale in products):
            self.problems.add(refused(_no_sum(length), length.span, remedy=_SUM))
            return False
        answers = {f"{call.name}.{s.RESULT_NAME}" for call in length.calls}
        others = {name for names, _ in products for name in names} - answers
        for name in sorted(others):
            if not _is_number(function, name):
                message = f"`{name}` is no whole number that `{function.name}` is given, leaves or returns"
                self.problems.add(refused(message, length.span, remedy=_SUM))
                return False
        return True


def _shape_of_answer(asked: BoundaryFunction) -> s.ScalarShape:
    shape = asked.result.shape
    assert isinstance(shape, s.ScalarShape)  # what returns anything else was refused
    return shape


def _no_sum(length: Expression) -> str:
    return f"`{length.text}` is no sum of products of what functions tell"


_MOST = 1 << 16
_SUM = "say `length: f(x) * g(x)`, `length: n * f(x)`, or `length: f(x) + 1`"


def _is_number(function: BoundaryFunction, name: str) -> bool:
    """Tell whether a name stands for a whole number that a call is given, leaves behind a pointer, or returns."""
    if name == s.RESULT_NAME:
        shape: s.Shape | None = function.result.shape
    else:
        shape = next((each.shape for each in function.members if each.name == name), None)
    return shape is not None and whole_number_of(shape) is not None


def _is_left(function: BoundaryFunction, path: str) -> bool:
    """Tell whether the pointer at a path is the library's own, in its result or behind an out parameter."""
    shape: s.Shape | None = function.result.shape
    if path != s.RESULT_NAME:
        member = next((m for m in function.members if f"{m.name}{BEHIND}" == path), None)
        outer = member.shape if member is not None else None
        if not isinstance(outer, s.PointerShape) or outer.direction is not s.Direction.OUT:
            return False
        shape = outer.element
    return isinstance(shape, s.PointerShape) and shape.what in (s.What.BYTES, s.What.ARRAY)
