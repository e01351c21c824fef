"""Handles that are numbers: which parameters and results of a function are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.functions import Result
from abidance.boundary.model.ranges import NONE
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import FunctionPromise, HandlePromise, Param, Returns
    from abidance.core.span import Span
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.declarations import Parameter

_OTHERWISE = ("status", "bool", "enum", "range", "one_of", "flags")
"""What says of a result that it is some other number."""


@dataclass(slots=True)
class NumberHandles:
    """Finds the handles of one boundary that are numbers; what is wrong goes to `problems`."""

    shaper: Shaper
    handles: Mapping[str, HandlePromise]
    problems: Problems

    def parameter(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        parameter: Parameter,
        param: Param | None,
    ) -> s.HandleShape | None:
        """Return the handle that a parameter is given: by its clause, its type, or as the one that is destroyed."""
        if not self.shaper.is_number(parameter.type):
            return None
        span = param.span if param else promise.span if promise else declaration.span
        if param is not None and param.handle is not None:
            if not self._fits(param.handle, parameter.type, declaration.span):
                return None
            name: str | None = param.handle.text
        else:
            name = self.shaper.handle_named(parameter.type) or self._ended(declaration, promise, parameter)
        if name is None:
            return None
        nullable = (param.nullable if param else None) or False
        shape = self.shaper.handle(name, span, parameter.type, nullable=nullable)
        self._check_nullable(shape, param)
        return shape

    def result(
        self, declaration: Declaration, promise: FunctionPromise | None, text: str
    ) -> tuple[s.NumberHandle, Result] | None:
        """Return the handle that a function returns, with all that its result is; None where it returns none."""
        returns = promise.returns if promise else None
        if not self.shaper.is_number(declaration.returns):
            return None
        if returns is not None and returns.handle is not None:
            if not self._fits(returns.handle, declaration.returns, declaration.span):
                return None
            name: str | None = returns.handle.text
        else:
            name = self._created(declaration, promise)
        if name is None:
            return None
        span = returns.span if returns else None
        nullable = (returns.nullable if returns else None) or False
        shape = self.shaper.handle(
            name, span or declaration.span, declaration.returns, made=True, nullable=nullable
        )
        assert isinstance(shape, s.NumberHandle)
        self._check_nullable(shape, returns)
        makes = self.handles[name].is_made_by(declaration.name)
        ok = shape.valid if shape.invalid else NONE
        return shape, Result(shape, text, span, ok, nullable, owned=makes)

    def _fits(self, name: Name, type_: c.Type, declared: Span) -> bool:
        """Tell whether a handle may be where the contract says that it is."""
        if not self.shaper.known_handle(name):
            return False
        handle, size = self.shaper.handles[name.text], self._size(type_)
        if self.shaper.is_number(handle) and size == self._size(handle):
            return True
        text = self.shaper.text(type_)
        self.problems.contradiction(f"this is a `{text}`, which is no `{name.text}`", name.span, declared)
        return False

    def _size(self, type_: c.Type) -> int | None:
        shape = self.shaper.shape(type_, None, next(iter(self.handles.values())).span, s.Direction.IN)
        return shape.size if isinstance(shape, s.ScalarShape) and shape.kind in ("int", "enum") else None

    def _check_nullable(self, shape: s.HandleShape, place: Param | Returns | None) -> None:
        """Complain that there may be none where no number is."""
        if place is None or place.nullable in (None, False):
            return
        if isinstance(shape, s.NumberHandle) and not shape.invalid:
            message = f"nothing says which numbers are no `{shape.handle}`"
            remedy = f"`handles: {{{shape.handle}: {{invalid: -1, ...}}}}`"
            labels = (Label(place.key_span("nullable")),)
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _ended(
        self, declaration: Declaration, promise: FunctionPromise | None, parameter: Parameter
    ) -> str | None:
        """Return the handle that a function destroys, where only one parameter can be it."""
        for name, handle in self.handles.items():
            if not (handle.is_ended_by(declaration.name) or handle.is_acquired_by(declaration.name)):
                continue
            type_ = self.shaper.handles[name]
            same = [
                each for each in declaration.parameters if self.shaper.declarations.same(each.type, type_)
            ]
            said = promise is not None and any(
                each.handle is not None and each.handle.text == name for each in promise.params.values()
            )
            if self.shaper.is_number(type_) and not said and same == [parameter]:
                return name
        return None

    def _created(self, declaration: Declaration, promise: FunctionPromise | None) -> str | None:
        """Return the handle that a function creates, where its result can be that and nothing says otherwise."""
        returns = promise.returns if promise is not None else None
        if returns is not None and any(returns.says(word) for word in _OTHERWISE):
            return None
        for name, handle in self.handles.items():
            if not handle.is_made_by(declaration.name):
                continue
            type_ = self.shaper.handles[name]
            fits = self.shaper.is_number(type_) and self.shaper.declarations.same(declaration.returns, type_)
            if fits and not self._hands_out(declaration, promise, name):
                return name
        return None

    def _hands_out(self, declaration: Declaration, promise: FunctionPromise | None, handle: str) -> bool:
        """Tell whether a handle is returned through a pointer."""
        said = [
            each
            for param in (promise.params.values() if promise else ())
            for each in (param.out, param.handle)
        ]
        if any(getattr(each, "text", None) == handle for each in said):
            return True
        types = (self.shaper.declarations.resolve(each.type) for each in declaration.parameters)
        return any(isinstance(t, c.Pointer) and self.shaper.handle_named(t.to) == handle for t in types)
