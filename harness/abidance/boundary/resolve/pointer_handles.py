"""Handles that are pointers: which parameters and results of a function are one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.functions import Result
from abidance.boundary.resolve.new_handles import is_there_already
from abidance.contract.language.clauses import Name
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c
from abidance.ir.traversal import unqualified

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.resolve.handle_holders import HandleHolders
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.model import FunctionPromise, HandlePromise, Param, Returns
    from abidance.core.span import Span
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.declarations import Parameter


@dataclass(slots=True)
class PointerHandles:
    """Finds the handles of one boundary that are pointers; what is wrong goes to `problems`."""

    shaper: Shaper
    handles: Mapping[str, HandlePromise]
    holders: HandleHolders
    problems: Problems

    def parameter(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        parameter: Parameter,
        type_: c.Pointer,
        param: Param | None,
    ) -> s.Shape | None:
        """Return a handle's shape where a parameter is one that is a pointer, `type_`, by its clause or by its type."""
        span = param.span if param else promise.span if promise else declaration.span
        nullable = (param.nullable if param else None) or False
        inner = self.shaper.declarations.resolve(type_.to)
        behind = set(self.shaper.handles_of(type_.to))
        if not isinstance(inner, c.Pointer):
            typed = self.shaper.handle_named(type_.to)
            asked = param is not None and (param.says("handle") or param.says("inout"))
            behind = {name for name in behind if asked or name == typed}
        direct = set(self.shaper.handles_of(type_))
        # Where the caller has one, something else can be left in its place.
        there = behind if not self.shaper.declarations.is_const(type_.to) else set()
        if param is not None and isinstance(param.out, Name) and param.out.text in self.handles:
            left = self._handed_out(declaration, promise, type_, param.out, span, nullable)
            return self.holders.output(left, param) if isinstance(left, s.HandleShape) else left
        if param is not None and isinstance(param.inout, Name) and param.inout.text in there:
            return self._passed(declaration, param, param.inout, span, nullable)
        named = param.handle.text if param is not None and param.handle is not None else None
        if named is not None:
            assert param is not None
            assert param.handle is not None
            if not self.shaper.known_handle(param.handle):
                return s.OpaqueShape(self.shaper.text(type_))
            if named in there and (
                self.handles[named].is_ended_by(declaration.name) or self._is_number_there(declaration, named)
            ):
                return self._passed(declaration, param, param.handle, span, nullable)
            if named in behind:
                return self.holders.output(self.shaper.handle(named, span, made=True, level=2), param)
            # A plain `void *` may lead to any, also where a kind of handle is known by no other type than that.
            plain = unqualified(type_.to)
            named_type = isinstance(unqualified(parameter.type), c.TypedefRef)
            known = direct and (named_type or not isinstance(plain, c.Void))
            if named not in direct and (known or self.shaper.is_number(self.shaper.handles[named])):
                text = self.shaper.text(parameter.type if named_type else type_)
                message = f"this is a `{text}`, which is no `{named}`"
                self.problems.contradiction(message, param.handle.span, declaration.span)
            made = self._creates(declaration, promise, named) and not is_there_already(
                declaration, promise, parameter, named, self.shaper
            )
            return self.holders.parameter(
                self.shaper.handle(named, span, made=made, nullable=nullable), param
            )
        if param is not None and any(param.says(word) for word in ("in", "out", "inout")):
            return None
        # Without a clause, the type alone tells when it is one handle's and nothing else's, or that it is destroyed.
        if (spelled := self.shaper.handle_named(parameter.type)) is not None:
            made = self._creates(declaration, promise, spelled)
            return self.shaper.handle(spelled, span, made=made, nullable=nullable)
        ended = [name for name in sorted(direct) if self.handles[name].is_ended_by(declaration.name)]
        declared = self.shaper.handle_declared(type_)
        name = next(iter(ended or direct), None) if ended or len(direct) == 1 else None
        name = name if isinstance(inner, c.RecordRef) else None
        if (name := name or declared) is not None:
            made = self._creates(declaration, promise, name)
            return self.shaper.handle(name, span, made=made, nullable=nullable)
        creates = {name for name in behind if self.handles[name].is_made_by(declaration.name)}
        if len(creates) == 1:
            return self.shaper.handle(next(iter(creates)), span, made=True, level=2)
        if ended := [name for name in sorted(there) if self.handles[name].is_ended_by(declaration.name)]:
            return self.shaper.handle(ended[0], span, level=2, nullable=nullable)
        return None

    def _is_number_there(self, declaration: Declaration, name: str) -> bool:
        """Tell whether a handle is a number that a call is told where to find, and not where to leave a new one."""
        return self.shaper.is_number(self.shaper.handles[name]) and not self.handles[name].is_made_by(
            declaration.name
        )

    def _passed(
        self, declaration: Declaration, param: Param, name: Name, span: Span, nullable: Expression | bool
    ) -> s.HandleShape:
        """Return the shape of a handle behind a pointer: one that the call takes, or that it may replace.

        What is left of one that is taken is for nobody to use; of one that is replaced it is the handle from then on.
        """
        taken = self.handles[name.text].is_ended_by(declaration.name) or param.owner == "callee"
        shape = self.shaper.handle(name.text, span, level=2, nullable=nullable)
        if not taken and (param.owner not in (None, "caller") or nullable):
            word = "owner" if param.owner else "nullable"
            message = f"`{declaration.name}` may replace the `{name.text}` that is there, and leaves it the caller's"
            made = f"{{out: {name.text}, initially: null}}"
            remedy = (
                "one that the call takes has `owner: callee`; where there is none before, the call makes one: say so, "
                f"`{made}`, in an entry of its own with `function: {declaration.name}`"
            )
            labels = (Label(param.key_span(word)), Label(declaration.span))
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        return replace(self.holders.parameter(shape, param), replaced=not taken)

    def result(
        self,
        declaration: Declaration,
        type_: c.Pointer,
        returns: Returns | None,
        nullable: Expression | bool,
        text: str,
    ) -> Result | None:
        """Return the handle that a function returns, with all that its result is; None where it returns none."""
        creates = [
            name for name in self.shaper.handles_of(type_) if self.handles[name].is_made_by(declaration.name)
        ]
        if returns is not None and returns.handle is not None and self.shaper.known_handle(returns.handle):
            creates = [returns.handle.text]
        if not creates and (returns is None or returns.to is None):
            # What adds a reference mostly returns what it was given, NULL too.
            creates = [
                name
                for name in self.shaper.handles_of(type_)
                if self.handles[name].is_acquired_by(declaration.name)
            ]
            nullable = nullable or (bool(creates) and (returns is None or returns.nullable is None))
        made = not (creates and self.handles[creates[0]].is_acquired_by(declaration.name))
        if not creates:
            return None
        span = returns.span if returns else None
        owned = self.handles[creates[0]].is_made_by(declaration.name)
        handle = self.shaper.handle(creates[0], span or declaration.span, made=made, nullable=nullable)
        result = Result(handle, text, span, nullable=nullable, owned=owned)
        if returns is not None and (returns.owner or returns.lifetime):
            result = self.holders.result(result, handle, returns)
        for clause in ("owned_when", "owned_unless"):
            if returns is not None and returns.says(clause):
                message = (
                    f"a `{creates[0]}` is a handle, and who destroys it does not depend on the arguments"
                )
                labels = (Label(returns.key_span(clause)),)
                self.problems.add(Diagnostic(WRONG_VALUE, message, labels))
        return result

    def _handed_out(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        type_: c.Pointer,
        name: Name,
        span: Span,
        nullable: Expression | bool,
    ) -> s.Shape | None:
        """Return the shape of a place where a handle comes out: behind a pointer to it, or in the caller's record.

        None where a record of that name is written that is no handle being made: somebody would have to destroy that.
        """
        inner = self.shaper.declarations.resolve(type_.to)
        behind = inner.to if isinstance(inner, c.Pointer) else inner
        # `void **`, or a `void *`; where the caller allocates so many bytes of `void`, the latter is that memory.
        sized = self.handles[name.text].size is not None and not isinstance(inner, c.Pointer)
        anything = isinstance(self.shaper.declarations.resolve(behind), c.Void) and not sized
        if anything or name.text in self.shaper.handles_of(type_.to):
            return self.shaper.handle(name.text, span, made=True, level=2)
        if name.text in self.shaper.handles_of(type_):
            if self._creates(declaration, promise, name.text):
                return self.shaper.handle(name.text, span, made=True, nullable=nullable)
            if isinstance(inner, c.RecordRef) and inner.key in self.shaper.layouts.records:
                if self.handles[name.text].ended_by is not None:
                    self.problems.contradiction(
                        f"`{declaration.name}` leaves a `{name.text}`, which is to be destroyed, and creates none",
                        name.span,
                        declaration.span,
                        remedy=f"list it under `handles: {{{name.text}: {{create: ...}}}}` with the others",
                    )
                return None
        self.problems.contradiction(
            f"a new `{name.text}` is returned through a pointer to one, and this is a `{self.shaper.text(type_)}`",
            name.span,
            declaration.span,
            remedy=f"say `handle: {name.text}` where one is passed that there is; the functions that make one in "
            f"memory of the caller are listed under `handles: {{{name.text}: {{create: ...}}}}`",
        )
        return s.OpaqueShape(self.shaper.text(type_))

    def _creates(self, declaration: Declaration, promise: FunctionPromise | None, handle: str) -> bool:
        """Tell whether a parameter is where its handle comes to life: not where the result is, by type or clause."""
        if not self.handles[handle].is_made_by(declaration.name):
            return False
        returns = promise.returns if promise is not None else None
        named = returns.handle if returns is not None and returns.owner != "callee" else None
        if named is not None and named.text == handle:
            return False
        if isinstance(declaration.returns, c.Void):
            return True  # a kind whose type is `void` is not what a function without a result returns
        returned = (declaration.returns, c.Pointer(declaration.returns))
        return not any(handle in self.shaper.handles_of(each) for each in returned)
