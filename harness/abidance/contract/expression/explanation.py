"""Why an expression has its value: what each part that was looked at came to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression.environment import CONSTANTS, RecordWithBefore
from abidance.contract.expression.errors import EvaluationError
from abidance.contract.expression.evaluation import EvaluationFrame, build
from abidance.contract.expression.operations import MAX_STEPS
from abidance.core.span import Span

if TYPE_CHECKING:
    from abidance.contract.expression.positions import ExpressionPositions

Labels = Iterator[tuple[Span, str]]
_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


@dataclass(slots=True)
class Explainer:
    """Walks a tree as evaluation does, so that what was not looked at gets no label."""

    where: ExpressionPositions
    frame: EvaluationFrame
    constants: Collection[str]
    show: Callable[[object], str]

    def explain(self, node: ast.expr, *, whole: bool = False) -> Labels:
        """Yield labels that do not overlap; for the `whole` expression only smaller ones."""
        match node:
            case ast.BoolOp(op=operator, values=parts):
                for part in parts:
                    yield from self.explain(part)
                    if self._holds(part) is isinstance(operator, ast.Or):
                        return
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from self.explain(operand)
            case ast.IfExp(test=test, body=then, orelse=other):
                yield from self.explain(test)
                yield from self.explain(then if self._holds(test) else other)
            case ast.Call(func=ast.Name(id="implies"), args=[given, then]):
                yield from self.explain(given)
                if self._holds(given):
                    yield from self.explain(then)
            case ast.Compare(left=left, comparators=others) if whole or any(map(_decides, [left, *others])):
                for side in (left, *others):
                    yield from self.explain(side)
            case ast.Compare():
                yield from self._comparison(node)
            case ast.Call(
                func=ast.Name(id="all" | "any"), args=[ast.GeneratorExp() | ast.ListComp() as loop]
            ):
                yield from self._loop(node, loop)
            case ast.BinOp(left=left, right=right) if whole:
                yield from self.explain(left)
                yield from self.explain(right)
            case ast.Call(args=arguments) if whole:
                for argument in arguments:
                    yield from self.explain(argument)
            case _ if not whole and not self._is_constant(node):
                for value in self._value(node):
                    yield self.where.span(node), self.show(value)

    def _comparison(self, node: ast.Compare) -> Labels:
        sides = list(self._sides((node.left, *node.comparators)))
        signs = [_SIGNS[type(operator)] for operator in node.ops]
        for value in self._value(node) if len(sides) == len(signs) + 1 else ():
            pairs = (f" {sign} {side}" for sign, side in zip(signs, sides[1:], strict=True))
            yield self.where.span(node), f"{self.show(value)} ({sides[0]}{''.join(pairs)})"

    def _sides(self, nodes: tuple[ast.expr, ...]) -> Iterator[str]:
        """Yield what is compared: where one side has a name of the header, all have theirs, else all are numbers."""
        found = [(node, value) for node in nodes for value in self._value(node)]
        named = any(_has_name(value) for _, value in found)
        for node, value in found:
            constant = isinstance(node, ast.Name) and node.id in self.constants
            yield node.id if named and constant and isinstance(node, ast.Name) else self.show(value)

    def _loop(self, node: ast.Call, loop: ast.GeneratorExp | ast.ListComp) -> Labels:
        for value in self._value(node):
            text = self.show(value)
            if isinstance(node.func, ast.Name) and value is (node.func.id == "any"):
                before = any(isinstance(each, ast.Name) and each.id == "old" for each in ast.walk(loop))
                stopped = ", ".join(
                    self._stopped(generator.target.id, self.frame.loops[id(generator)], before=before)
                    for generator in loop.generators
                    if isinstance(generator.target, ast.Name)
                )
                text = f"{text}, at {stopped}"
            yield self.where.span(node), text

    def _stopped(self, name: str, value: object, *, before: bool) -> str:
        """Return a loop variable; where the loop looks at what that was before, and it was something else, that too."""
        text = f"{name} = {self.show(value)}"
        if before and isinstance(value, RecordWithBefore):
            text += f", old({name}) = {self.show(value.before)}"
        return text

    def _holds(self, node: ast.expr) -> bool:
        return any(bool(value) for value in self._value(node))

    def _value(self, node: ast.expr) -> Iterator[object]:
        self.frame.steps = MAX_STEPS
        try:
            yield build(node, self.where, {})(self.frame)
        except EvaluationError:
            return

    def _is_constant(self, node: ast.expr) -> bool:
        names = (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
        return all(name in CONSTANTS or name in self.constants for name in names)


def _has_name(value: object) -> bool:
    """Return whether a number knows the name that the header gives it."""
    return isinstance(value, int) and not isinstance(value, bool) and str(value) != str(int(value))


def _decides(node: ast.expr) -> bool:
    """Return whether an operand is a condition with parts of its own."""
    match node:
        case ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id="implies" | "all" | "any")):
            return True
    return False
