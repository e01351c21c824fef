"""What tells why calls failed, `last_error:`, joined with the functions that tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.questions import ErrorSource
from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.traversal import along
from abidance.boundary.resolve.calls_after import arguments_after
from abidance.boundary.resolve.names import check_condition
from abidance.boundary.resolve.statuses import Statuses
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
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
    """Yield the functions that tell why others failed."""
    for promise in contract.functions.values():
        returns = promise.returns
        if returns is not None and returns.last_error is not None and returns.last_error.call is not None:
            yield returns.last_error.call.function


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

    def _of_call(
        self, function: BoundaryFunction, promise: LastError, call: WrittenCall
    ) -> ErrorSource | None:
        teller = self._functions.get(call.function.text)
        if teller is None:
            return None  # which is told where functions are looked for
        arguments = arguments_after(
            function, teller, call.arguments, call.span, self._constants, self._problems
        )
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
