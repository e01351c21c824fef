"""A checked syntax tree to C statements: the counterpart of `contract/expression/evaluation.py`, node by node."""

from __future__ import annotations

import ast
import contextlib
from typing import TYPE_CHECKING

from abidance.contract.expression import declared
from abidance.contract.expression.environment import CALLS, CONSTANTS
from abidance.native.expressions import functions
from abidance.native.expressions.arithmetic import compute, unary
from abidance.native.expressions.comparisons import compare
from abidance.native.expressions.emitter import Emitter, NotCompiledError, NoValueError
from abidance.native.expressions.kinds import (
    AnyValue,
    CRange,
    CWritten,
    Elements,
    JoinedVariable,
    enter,
    integer,
    narrowed,
    truth,
    without_null,
)
from abidance.native.expressions.literals import literal
from abidance.native.expressions.loops import Looping
from abidance.native.expressions.sequences import (
    SliceLimits,
    chosen,
    cut,
    elements,
    joined,
    repeated,
    subscript,
    written,
)
from abidance.native.expressions.values import CBytes, CInt, CList, COpaque, CRecord, CValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression.folding import ConstantFolder
    from abidance.native.expressions.loops import Scope


class ExpressionCompiler:
    """Compiles one expression; `names` and `before` are the values after the call and before it."""

    def __init__(
        self,
        names: Mapping[str, CValue],
        before: Mapping[str, CValue] | None,
        constants: Mapping[str, object],
        folder: ConstantFolder,
        out: Emitter | None = None,
    ) -> None:
        self.out = Emitter() if out is None else out
        self._names = names
        self._before = before
        self._after: Mapping[str, CValue] | None = None
        self._constants = constants
        self._folder = folder
        self._loops = Looping(self)

    def build(self, node: ast.expr, scope: Scope) -> AnyValue:
        """Return the value of `node`, whose statements are added; raises NoValueError where it never has one."""
        if not isinstance(node, ast.Constant):
            folded = self._folder.constant(node, dict.fromkeys(scope))
            if folded and isinstance(folded[0], int | float | bytes | None):
                return literal(self.out, folded[0])
        match node:
            case ast.Constant(value=value):
                return literal(self.out, value)
            case ast.Name(id=name):
                return self._name(name, scope)
            case ast.Attribute(value=owner, attr=name):
                return self._field(self._invoked(owner, scope, name) or self.build(owner, scope), name)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._condition(f"!{self.condition(operand, scope)}")
            case ast.UnaryOp(op=operator, operand=operand):
                return unary(self.out, type(operator), self.build(operand, scope))
            case ast.BinOp(left=left, op=operator, right=right):
                return self._binary(type(operator), self.build(left, scope), self.build(right, scope))
            case ast.BoolOp():
                return self._bool(node, scope)
            case ast.Compare():
                return self._compare(node, scope)
            case ast.IfExp(test=test, body=then, orelse=otherwise):
                return self._choice(test, then, otherwise, scope)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return written([self.build(part, scope) for part in parts])
            case ast.ListComp() | ast.GeneratorExp():
                return self._loops.listed(node, scope)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments, scope)
        raise AssertionError(ast.dump(node))

    def condition(self, node: ast.expr, scope: Scope) -> str:
        """Return `node` as a C condition."""
        return truth(self.out, self.build(node, scope))

    def _condition(self, text: str) -> CInt:
        return CInt(self.out.whole(text), boolean=True)

    def _name(self, name: str, scope: Scope) -> AnyValue:
        if name in scope:
            found = scope[name]
            if self._after is not None and isinstance(found, CRecord) and found.before is not None:
                return found.before
            return found
        if name in CONSTANTS:
            return literal(self.out, CONSTANTS[name])
        if name in self._names:
            return enter(self.out, self._names[name])
        if name in self._constants:
            return literal(self.out, self._constants[name])
        raise NotCompiledError(f"`{name}` has no value in C")

    def _field(self, owner: AnyValue, name: str) -> AnyValue:
        field = declared(name)
        record = narrowed(
            self.out,
            without_null(self.out, owner),
            lambda kind: isinstance(kind, CRecord) and field in kind.fields,
        )
        if isinstance(record, CRecord) and (found := record.fields.get(field)) is not None:
            return enter(self.out, found)
        if isinstance(record, CRecord | COpaque):
            self.out.unseen.append(f"`{name}` is not known in C")
        raise NoValueError

    def _subscript(self, node: ast.Subscript, scope: Scope) -> AnyValue:
        owner = self.build(node.value, scope)
        if not isinstance(node.slice, ast.Slice):
            return subscript(self.out, owner, self.build(node.slice, scope))
        items = elements(self.out, owner)
        limits = (
            integer(self.out, self.build(part, scope)) if part else ""
            for part in (node.slice.lower, node.slice.upper, node.slice.step)
        )
        return cut(self.out, items, SliceLimits(*limits))

    def _binary(self, kind: type[ast.operator], left: AnyValue, right: AnyValue) -> AnyValue:
        if kind is ast.Add or kind is ast.Mult:
            left, right = functions.solid(self.out, left), functions.solid(self.out, right)
        if kind is ast.Add and isinstance(left, Elements) and isinstance(right, Elements):
            if isinstance(left, CBytes) and not isinstance(right, CBytes):
                raise NoValueError
            return joined(self.out, left, right)
        if kind is ast.Mult and isinstance(right, Elements):
            left, right = right, left
        if kind is ast.Mult and isinstance(left, Elements):
            return repeated(self.out, left, integer(self.out, right))
        return compute(self.out, kind, left, right)

    def _bool(self, node: ast.BoolOp, scope: Scope) -> AnyValue:
        first, *rest = node.values
        result = self.out.flag(self.condition(first, scope))
        for part in rest:
            with self.out.block(f"if ({'' if isinstance(node.op, ast.And) else '!'}{result})"):
                self.out(f"{result} = {self.condition(part, scope)};")
        return CInt(result, boolean=True)

    def _compare(self, node: ast.Compare, scope: Scope) -> AnyValue:
        left = self.build(node.left, scope)
        result = ""
        for operator, operand in zip(node.ops, node.comparators, strict=True):
            if not result:
                right = self.build(operand, scope)
                result = self.out.flag(compare(self.out, type(operator), left, right))
            else:
                with self.out.block(f"if ({result})"):
                    right = self.build(operand, scope)
                    self.out(f"{result} = {compare(self.out, type(operator), left, right)};")
            left = right
        return CInt(result, boolean=True)

    def _choice(self, test: ast.expr, then: ast.expr, otherwise: ast.expr, scope: Scope) -> AnyValue:
        condition = self.out.flag(self.condition(test, scope))
        values: list[AnyValue] = []
        found = JoinedVariable(self.out)
        for head, part in ((f"if ({condition})", then), ("else", otherwise)):
            with self.out.block(head):
                values.append(self.build(part, scope))
                found.put(values[-1])
        match values:
            case [CWritten(one), CWritten(other)] if len(one) == len(other):
                # Of as many items each, one list can be held.
                with contextlib.suppress(NotCompiledError):
                    return found.settle()
        match values:
            case [(CList() | CRange() | CWritten()) as left, (CList() | CRange() | CWritten()) as right]:
                return chosen(self.out, condition, left, right)
        return found.settle()

    def _call(self, name: str, arguments: list[ast.expr], scope: Scope) -> AnyValue:
        if name == "old":
            return self._old(arguments[0], scope)
        if name == "implies":
            result = self.out.flag(f"!{self.condition(arguments[0], scope)}")
            with self.out.block(f"if (!{result})"):
                self.out(f"{result} = {self.condition(arguments[1], scope)};")
            return CInt(result, boolean=True)
        if name in functions.AGGREGATES and len(arguments) == 1:
            return self._loops.aggregate(name, arguments[0], scope)
        match name, arguments:
            case "matches", [looked_at, ast.Constant(value=str() | bytes() as text)]:
                return functions.matches(self.out, self.build(looked_at, scope), text)
        return functions.call(self.out, name, [self.build(argument, scope) for argument in arguments])

    def _old(self, argument: ast.expr, scope: Scope) -> AnyValue:
        if self._before is None:
            raise NoValueError
        names, after = self._names, self._after
        self._names, self._after = self._before, names if after is None else after
        try:
            return self.build(argument, scope)
        finally:
            self._names, self._after = names, after

    def _invoked(self, owner: ast.expr, scope: Scope, name: str) -> AnyValue | None:
        """Return a callback as it was before, within ``old(x)``: the call has invoked it."""
        if name != CALLS or self._after is None:
            return None
        names, after, unseen = self._names, self._after, len(self.out.unseen)
        self._names, self._after = after, None
        try:
            found = without_null(self.out, self.build(owner, scope))
        except (NotCompiledError, NoValueError):
            del self.out.unseen[unseen:]
            return None
        finally:
            self._names, self._after = names, after
        return found.before if isinstance(found, CRecord) else None
