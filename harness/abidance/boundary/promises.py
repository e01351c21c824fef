"""One function: its declaration joined with its promise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from abidance.binding.classify import signature_of
from abidance.boundary import shapes as s
from abidance.boundary.model import Example, Function, Reject, Result
from abidance.boundary.written import MISSING, Writer
from abidance.contract.expression import Members, spelling
from abidance.core.catalogue import TYPE_REFUSED, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.problems import Problems
    from abidance.boundary.shaping import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.language.literals import Literal
    from abidance.contract.model import FunctionPromise, HandlePromise, Param, Returns
    from abidance.core.span import Span
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.declarations import Parameter


@dataclass(slots=True)
class FunctionJoiner:
    """Joins functions of one boundary; what is wrong goes to `problems`."""

    shaper: Shaper
    handles: Mapping[str, HandlePromise]
    problems: Problems

    def join(self, declaration: Declaration, promise: FunctionPromise | None) -> Function:
        """Return the function with shapes for its parameters and result."""
        params = dict(promise.params or {}) if promise else {}
        members = []
        for name, parameter in zip(_names(declaration, params), declaration.parameters, strict=True):
            members.append(self._member(declaration, promise, name, parameter, params.pop(name, None)))
        known: dict[str, Span | None] = {m.name: m.declared for m in members}
        for name, param in params.items():
            self.problems.unknown("parameter", name, param.span, known, f"`{declaration.name}`")
        result = self._result(declaration, promise)
        function = Function(declaration.name, declaration, tuple(members), result, None, promise)
        if promise is not None:
            self._check_names(function, promise)
        return self._callable(function)

    def written(self, function: Function) -> Function:
        """Return the function with the calls that the contract writes out, once all handles are known."""
        promise = function.promise
        if promise is None:
            return function
        writer = Writer(self.shaper.layouts.constants, self.problems)
        examples = tuple(self._example(function, e, writer) for e in promise.examples)
        rejects = tuple(self._reject(function, r, writer) for r in promise.rejects)
        return replace(function, examples=examples, rejects=rejects)

    def _callable(self, function: Function) -> Function:
        made = signature_of(function.declaration, self.shaper.declarations, self.shaper.layouts)
        if not isinstance(made, tuple):
            return replace(function, signature=made)
        index, refusal = made
        where = function.declaration.span if index is None else function.declaration.parameters[index].span
        diagnostic = Diagnostic(
            TYPE_REFUSED,
            f"`{function.name}` cannot be called: {refusal.reason}",
            (Label(function.span), Label(where, f"`{refusal.subject}`")),
        )
        return replace(function, refused=(diagnostic,))

    def _member(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        name: str,
        parameter: Parameter,
        param: Param | None,
    ) -> s.Member:
        resolved = self.shaper.declarations.resolve(parameter.type)
        if isinstance(resolved, c.Pointer):
            shape = self._pointer(declaration, promise, name, parameter, resolved, param)
        else:
            for clause in ("in", "out", "inout", "handle", "nullable", "length", "capacity"):
                if param is not None and param.says(clause):
                    text = self.shaper.text(parameter.type)
                    message = f"`{name}` does not point: it is a `{text}`"
                    self.problems.contradiction(message, param.key_span(clause), parameter.span)
                    break
            shape = self.shaper.shape(parameter.type, param, parameter.span, s.Direction.IN)
        return s.Member(name, shape, parameter.span, param.span if param else None)

    def _pointer(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        name: str,
        parameter: Parameter,
        type_: c.Pointer,
        param: Param | None,
    ) -> s.Shape:
        span = param.span if param else promise.span if promise else declaration.span
        nullable = (param.nullable if param else None) or False
        handle = self._handle(declaration, type_, param, span, nullable)
        if handle is not None:
            return handle
        ways = (("in", s.Direction.IN), ("out", s.Direction.OUT), ("inout", s.Direction.INOUT))
        for clause, direction in ways:
            what = getattr(param, "in_" if clause == "in" else clause, None) if param else None
            if param is None or what is None:
                continue
            if direction.written and self.shaper.declarations.is_const(type_.to):
                message = f"`{name}` points at const memory, so nothing comes out of it"
                self.problems.contradiction(message, param.key_span(clause), parameter.span)
            return self.shaper.pointer(type_, param, what, direction, parameter.span)
        text = self.shaper.text(parameter.type)
        is_function = isinstance(self.shaper.declarations.resolve(type_.to), c.FunctionType)
        later = param is not None and any(param.says(clause) for clause in ("callback", "user_data", "generate"))
        if nullable is False and not is_function and not later:
            self.problems.unspecified(name, declaration.name, span, parameter.span, text)
        return s.Opaque(text)

    def _handle(
        self,
        declaration: Declaration,
        type_: c.Pointer,
        param: Param | None,
        span: Span,
        nullable: Expression | bool,
    ) -> s.Shape | None:
        """Return a handle's shape where the parameter is one, by its clause or by its type."""
        inner = self.shaper.declarations.resolve(type_.to)
        behind = set(self.shaper.handles_of(type_.to)) if isinstance(inner, c.Pointer) else set()
        direct = set(self.shaper.handles_of(type_))
        if param is not None and param.out is not None and param.out.text in self.handles:
            return s.Handle(param.out.text, span, made=True, level=2)
        named = param.handle.text if param is not None and param.handle is not None else None
        if named is not None:
            assert param is not None
            assert param.handle is not None
            if not self.shaper.known_handle(param.handle):
                return s.Opaque(self.shaper.text(type_))
            if named in behind:
                return s.Handle(named, span, made=True, level=2)
            if direct and named not in direct:
                message = f"this is a `{self.shaper.text(type_)}`, which is no `{named}`"
                self.problems.contradiction(message, param.handle.span, declaration.span)
            return s.Handle(named, span, made=self._creates(declaration, named), nullable=nullable)
        if param is not None and any(param.says(word) for word in ("in", "out", "inout")):
            return None
        # Without a clause, the type alone tells when it is one handle's and nothing else's.
        if len(direct) == 1 and isinstance(inner, c.RecordRef) and self._opaque(inner):
            name = next(iter(direct))
            return s.Handle(name, span, made=self._creates(declaration, name), nullable=nullable)
        creates = {name for name in behind if str(self.handles[name].create) == declaration.name}
        if len(creates) == 1:
            return s.Handle(next(iter(creates)), span, made=True, level=2)
        return None

    def _creates(self, declaration: Declaration, handle: str) -> bool:
        """Tell whether a parameter is where its handle comes to life: the result is not."""
        if str(self.handles[handle].create) != declaration.name:
            return False
        return handle not in self.shaper.handles_of(declaration.returns)

    def _opaque(self, ref: c.RecordRef) -> bool:
        return self.shaper.layouts.records.get(ref.key) is None

    def _result(self, declaration: Declaration, promise: FunctionPromise | None) -> Result:
        returns = promise.returns if promise else None
        type_ = declaration.returns
        text = self.shaper.text(type_)
        resolved = self.shaper.declarations.resolve(type_)
        span = returns.span if returns else None
        if isinstance(resolved, c.Pointer):
            return self._pointer_result(declaration, resolved, returns, span, text)
        if returns is not None:
            for clause in ("to", "handle", "nullable"):
                if returns.says(clause):
                    message = f"`{declaration.name}` returns no pointer but `{text}`"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
        shape = self.shaper.shape(type_, returns, declaration.span, s.Direction.OUT)
        if returns is None:
            return Result(shape, text)
        if not isinstance(shape, s.Scalar):
            for clause in ("status", "bool", "enum", "range", "one_of"):
                if returns.says(clause):
                    message = f"`{declaration.name}` returns `{text}`, which is no number"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
            return Result(shape, text, span)
        return self._number_result(shape, returns, declaration, text, span)

    def _number_result(
        self, shape: s.Scalar, returns: Returns, declaration: Declaration, text: str, span: Span | None
    ) -> Result:
        ok: frozenset[int] = frozenset()
        if returns.bool:
            shape = replace(shape, kind="bool", members=(), lowest=0, highest=1)
        if returns.enum is not None:
            if shape.kind != "enum":
                message = f"`{declaration.name}` returns `{text}`, which is no enum"
                self.problems.contradiction(message, returns.key_span("enum"), declaration.span)
            shape = replace(shape, closed=returns.enum == "closed")
        if returns.status is not None:
            constants = self.shaper.layouts.constants
            values: dict[int, str] = {}
            successes = [self.problems.constant(e, constants) for e in returns.status.ok]
            ok = frozenset(int(value) for value in successes if value is not None)
            for expression, value in zip(returns.status.ok, successes, strict=True):
                if value is not None:
                    values[int(value)] = expression.text
            for name in returns.status.errors or {}:
                known: dict[str, Span | None] = dict.fromkeys(constants)
                number = constants.get(name.text, _literal(name.text))
                if number is None:
                    self.problems.unknown("status", name.text, name.span, known, "the header")
                else:
                    values[number] = name.text
            names = {**(shape.names or {}), **values}
            shape = replace(shape, kind=shape.kind, members=tuple(values), names=names, closed=True)
        return Result(shape, text, span, ok)

    def _pointer_result(
        self, declaration: Declaration, type_: c.Pointer, returns: Returns | None, span: Span | None, text: str
    ) -> Result:
        direct = list(self.shaper.handles_of(type_))
        creates = [name for name in direct if str(self.handles[name].create) == declaration.name]
        if returns is not None and returns.handle is not None and self.shaper.known_handle(returns.handle):
            creates = [returns.handle.text]
        nullable: Expression | bool = False
        if returns is not None and returns.nullable is not None:
            nullable = returns.nullable
        if creates:
            owned = str(self.handles[creates[0]].create) == declaration.name
            where = span or declaration.span
            handle = s.Handle(creates[0], where, made=True, nullable=nullable)
            return Result(handle, text, span, nullable=nullable, owned=owned)
        if returns is not None and returns.to is not None:
            shape = self.shaper.pointer(type_, returns, returns.to, s.Direction.IN, declaration.span)
            return Result(shape, text, span, nullable=nullable)
        if returns is not None:
            for clause in ("status", "bool", "enum", "range", "one_of"):
                if returns.says(clause):
                    message = f"`{declaration.name}` returns a pointer, `{text}`"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
        # Nothing is promised of a pointer that the contract does not mention.
        said = returns is not None and returns.nullable is not None
        return Result(s.Opaque(text), text, span, nullable=nullable if said else True)

    def _check_names(self, function: Function, promise: FunctionPromise) -> None:
        members = {spelling(member.name): member for member in function.members}
        known = {*members, *self.shaper.constants}
        resolve = _resolver(function)
        for expression in promise.requires:
            self.problems.names(expression, known, resolve)
        for expression in promise.ensures:
            self.problems.names(expression, {*known, "result", "errno"}, resolve)
        for place in (*(promise.params or {}).values(), promise.returns):
            if place is not None:
                for clause in (place.length, place.capacity, place.nullable):
                    if clause is not None and not isinstance(clause, bool):
                        self.problems.names(clause, {*known, "result"}, resolve)

    def _example(self, function: Function, example: Any, writer: Writer) -> Example:
        given: dict[str, Any] = {}
        expected: dict[str, Any] = {}
        known = {member.name: member for member in function.members}
        for name, literal in example.arguments.items():
            member = known.get(name.text)
            if member is None:
                places: dict[str, Span | None] = {m.name: m.declared for m in function.members}
                self.problems.unknown("parameter", name.text, name.span, places, f"`{function.name}`")
                continue
            value = writer.value(member.shape, literal, member.declared)
            if value is MISSING:
                continue
            out = isinstance(member.shape, s.Pointer) and not member.shape.direction.read and value is not None
            (expected if out else given)[name.text] = value
        self._expect(function, example.returns, expected, writer)
        return Example(given, expected, _first_line(example.places.body))

    def _reject(self, function: Function, reject: Any, writer: Writer) -> Reject:
        given: dict[str, Any] = {}
        words = []
        for name, literal in reject.when.items():
            words.append(f"`{name}: {_literal_text(literal)}`")
            self._replace(function.members, name.text.split("."), name.span, literal, given, writer, function.name)
        expected: dict[str, Any] = {}
        self._expect(function, reject.returns, expected, writer)
        return Reject(given, expected, _first_line(reject.places.body), " and ".join(words))

    def _replace(
        self,
        members: tuple[s.Member, ...],
        path: list[str],
        span: Span,
        literal: Literal,
        given: dict[str, Any],
        writer: Writer,
        owner: str,
    ) -> None:
        member = next((m for m in members if m.name == path[0]), None)
        if member is None:
            places: dict[str, Span | None] = {m.name: m.declared for m in members}
            self.problems.unknown("parameter or field", path[0], span, places, f"`{owner}`")
            return
        inner = member.shape.element if isinstance(member.shape, s.Pointer) else member.shape
        if len(path) > 1 or (literal.entries is not None and isinstance(inner, s.Record)):
            if not isinstance(inner, s.Record):
                message = f"`{member.name}` has no fields"
                self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(span), Label(member.declared))))
                return
            nested = given.setdefault(member.name, {})
            if len(path) > 1:
                self._replace(inner.members, path[1:], span, literal, nested, writer, inner.spelling)
            else:
                for name, value in (literal.entries or {}).items():
                    self._replace(inner.members, [name.text], name.span, value, nested, writer, inner.spelling)
            return
        if literal.entries is not None and isinstance(inner, s.Scalar):
            given[member.name] = self._constrained(inner, literal)
            return
        value = writer.value(member.shape, literal, member.declared)
        if value is not MISSING:
            given[member.name] = value

    def _constrained(self, shape: s.Scalar, literal: Literal) -> Any:
        """Return a shape with the unlawful values of ``{range: [..]}`` or ``{one_of: [..]}``."""
        constants = self.shaper.layouts.constants
        bounds: dict[str, list[Any]] = {}
        for name, inner in (literal.entries or {}).items():
            if name.text not in ("range", "one_of") or inner.items is None:
                message = f"`{name}` says no value here; `range: [lowest, highest]` and `one_of: [...]` do"
                self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(name.span),)))
                return 0
            bounds[name.text] = [self.problems.constant(item.expression(), constants) for item in inner.items]
        bits = shape.size * 8 - shape.signed
        full = replace(
            shape, kind="int", members=(), closed=False,
            lowest=-(1 << bits) if shape.signed else 0, highest=(1 << bits) - 1,
        )  # fmt: skip
        if "one_of" in bounds:
            return replace(full, members=tuple(b for b in bounds["one_of"] if b is not None), closed=True)
        if len(bounds.get("range", [])) == 2 and None not in bounds["range"]:
            low, high = bounds["range"]
            return replace(full, lowest=max(low, full.lowest), highest=min(high, full.highest))
        return 0

    def _expect(
        self, function: Function, returns: Literal | None, expected: dict[str, Any], writer: Writer
    ) -> None:
        if returns is None:
            return
        if isinstance(function.result.shape, s.Nothing):
            message = f"`{function.name}` returns nothing"
            self.problems.contradiction(message, returns.span, function.declaration.span)
            return
        value = writer.value(function.result.shape, returns, function.declaration.span)
        if value is not MISSING:
            expected["result"] = value


def _names(declaration: Declaration, params: Mapping[str, Param]) -> list[str]:
    """Return the parameters' names. Those without one in the header take the contract's, in its order.

    Only when the contract names exactly as many: otherwise they are ``arg1``, ``arg2`` and so on.
    """
    named = {parameter.name for parameter in declaration.parameters if parameter.name}
    unnamed = sum(not parameter.name for parameter in declaration.parameters)
    given = [name for name in params if name not in named]
    taken = iter(given) if len(given) == unnamed else None
    return [
        parameter.name or (next(taken) if taken else f"arg{index + 1}")
        for index, parameter in enumerate(declaration.parameters)
    ]


def _resolver(function: Function) -> Any:
    """Return what tells the fields at a path, for checking names in expressions."""
    members = {spelling(member.name): member.shape for member in function.members}
    members["result"] = function.result.shape

    def resolve(parts: tuple[str, ...]) -> Members | None:
        shape: Any = members.get(parts[0])
        for part in parts[1:]:
            if part == "[]":
                shape = shape.of if isinstance(shape, s.Array) else getattr(shape, "element", None)
                continue
            inner = shape.element if isinstance(shape, s.Pointer) else shape
            if not isinstance(inner, s.Record):
                return None
            shape = next((m.shape for m in inner.members if m.name == part), None)
        if isinstance(shape, s.Pointer):
            shape = shape.element if shape.what is s.What.ONE else None
        if isinstance(shape, s.Record):
            names = {member.name: member.declared for member in shape.members}
            return Members(shape.spelling, names, names)
        return Members("", {}) if isinstance(shape, s.Scalar) else None

    return resolve


def _literal(text: str) -> int | None:
    try:
        return int(text, 0)
    except ValueError:
        return None


def _literal_text(literal: Literal) -> str:
    if literal.items is not None:
        return f"[{', '.join(_literal_text(item) for item in literal.items)}]"
    if literal.entries is not None:
        return f"{{{', '.join(f'{name}: {_literal_text(v)}' for name, v in literal.entries.items())}}}"
    return literal.text or "null"


def _first_line(span: Span) -> Span:
    """Return a span that can be underlined: the mapping's own, or its first line."""
    return span if span.line == span.end_line else replace(span, end_line=span.line, end_column=span.column + 1)
