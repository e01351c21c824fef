"""What a function returns: its C type joined with what `returns` says of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.functions import Result
from abidance.boundary.model.ranges import NONE
from abidance.boundary.resolve.pointers import lent, pointer_shape
from abidance.boundary.resolve.pointers_within import within_shape
from abidance.boundary.resolve.statuses import Statuses
from abidance.contract.expression import spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from abidance.boundary.resolve.handle_holders import HandleHolders
    from abidance.boundary.resolve.number_handles import NumberHandles
    from abidance.boundary.resolve.pointer_handles import PointerHandles
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.record_handles import RecordHandles
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.model import FunctionPromise, Returns
    from abidance.core.span import Span
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.layout import AddressConstant


@dataclass(slots=True)
class ResultJoiner:
    """Joins results of one boundary; what is wrong goes to `problems`."""

    shaper: Shaper
    pointers: PointerHandles
    numbers: NumberHandles
    records: RecordHandles
    holders: HandleHolders
    problems: Problems

    def join(self, declaration: Declaration, promise: FunctionPromise | None) -> Result:
        """Return the result of a function with its shape."""
        returns = promise.returns if promise else None
        type_ = declaration.returns
        text = self.shaper.text(type_)
        resolved = self.shaper.declarations.resolve(type_)
        span = returns.span if returns else None
        if isinstance(resolved, c.Pointer):
            result = self._pointer(declaration, resolved, returns, span, text)
            return replace(result, invalid=self._invalid(result, returns))
        number = self.numbers.result(declaration, promise, text)
        if number is not None:
            handle, result = number
            if returns is not None and (returns.owner or returns.lifetime):
                return self.holders.result(result, handle, returns)
            return result
        by_value = self.records.result(declaration, promise, text)
        if by_value is not None:
            return by_value
        if returns is not None:
            record = isinstance(resolved, c.RecordRef)
            for clause in (
                "to",
                "handle",
                "nullable",
                "invalid",
                "opaque",
                "owner",
                *(() if record else ("within", "lends")),
            ):
                if returns.says(clause):
                    message = f"`{declaration.name}` returns `{text}`, which is not a pointer"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
        shape = self.shaper.shape(type_, returns, declaration.span, s.Direction.OUT)
        if returns is not None and returns.lends is not None:
            shape = lent(self.shaper, shape, returns.lends, declaration.span)
        if returns is None:
            return Result(shape, text)
        if not isinstance(shape, s.ScalarShape):
            for clause in ("status", "bool", "enum", "range", "one_of", "flags"):
                if clause == "status" and returns.status is not None and returns.status.is_elsewhere:
                    continue  # it is looked for in the record
                if returns.says(clause):
                    message = f"`{declaration.name}` returns `{text}`, which is not a number"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
            return Result(shape, text, span)
        return self._number(shape, returns, declaration, text, span)

    def _invalid(self, result: Result, returns: Returns | None) -> AddressConstant | None:
        """Return the pointer that comes back for none: what is said of the result, or of the handle that it is."""
        if isinstance(result.shape, s.HandleShape):
            if returns is not None and returns.invalid is not None:
                words = f"what stands for none of a handle is said of the handle: `{result.shape.handle}`"
                remedy = f"`handles: {{{result.shape.handle}: {{invalid: {returns.invalid.text}, ...}}}}`"
                labels = (Label(returns.key_span("invalid")),)
                self.problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))
            return self.shaper.none_of.get(result.shape.handle)
        if returns is None or returns.invalid is None:
            return None
        return self.shaper.address(returns.invalid)

    def _number(
        self, shape: s.ScalarShape, returns: Returns, declaration: Declaration, text: str, span: Span | None
    ) -> Result:
        ok, bounds = NONE, None
        if shape.kind == "float" and returns.status is not None and not returns.status.is_elsewhere:
            message = f"a `status` lists whole numbers, and `{declaration.name}` returns a `{text}`"
            remedy = (
                "say which call tells of a failure, `status: {call: ..}`, or what comes back in `ensures`"
            )
            self.problems.contradiction(message, returns.key_span("status"), declaration.span, remedy=remedy)
            return Result(shape, text, span)
        if returns.bool:
            shape = replace(shape, kind="bool", members=(), lowest=0, highest=1)
        if returns.enum is not None:
            if shape.kind != "enum":
                message = f"`{declaration.name}` returns `{text}`, which is not an enum"
                self.problems.contradiction(message, returns.key_span("enum"), declaration.span)
            shape = replace(shape, closed=returns.enum == "closed")
        if returns.status is not None and not returns.status.is_elsewhere:
            parameters = map(spelling, self.shaper.parameters)
            statuses = Statuses(shape, self.shaper.layouts.constants, self.problems, [*parameters])
            ok, shape, bounds = statuses.of_number(returns.status)
        return Result(shape, text, span, ok, bounds=bounds)

    def _pointer(
        self,
        declaration: Declaration,
        type_: c.Pointer,
        returns: Returns | None,
        span: Span | None,
        text: str,
    ) -> Result:
        free = returns.free.text if returns is not None and returns.free is not None else None
        when = returns.owned_when if returns is not None else None
        lent = returns.owned_unless.text if returns is not None and returns.owned_unless is not None else ""
        nullable: Expression | bool = False
        if returns is not None and returns.nullable is not None:
            nullable = returns.nullable
        if returns is not None and returns.lends is not None:
            message = f"`lends` is about a record that is returned itself, and `{declaration.name}` returns a pointer"
            remedy = (
                "`lifetime` says how long what it points to lasts, and fields say it of what they point to"
            )
            self.problems.contradiction(message, returns.key_span("lends"), declaration.span, remedy=remedy)
        handle = self.pointers.result(declaration, type_, returns, nullable, text)
        if handle is not None:
            # What makes a handle has it destroyed; one that comes back otherwise is freed as the contract says.
            return replace(handle, free=None if handle.owned else free)
        if returns is not None and returns.owner == "shared":
            message = "what others have as well is a handle, whose references are counted"
            remedy = "say `handle: NAME`; memory is the `caller`'s or the `callee`'s"
            labels = (Label(returns.value_span("owner")),)
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        if returns is not None and returns.within is not None:
            where = span or declaration.span
            into = within_shape(self.shaper, type_, returns.within, where, returns.nullable, declaration.span)
            return Result(into, text, span, nullable=nullable)
        if returns is not None and returns.to is not None:
            shape = pointer_shape(self.shaper, type_, returns, returns.to, s.Direction.IN, declaration.span)
            return Result(shape, text, span, nullable=nullable, free=free, owned_when=when, owned_unless=lent)
        if returns is not None:
            for clause in ("status", "bool", "enum", "range", "one_of", "flags"):
                if clause == "status" and returns.status is not None and returns.status.is_elsewhere:
                    continue
                if returns.says(clause):
                    message = f"`{declaration.name}` returns a pointer, `{text}`"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
        # Nothing is promised of a pointer that the contract does not mention.
        said = returns is not None and returns.nullable is not None
        shown = nullable if said else True
        return Result(
            s.OpaqueShape(text, said=returns is not None and returns.opaque is True),
            text,
            span,
            nullable=shown,
            free=free,
            owned_when=when,
            owned_unless=lent,
        )
