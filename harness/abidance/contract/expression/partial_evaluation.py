"""A condition of which a part is known only later, as what is left to work out then: in postfix order.

Where nothing evaluates expressions, whole numbers can still be worked out. What is known already is a number in it; a
name stands for each number that is not, and for what a call tells, its name.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from abidance.contract.expression.errors import EvaluationError, OperationError
from abidance.contract.expression.evaluation import Code, EvaluationFrame, build
from abidance.contract.expression.operations import describe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from abidance.contract.expression.environment import Environment
    from abidance.contract.expression.positions import ExpressionPositions
    from abidance.core.span import Span

RESULT = "result"
MOST_LISTED = 64
"""A number is looked for among so many at most."""
MOST_BITS = 64

Operation = type[ast.operator] | type[ast.unaryop] | type[ast.cmpop] | type[ast.boolop] | type[ast.IfExp]
_OPERATORS = (
    ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift,
)  # fmt: skip
_ORDERS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of the language, applied to the last numbers: `min` and `max` to two, `abs` to one."""

    function: str


Token = int | str | Operation | Applied
"""A number; a name that stands for one; or what is made of those before it."""


@dataclass(frozen=True, slots=True)
class _Among:
    """That what is worked out is among numbers that are known, or `otherwise` is not."""

    tokens: tuple[Token | _Known | _Among, ...]
    listed: Code
    otherwise: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """A part of which all is known."""

    code: Code


@dataclass(frozen=True, slots=True)
class Postponed:
    """What is left of a condition to work out, once the rest is known: a number, which is 1 where it holds."""

    span: Span
    _parts: tuple[Token | _Known | _Among, ...]

    def tokens(self, now: Environment) -> tuple[Token, ...]:
        """Return it with all that is known `now`; raises EvaluationError where that is no whole number."""
        return (*self._settled(self._parts, now), 0, ast.NotEq)

    def _settled(self, parts: Sequence[Token | _Known | _Among], now: Environment) -> Iterator[Token]:
        for part in parts:
            if isinstance(part, _Known):
                yield self._number(part.code(EvaluationFrame(now, None)))
            elif isinstance(part, _Among):
                yield from self._among(part, now)
            else:
                yield part

    def _among(self, part: _Among, now: Environment) -> Iterator[Token]:
        own = tuple(self._settled(part.tokens, now))
        listed = part.listed(EvaluationFrame(now, None))
        if isinstance(listed, range) and listed.step == 1:
            yield from (*own, listed.start, ast.GtE, *own, listed.stop, ast.Lt, ast.And)
        elif not isinstance(listed, list | tuple | range):
            raise EvaluationError(f"a number is looked for in {describe(listed)}", self.span)
        elif len(listed) > MOST_LISTED:
            raise EvaluationError(f"a number is looked for among more than {MOST_LISTED} others", self.span)
        else:
            yield 0
            for each in listed:
                yield from (*own, self._number(each), ast.Eq, ast.Or)
        if part.otherwise:
            yield ast.Not

    def _number(self, value: object) -> int:
        if value is None:
            return 0  # the address of NULL
        if not isinstance(value, int):
            raise EvaluationError(
                "what is known only later is compared with what is no whole number", self.span
            )
        if value.bit_length() > MOST_BITS:
            raise EvaluationError(
                f"what is known only later is compared with a number of more than {MOST_BITS} bits", self.span
            )
        return int(value)


def postpone(
    tree: ast.expr, where: ExpressionPositions, unknown: Collection[str], span: Span
) -> Postponed | None:
    """Return what is left of a condition that has a value only once `unknown` names have.

    None where that is more than whole numbers, and what is added, compared or chosen of them.
    """
    try:
        return Postponed(span, tuple(_Postponing(where, frozenset(unknown)).of(tree)))
    except OperationError:
        return None


@dataclass(frozen=True, slots=True)
class _Postponing:
    where: ExpressionPositions
    unknown: frozenset[str]

    def of(self, tree: ast.expr) -> Iterator[Token | _Known | _Among]:
        if not any(isinstance(each, ast.Name) and each.id in self.unknown for each in ast.walk(tree)):
            yield _Known(build(tree, self.where, {}))
            return
        match tree:
            case ast.Name(id=name):
                yield name
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if attribute == RESULT:
                yield name
            case ast.BinOp(left, op, right) if isinstance(op, _OPERATORS):
                yield from (*self.of(left), *self.of(right), type(op))
            case ast.UnaryOp(op, operand):
                yield from self.of(operand)
                if not isinstance(op, ast.UAdd):
                    yield type(op)
            case ast.BoolOp(op, [first, *others]):
                yield from self.of(first)
                for each in others:
                    yield from (*self.of(each), type(op))
            case ast.IfExp(test, body, orelse):
                yield from (*self.of(test), *self.of(body), *self.of(orelse), ast.IfExp)
            case ast.Compare(left, operators, comparators):
                yield from self._compared([left, *comparators], operators)
            case ast.Call(func=ast.Name(id="abs"), args=[one]):
                yield from (*self.of(one), Applied("abs"))
            case ast.Call(func=ast.Name(id="min" | "max" as name), args=[first, _, *_] as given):
                yield from self.of(first)
                for each in given[1:]:
                    yield from (*self.of(each), Applied(name))
            case ast.Call(func=ast.Name(id="implies"), args=[given, then]):
                yield from (*self.of(given), ast.Not, *self.of(then), ast.Or)
            case _:
                raise OperationError("it does more than work numbers out")

    def _compared(
        self, parts: Sequence[ast.expr], operators: Sequence[ast.cmpop]
    ) -> Iterator[Token | _Known | _Among]:
        for number, ((left, right), op) in enumerate(zip(pairwise(parts), operators, strict=True)):
            if isinstance(op, _ORDERS):
                yield from (*self.of(left), *self.of(right), type(op))
            else:
                listed = [*self.of(right)]
                if len(listed) != 1 or not isinstance(listed[0], _Known):
                    raise OperationError("it is looked for among numbers that are known only later")
                yield _Among(tuple(self.of(left)), listed[0].code, isinstance(op, ast.NotIn))
            if number:
                yield ast.And
