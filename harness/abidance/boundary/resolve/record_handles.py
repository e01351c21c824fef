"""Handles that are passed by value: which parameters and results of a function are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.functions import Result
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.resolve.handle_holders import HandleHolders
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import FunctionPromise, HandlePromise, Param, Returns
    from abidance.core.span import Span
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.declarations import Parameter


@dataclass(slots=True)
class RecordHandles:
    """Finds the handles of one boundary that are passed by value; what is wrong goes to `problems`."""

    shaper: Shaper
    handles: Mapping[str, HandlePromise]
    holders: HandleHolders
    problems: Problems

    def parameter(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        parameter: Parameter,
        param: Param | None,
    ) -> s.HandleShape | None:
        """Return the handle that a parameter is given: by its clause, or as the only one of its type."""
        name = self._named(parameter.type, param.handle if param else None, declaration)
        if name is None:
            return None
        span = param.span if param else promise.span if promise else declaration.span
        shape = self._shape(name, parameter.type, span)
        if param is None:
            return shape
        self._check_nullable(name, param)
        return self.holders.parameter(shape, param)

    def result(self, declaration: Declaration, promise: FunctionPromise | None, text: str) -> Result | None:
        """Return the handle that a function returns, with all that its result is; None where it returns none."""
        returns = promise.returns if promise else None
        type_ = declaration.returns
        makes = [name for name in self._of_type(type_) if self.handles[name].is_made_by(declaration.name)]
        said = returns.handle if returns is not None else None
        name = makes[0] if makes and said is None else self._named(type_, said, declaration)
        # One that the contract says nothing of is only a record.
        if name is None or not (makes or said is not None):
            return None
        span = returns.span if returns else None
        shape = self._shape(name, type_, span or declaration.span, made=True)
        result = Result(shape, text, span, owned=self.handles[name].is_made_by(declaration.name))
        if returns is None:
            return result
        self._check_nullable(name, returns)
        return self.holders.result(result, shape, returns) if returns.owner or returns.lifetime else result

    def is_record(self, type_: c.Type) -> bool:
        """Tell whether values of a type are records, so that it was looked at here which handle they are."""
        return self._record(type_) is not None

    def _shape(self, name: str, type_: c.Type, span: Span, *, made: bool = False) -> s.RecordHandle:
        record = self._record(type_)
        assert record is not None
        layout = self.shaper.layouts.records[record.key]
        numbers = self.shaper.created_with.get(name, ())
        return s.RecordHandle(
            name, span, made=made, apart=made, size=layout.size, align=layout.align, created_with=numbers
        )

    def _record(self, type_: c.Type) -> c.RecordRef | None:
        resolved = self.shaper.declarations.resolve(type_)
        if isinstance(resolved, c.RecordRef) and resolved.key in self.shaper.layouts.records:
            return resolved
        return None

    def _of_type(self, type_: c.Type) -> list[str]:
        """Return the handles that such a record may be: a copy of what the library allocates is none."""
        if self._record(type_) is None:
            return []
        return [name for name in self.shaper.handles_of(c.Pointer(type_)) if name in self.shaper.in_memory]

    def _named(self, type_: c.Type, said: Name | None, declaration: Declaration) -> str | None:
        """Return which handle a record is: that which is `said`, or the only one of its type, or that it ends."""
        known = self._of_type(type_)
        if said is None or self._record(type_) is None:
            handles, function = self.handles, declaration.name
            ended = [
                n for n in known if handles[n].is_ended_by(function) or handles[n].is_acquired_by(function)
            ]
            return known[0] if len(known) == 1 else ended[0] if len(ended) == 1 else None
        if not self.shaper.known_handle(said):
            return None
        if said.text in known:
            return said.text
        message = f"this is a `{self.shaper.text(type_)}`, which is no `{said.text}`"
        if said.text in self.shaper.handles_of(c.Pointer(type_)):
            message = f"the library allocates a `{said.text}`, and this is only a copy of what is in it"
        self.problems.contradiction(message, said.span, declaration.span)
        return None

    def _check_nullable(self, name: str, place: Param | Returns) -> None:
        """Complain that there may be none: each of a record's values is one."""
        if place.nullable in (None, False):
            return
        words = f"a `{name}` is passed by value, and nothing stands for none"
        remedy = (
            "one that tells of an error is a handle as well: say what may be done with it by a function that looks at "
            f"it, `requires: is_valid(...)`, or by `handles: {{{name}: {{states: ...}}}}`"
        )
        labels = (Label(place.key_span("nullable")),)
        self.problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))
