"""What tells why calls failed, `last_error:`, joined with the functions that tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.model.questions import ErrorSource
from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.traversal import along
from abidance.boundary.resolve.calls_after import ArgumentReader
from abidance.boundary.resolve.names import check_condition
from abidance.boundary.resolve.statuses import Statuses
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.questions import FollowUpArgument
    from abidance.boundary.model.types import Member
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.contract.language.calls import WrittenCall
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Contract
    from abidance.contract.model.returns import LastError
    from abidance.core.span import Span

_NUMBER = s.ScalarShape(
    "int", 8, 8, signed=True, spelling="long long", lowest=-(1 << 63), highest=(1 << 63) - 1
)


def tellers(contract: Contract) -> Iterator[Name]:
    """Yield the functions that tell why others failed, or whether they did."""
    for promise in contract.functions.values():
        returns = promise.returns
        if returns is not None and returns.last_error is not None and returns.last_error.call is not None:
            yield returns.last_error.call.function
        if returns is not None and returns.status is not None and returns.status.call is not None:
            yield returns.status.call.function


class LastErrorReader:
    """Reads what tells why the calls of each function failed; what is wrong goes to `problems`."""

    def __init__(
        self,
        functions: Mapping[str, BoundaryFunction],
        handles: Mapping[str, HandleLife],
        constants: Mapping[str, int],
        problems: Problems,
    ) -> None:
        self._functions = functions
        self._handles = handles
        self._constants = constants
        self._problems = problems

    def read(self, function: BoundaryFunction) -> BoundaryFunction:
        """Return a function with what tells why its calls failed."""
        returns = function.promise.returns if function.promise else None
        promise = returns.last_error if returns is not None else None
        status = returns.status if returns is not None else None
        asked = function.status is not None and function.status.asked is not None
        if asked or (status is not None and status.is_asked):
            if returns is not None and promise is not None:
                self._complain("what tells of success is asked already", returns.key_span("last_error"), None)
            return self._with_question(function, status.call if status is not None else None)
        if promise is None:
            return function
        told = self._of_call(function, promise, promise.call) if promise.call else None
        if promise.is_ is not None and check_condition(
            function, promise.is_, self._constants, self._problems
        ):
            told = ErrorSource(
                self._shape(function, promise.is_), promise.span, promise.is_.text, expression=promise.is_
            )
        if told is None:
            return function
        told = self._with_values(told, promise)
        return replace(function, result=replace(function.result, last_error=told))

    def _with_question(self, function: BoundaryFunction, call: WrittenCall | None) -> BoundaryFunction:
        """Return a function with what is asked whether its calls have succeeded."""
        place = function.status
        if place is None or place.asked is None:
            return function
        if call is None:
            self._ends_any(function, place.asked.arguments, place.span)
            return function
        teller = self._functions.get(call.function.text)
        if teller is None:
            return function  # which is told where functions are looked for
        reader = ArgumentReader(function, teller, self._constants, self._problems)
        arguments = reader.read(call.arguments, call.span)
        if self._ends_any(function, arguments or (), call.span):
            return function
        if teller.promise is not None and (teller.promise.requires or teller.status is not None):
            words = f"`{teller.name}` may not be called after every call, or may fail itself"
            self._complain(words, call.function.span, teller.declaration.span)
            return function
        if arguments is None:
            return function
        asked = replace(place.asked, arguments=arguments)
        return replace(function, status=replace(place, asked=asked))

    def _ends_any(
        self, function: BoundaryFunction, arguments: tuple[FollowUpArgument, ...], span: Span
    ) -> bool:
        """Complain that it is asked about a handle which may be gone after a call; return whether it is."""
        members = {member.name: member for member in function.members}
        for given in arguments:
            member = members.get(given.parameter)
            if member is not None and self._ends(function, member):
                words = f"`{function.name}` may end `{member.name}`, so nobody asks about it afterwards"
                self._complain(words, span, member.declared)
                return True
        return False

    def _ends(self, function: BoundaryFunction, member: Member) -> bool:
        """Tell whether a handle may be gone after a call that is given it."""
        if not isinstance(member.shape, s.HandleShape) or member.shape.made:
            return False
        life = self._handles.get(member.shape.handle)
        lasts = member.shape.lifetime and not member.shape.always
        return (member.shape.owner == CALLEE and not lasts) or (
            life is not None and life.destroy == function.name
        )

    def _of_call(
        self, function: BoundaryFunction, promise: LastError, call: WrittenCall
    ) -> ErrorSource | None:
        teller = self._functions.get(call.function.text)
        if teller is None:
            return None  # which is told where functions are looked for
        reader = ArgumentReader(function, teller, self._constants, self._problems)
        arguments = reader.read(call.arguments, call.span)
        if arguments is None:
            return None
        if isinstance(teller.result.shape, s.NothingShape):
            self._complain(f"`{teller.name}` returns nothing", call.function.span, teller.declaration.span)
            return None
        return ErrorSource(
            teller.result.shape,
            promise.span,
            f"{teller.name}({', '.join(each.text for _, each in call.arguments)})",
            teller.name,
            arguments,
        )

    def _shape(self, function: BoundaryFunction, expression: Expression) -> s.Shape:
        """Return the shape of what an expression is, a number where it is worked out."""
        path = expression.sole_name.split(".")
        reached = [*along(function.members, path, self._handles)]
        shape = reached[-1].shape if path != [""] and len(reached) == len(path) else _NUMBER
        return shape.element if isinstance(shape, s.PointerShape) and shape.what is s.What.ONE else shape

    def _with_values(self, told: ErrorSource, promise: LastError) -> ErrorSource:
        """Return it with the values that the contract lists."""
        if not (promise.ok or promise.errors):
            return told
        if not isinstance(told.shape, s.ScalarShape) or told.shape.kind == "float":
            self._complain(
                f"`{told.text}` is no whole number, so it has no list of values", promise.span, None
            )
            return told
        statuses = Statuses(told.shape, self._constants, self._problems)
        ok, shape, _ = statuses.of(promise)
        every = {*((n, n) for n in map(int, shape.members)), *shape.ranges.each}
        errors = tuple(each for each in every if each not in ok.each) if promise.errors else ()
        return replace(told, ok=ok, errors=Ranges(errors), shape=replace(told.shape, names=shape.names))

    def _complain(self, message: str, span: Span, declared: Span | None) -> None:
        labels = (Label(span), *((Label(declared),) if declared else ()))
        self._problems.add(Diagnostic(WRONG_VALUE, message, labels))
