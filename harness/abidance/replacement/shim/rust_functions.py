"""One function of a boundary in Rust: its signature, what is refused, its buffers as slices, and no body yet.

What stands in it is what the contract says and nothing else: what a call is to do, a person fills in. Until then it
returns what the contract calls a failure, and ends the process where nothing is one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    Direction,
    HandleShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.ir.declarations import spell
from abidance.ir.types import Basic, EnumRef, FunctionType, Pointer, Void
from abidance.layout.rust_names import rust_identifier
from abidance.replacement.shim.rust_types import NoRustError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.expression import Expression
    from abidance.ir.declarations import Function
    from abidance.ir.types import Type
    from abidance.replacement.shim.rust_types import RustTypes

_OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "/",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
_COMPARISONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_WIDEST = 100
_DONE = {Direction.IN: "read", Direction.OUT: "written", Direction.INOUT: "read and written"}


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter that a length may name: what the contract says, its name in Rust, its type in C."""

    member: Member
    rust: str
    type: Type


@dataclass(slots=True)
class FunctionWriter:
    """Writes functions, and gathers the constants that their texts name, each with the type that it is of."""

    boundary: Boundary
    types: RustTypes
    attribute: str
    constants: dict[str, tuple[str, Type]] = field(default_factory=dict)

    def text(self, declaration: Function, function: BoundaryFunction | None) -> str:
        """Return the whole function; raises NoRustError where Rust cannot export it. `function` is the contract's."""
        if declaration.variadic:
            raise NoRustError("stable Rust defines no function with `...`")
        names = _names(declaration, function)
        parameters = [
            f"{name}: {self.types.passed(each.type)}"
            for name, each in zip(names, declaration.parameters, strict=True)
        ]
        result = self.types.returned(declaration.returns)
        failure, words = self._failure(declaration, function)
        lines = [f"/// `{_c(declaration)}`"]
        if function is not None and function.promise and function.promise.summary:
            lines += ["///", f"/// {function.promise.summary}"]
        lines += ["///", *(f"/// {each}".rstrip() for each in self._safety(function))]
        symbol = declaration.symbol
        if symbol != declaration.name:
            named = f'export_name = "{symbol}"'
            lines.append(f"#[unsafe({named})]" if "unsafe" in self.attribute else f"#[{named}]")
        else:
            lines.append(self.attribute)
        head = f'pub unsafe extern "C" fn {rust_identifier(declaration.name) or declaration.name}('
        one = f"{head}{', '.join(parameters)}){result} {{"
        lines += (
            [one]
            if len(one) <= _WIDEST
            else [head, *(f"    {each}," for each in parameters), f"){result} {{"]
        )
        failed = failure or f'from_c::no_answer("{declaration.name}")'
        lines += [f"    from_c::answer(|| {failed}, || {{"]
        lines += [f"        {each}" for each in self._refusals(declaration, function)]
        lines += [f"        {each}" for each in self._views(declaration, function)]
        lines += [f"        // {each}" for each in self._to_do(function, words)]
        lines += [f"        {failed}", "    })", "}"]
        return "\n".join(lines)

    def _to_do(self, function: BoundaryFunction | None, words: str) -> Iterator[str]:
        yield "DRAFT: fill in what it does, and return what the contract promises"
        status = (
            function.promise.returns.status
            if function and function.promise and function.promise.returns
            else None
        )
        if status is not None:
            yield f"success is {' or '.join(each.text for each in status.ok) or 'all else'}"
            yield from (f"{name.text}: {why}" for name, why in status.errors.items())
        if function and function.promise and function.promise.returns and function.promise.returns.errno:
            yield "where it fails, `from_c::set_errno` says why"
        for each in function.ensures if function else ():
            yield from (f"ensures {line.strip()}" for line in each.text.splitlines()[:1])
        yield words

    def _failure(self, declaration: Function, function: BoundaryFunction | None) -> tuple[str, str]:
        """Return what a call answers that fails, empty where nothing is a failure, and a sentence about it."""
        none = (
            "nothing that it returns is a failure: it ends the process, which is the honest answer of a draft"
        )
        if function is None or function.promise is None:
            return "", none
        returns, type_ = function.promise.returns, declaration.returns
        bare = self.boundary.declarations.resolve(type_)
        status = returns.status if returns is not None else None
        status = None if status is not None and status.is_asked else status
        for each in (*(each.text for each in status.ok), *status.errors) if status is not None else ():
            self._constant(str(each), type_)  # all of them are declared
        for name in status.errors if status is not None else ():
            # Of a range such as `..-1`, the end that is written: the first one, where both are.
            ends = (end for end in name.text.split("..") if end)
            value = next(filter(None, (self._constant(end, type_) for end in ends)), "")
            if value:
                which = "one of its errors" if ".." in name.text else "the first of its errors"
                return value, f"until then, and where it panics, it returns {value}, {which}"
        if isinstance(function.result.shape, ScalarShape) and function.result.shape.kind == "bool":
            return "false" if isinstance(
                bare, Basic
            ) and bare.spelling == "_Bool" else "0", "until then it is false"
        if isinstance(bare, Pointer) and function.result.nullable:
            return self._null(bare), "until then it returns NULL"
        return "", none

    def _null(self, pointer: Pointer) -> str:
        if isinstance(self.boundary.declarations.resolve(pointer.to), FunctionType):
            return "None"
        return "ptr::null()" if self.boundary.declarations.is_const(pointer.to) else "ptr::null_mut()"

    def _constant(self, text: str, type_: Type) -> str:
        """Return a written constant as a value of that type; empty for what is none."""
        value = self.boundary.constants.get(text)
        rust = self.types.spelled(type_)
        if isinstance(value, int):
            known = self.types.constant(text) or self.constants.setdefault(text, (rust, type_))[0]
            return text if known == rust else f"{text} as {rust}"
        try:
            number = int(text, 0)
        except ValueError:
            return ""
        return self.number(number, type_)

    def number(self, value: int, type_: Type) -> str:
        """Return a number as one of that type, as C converts it (C11 6.3.1.3)."""
        number = self.boundary.layouts.number(self.boundary.declarations.resolve(type_))
        if number is not None and number.kind == "int" and not number.signed:
            value %= 1 << 8 * number.size
        return str(value)

    def _safety(self, function: BoundaryFunction | None) -> Iterator[str]:
        yield "# Safety"
        yield ""
        if function is None:
            yield "The contract says nothing of it."
            return
        said = [text for each in function.members if (text := _said(each))]
        yield from said or ["Nothing is asked of a caller."]

    def _refusals(self, declaration: Function, function: BoundaryFunction | None) -> Iterator[str]:
        """Yield what answers the calls under `rejects`, before any memory of them is looked at."""
        promise = function.promise if function is not None else None
        for reject, written in (
            zip(function.rejects, promise.rejects, strict=True) if function and promise else ()
        ):
            condition = self._condition(declaration, function, reject) if function else ""
            returned = self._answer(declaration, written.returns.text if written.returns else None, reject)
            if condition and returned is not None and not reject.ensures:
                yield f"if {condition} {{"
                yield f"    return{' ' if returned else ''}{returned};"
                yield "}"
            else:
                yield f"// DRAFT: refuse `{' '.join(reject.text.split())}`"

    def _answer(self, declaration: Function, written: str | None, reject: Reject) -> str | None:
        bare = self.boundary.declarations.resolve(declaration.returns)
        if isinstance(bare, Void):
            return ""
        if RESULT_NAME not in reject.expected:
            return None
        value = reject.expected[RESULT_NAME]
        if isinstance(bare, Pointer):
            return self._null(bare) if value is None else None
        if not isinstance(value, int):
            return None
        if isinstance(bare, Basic) and bare.spelling == "_Bool":
            return "true" if value else "false"
        return self._constant(written or "", declaration.returns) or self.number(value, declaration.returns)

    def _condition(self, declaration: Function, function: BoundaryFunction, reject: Reject) -> str:
        """Return the condition under which a call is refused; empty where a draft cannot tell."""
        names = dict(
            zip((each.name for each in function.members), _names(declaration, function), strict=False)
        )
        types = {
            each.name: parameter.type
            for each, parameter in zip(function.members, declaration.parameters, strict=False)
        }
        parts: list[str] = []
        for path, value in reject.given.items():
            name, type_ = names.get(path), types.get(path)
            if name is None or type_ is None:
                return ""
            part = self._part(name, type_, value)
            if not part:
                return ""
            parts.append(part)
        return " && ".join(parts)

    def _part(self, name: str, type_: Type, value: object) -> str:
        bare = self.boundary.declarations.resolve(type_)
        if isinstance(bare, Pointer):
            function = isinstance(self.boundary.declarations.resolve(bare.to), FunctionType)
            return f"{name}.is_{'none' if function else 'null'}()" if value is None else ""
        number = self.boundary.layouts.number(bare) if isinstance(bare, Basic | EnumRef) else None
        if number is None or number.kind != "int":
            return ""
        if isinstance(value, bool):
            return ""
        if isinstance(value, int):
            return f"{name} == {self.number(value, type_)}"
        if isinstance(value, ScalarShape) and value.members:
            listed = ", ".join(self.number(int(each), type_) for each in value.members)
            return f"[{listed}].contains(&{name})"
        if isinstance(value, ScalarShape) and not value.flags:
            return f"({int(value.lowest)}..={int(value.highest)}).contains(&{name})"
        return ""

    def _views(self, declaration: Function, function: BoundaryFunction | None) -> Iterator[str]:
        """Yield what makes of each parameter what Rust works with."""
        if function is None:
            return
        names = _names(declaration, function)
        known = {
            each.name: _Parameter(each, name, parameter.type)
            for each, name, parameter in zip(function.members, names, declaration.parameters, strict=False)
        }
        for name, each, parameter in zip(names, function.members, declaration.parameters, strict=False):
            bare = self.boundary.declarations.resolve(parameter.type)
            if not isinstance(bare, Pointer):
                continue
            constant = self.boundary.declarations.is_const(bare.to)
            match each.shape:
                case PointerShape() as shape:
                    cast = (
                        self._cast(shape)
                        if isinstance(self.boundary.declarations.resolve(bare.to), Void)
                        else ""
                    )
                    yield self._pointer(name, f"{name}{cast}", shape, known)
                case HandleShape(made=True, level=1) as handle if self._is_laid_out(handle):
                    yield f"let {name} = unsafe {{ from_c::place({name}) }};"
                case HandleShape(made=False, level=1) as handle if self._used(function, handle):
                    yield f"let {name} = unsafe {{ {name}.as_{'ref' if constant else 'mut'}() }};"

    def _used(self, function: BoundaryFunction, shape: HandleShape) -> bool:
        life = self.boundary.handles[shape.handle]
        shared = self.boundary.contract.handles[shape.handle].concurrent
        ends = function.name in (life.destroy, life.acquire) and life.record is None
        return (
            (life.record is None or self._is_laid_out(shape))
            and not ends
            and not shared
            and shape.owner != "callee"
        )

    def _is_laid_out(self, shape: HandleShape) -> bool:
        """Tell whether a handle is a record in the caller's memory, with fields that Rust can name."""
        return isinstance(self.boundary.handles[shape.handle].record, RecordShape)

    def _pointer(self, name: str, at: str, shape: PointerShape, known: Mapping[str, _Parameter]) -> str:
        mutable = shape.direction is not Direction.IN
        if shape.what is What.STRING and shape.direction is Direction.IN and shape.codec != "utf-16":
            return f"let {name} = unsafe {{ from_c::text({name}.cast()) }};"
        if shape.what is What.ONE:
            view = (
                f"from_c::place({at})"
                if shape.direction is Direction.OUT
                else f"{at}.as_{'mut' if mutable else 'ref'}()"
            )
            return f"let {name} = unsafe {{ {view} }};"
        size = (
            shape.capacity
            if shape.direction is Direction.OUT and shape.capacity is not None
            else shape.length
        )
        if shape.direction is Direction.INOUT and shape.capacity is not None:
            size = shape.capacity
        counted = self._count(size, known) if size is not None and not shape.ended_by else ""
        if not counted or (shape.what is What.STRING and not mutable):
            said = f"`{size.text}`" if size is not None else "the contract gives no number"
            return f"// `{name}` stays a pointer: its length is {said}"
        of = f"{name}.cast::<u8>()" if shape.what is What.BYTES else at
        kind = "room" if shape.direction is Direction.OUT else "slice_mut" if mutable else "slice"
        return f"let {name} = unsafe {{ from_c::{kind}({of}, {counted}) }};"

    def _cast(self, shape: PointerShape) -> str:
        """Return what makes of a `void *` a pointer to what the contract says is there; empty for bytes."""
        type_ = self.boundary.declarations.find_type(getattr(shape.element, "spelling", ""))
        if type_ is None or shape.what in (What.BYTES, What.STRING):
            return ""
        return f".cast::<{self.types.spelled(type_)}>()"

    def _count(self, size: Expression, known: Mapping[str, _Parameter]) -> str:
        """Return a length as an expression of Rust over the parameters; empty where it cannot be one."""
        try:
            return self._arithmetic(size.tree, known)
        except NoRustError:
            return ""

    def _arithmetic(self, node: ast.expr, known: Mapping[str, _Parameter]) -> str:
        match node:
            case ast.Constant(value=int() as value) if not isinstance(value, bool):
                return str(value)
            case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
                one, other = (self._arithmetic(each, known) for each in (left, right))
                return f"({one} {_OPERATORS[type(operator)]} {other})"
            case ast.IfExp(test, body, orelse):
                one, other = (self._arithmetic(each, known) for each in (body, orelse))
                return f"if {self._test(test, known)} {{ {one} }} else {{ {other} }}"
            case ast.Call(func=ast.Name("min" | "max" as which), args=[first, second], keywords=[]):
                return f"usize::{which}({self._arithmetic(first, known)}, {self._arithmetic(second, known)})"
            case ast.Name(spelled):
                parameter = _named(spelled, known)
                constant = self.boundary.constants.get(spelled)
                if parameter is None and isinstance(constant, int):
                    return str(constant)
                return self._counted(parameter)
        raise NoRustError("no arithmetic of parameters")

    def _test(self, node: ast.expr, known: Mapping[str, _Parameter]) -> str:
        """Return a condition on a number that is passed, compared with a constant."""
        match node:
            case ast.Compare(ast.Name(spelled), [operator], [ast.Name() | ast.Constant() as right]):
                parameter = _named(spelled, known)
                written = right.id if isinstance(right, ast.Name) else str(right.value)
                if (
                    parameter is not None
                    and isinstance(parameter.member.shape, ScalarShape)
                    and parameter.member.shape.kind in {"int", "enum"}
                    and type(operator) in _COMPARISONS
                    and (value := self._constant(written, parameter.type))
                ):
                    return f"{parameter.rust} {_COMPARISONS[type(operator)]} {value}"
        raise NoRustError("no comparison of a number with a constant")

    @staticmethod
    def _counted(parameter: _Parameter | None) -> str:
        shape: Shape | None = parameter.member.shape if parameter is not None else None
        if parameter and isinstance(shape, ScalarShape) and shape.kind in {"int", "enum"}:
            return f"from_c::count({parameter.rust})"
        if (
            parameter
            and isinstance(shape, PointerShape)
            and shape.what is What.ONE
            and shape.direction is not Direction.OUT
            and isinstance(shape.element, ScalarShape)
        ):
            return f"from_c::count_at({parameter.rust})"
        raise NoRustError("no number that is known before the call")


def _named(spelled: str, known: Mapping[str, _Parameter]) -> _Parameter | None:
    """Return the parameter that an expression names: one that is a reserved word has an underscore behind it."""
    return known.get(spelled) or known.get(spelled.rstrip("_"))


def _names(declaration: Function, function: BoundaryFunction | None) -> list[str]:
    """Return the parameters' names in Rust, those of the contract where the header has none."""
    given = [each.name for each in function.members] if function is not None else []
    found: list[str] = []
    for number, each in enumerate(declaration.parameters):
        name = each.name or (given[number] if number < len(given) else "")
        found.append(rust_identifier(name) or f"arg{number + 1}")
    return found


def _c(declaration: Function) -> str:
    parameters = ", ".join(spell(each.type, each.name) for each in declaration.parameters) or "void"
    return " ".join(spell(declaration.returns, f"{declaration.name}({parameters})").split())


def _said(member: Member) -> str:
    """Return in words what the contract asks of a pointer; nothing for what is none."""
    shape = member.shape
    if isinstance(shape, HandleShape):
        what = f"where a `{shape.handle}` comes into being" if shape.made else f"a `{shape.handle}`"
        return f"- `{member.name}` is {what}"
    if not isinstance(shape, PointerShape):
        return f"- `{member.name}` is as the header has it" if isinstance(shape, AddressShape) else ""
    size = shape.capacity or shape.length
    kind = {What.STRING: "text that a NUL ends", What.ONE: "one object"}.get(shape.what, "elements")
    counted = (
        f", `{size.text}` of them" if size is not None and shape.what in (What.BYTES, What.ARRAY) else ""
    )
    null = "" if shape.nullable is False else ", or NULL"
    what = "bytes" if shape.what is What.BYTES else kind
    return f"- `{member.name}` points to {what}{counted}, {_DONE[shape.direction]}{null}"
