"""A condition of which a part is known only later, as what is left to work out then: in postfix order.

Where nothing evaluates expressions, numbers can still be worked out, and texts compared with known ones. What is known
already is a number in it; a name stands for each number that is not, and for what a call tells, its name.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from fractions import Fraction
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


@dataclass(frozen=True, slots=True)
class TextIs:
    """Whether a text that has a name is this one."""

    name: str
    text: bytes


Token = int | float | str | Operation | Applied | TextIs
"""A number; a name that stands for one; or what is made of those before it."""


@dataclass(frozen=True, slots=True)
class _Among:
    """That what is worked out is among numbers that are known, or `otherwise` is not."""

    tokens: tuple[_Part, ...]
    listed: Code
    otherwise: bool


@dataclass(frozen=True, slots=True)
class _AmongTexts:
    """That a text which has a name is, or is `among` others, what is known, or `otherwise` is not."""

    name: str
    known: Code
    among: bool
    otherwise: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """A part of which all is known."""

    code: Code


_Part = Token | _Known | _Among | _AmongTexts


@dataclass(frozen=True, slots=True)
class Postponed:
    """What is left of a condition to work out, once the rest is known: a number, which is 1 where it holds."""

    span: Span
    _parts: tuple[_Part, ...]

    def tokens(self, now: Environment) -> tuple[Token, ...]:
        """Return it with all that is known `now`; raises EvaluationError where that is neither number nor text."""
        return (*self._settled(self._parts, now), 0, ast.NotEq)

    def _settled(self, parts: Sequence[_Part], now: Environment) -> Iterator[Token]:
        for part in parts:
            if isinstance(part, _Known):
                yield self._number(part.code(EvaluationFrame(now, None)))
            elif isinstance(part, _Among):
                yield from self._among(part, now)
            elif isinstance(part, _AmongTexts):
                yield from self._among_texts(part, now)
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

    def _among_texts(self, part: _AmongTexts, now: Environment) -> Iterator[Token]:
        known = part.known(EvaluationFrame(now, None))
        listed = known if part.among else [known]
        if not isinstance(listed, list | tuple) or len(listed) > MOST_LISTED:
            raise EvaluationError(
                f"a text is looked for in {describe(listed)}, not among up to {MOST_LISTED} texts", self.span
            )
        yield 0
        for each in listed:
            if each is None:
                yield from (part.name, 0, ast.Eq, ast.Or)
            elif isinstance(each, bytes):
                yield from (TextIs(part.name, each), ast.Or)
            else:
                raise EvaluationError(f"a text is compared with {describe(each)}", self.span)
        if part.otherwise:
            yield ast.Not

    def _number(self, value: object) -> int | float:
        if value is None:
            return 0  # the address of NULL
        if isinstance(value, float):
            return value
        if isinstance(value, Fraction) and abs(value) <= sys.float_info.max and value == float(value):
            return float(value)
        if not isinstance(value, int):
            raise EvaluationError(
                f"what is known only later is compared with {describe(value)}, or one of too many digits",
                self.span,
            )
        if value.bit_length() > MOST_BITS:
            raise EvaluationError(
                f"what is known only later is compared with a number of more than {MOST_BITS} bits", self.span
            )
        return int(value)


def postpone(
    tree: ast.expr,
    where: ExpressionPositions,
    unknown: Collection[str],
    texts: frozenset[str],
    span: Span,
) -> Postponed | None:
    """Return what is left of a condition that has a value only once `unknown` names have, some of which are `texts`.

    A field of a record is unknown by its path, ``time.year``. None where that is more than numbers, what is added,
    compared or chosen of them, and texts that are known or not.
    """
    try:
        return Postponed(span, tuple(_Postponing(where, frozenset(unknown), texts).of(tree)))
    except OperationError:
        return None


@dataclass(frozen=True, slots=True)
class _Postponing:
    where: ExpressionPositions
    unknown: frozenset[str]
    texts: frozenset[str]

    def of(self, tree: ast.expr) -> Iterator[_Part]:
        names = self.unknown | {each.partition(".")[0] for each in self.unknown}
        if not any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(tree)):
            yield _Known(build(tree, self.where, {}))
            return
        if self._text(tree):
            raise OperationError("a text is neither compared with another nor looked for among others")
        match tree:
            case ast.Attribute(value=ast.Name(id=name), attr=field) if f"{name}.{field}" in self.unknown:
                yield f"{name}.{field}"
            case ast.Name(id=name) if name in self.unknown:
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

    def _text(self, tree: ast.expr) -> str:
        """Return the name of a text that is known only later; empty for all else."""
        match tree:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if attribute == RESULT:
                return name if name in self.texts else ""
        return ""

    def _compared(self, parts: Sequence[ast.expr], operators: Sequence[ast.cmpop]) -> Iterator[_Part]:
        for number, ((left, right), op) in enumerate(zip(pairwise(parts), operators, strict=True)):
            if self._text(left) or self._text(right):
                yield self._compared_text(left, op, right)
            elif isinstance(op, _ORDERS):
                yield from (*self.of(left), *self.of(right), type(op))
            else:
                listed = [*self.of(right)]
                if len(listed) != 1 or not isinstance(listed[0], _Known):
                    raise OperationError("it is looked for among numbers that are known only later")
                yield _Among(tuple(self.of(left)), listed[0].code, isinstance(op, ast.NotIn))
            if number:
                yield ast.And

    def _compared_text(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> _AmongTexts:
        among = isinstance(op, ast.In | ast.NotIn)
        if isinstance(op, ast.Eq | ast.NotEq) and not self._text(left):
            left, right = right, left
        known = [*self.of(right)]
        if not (among or isinstance(op, ast.Eq | ast.NotEq)) or not self._text(left):
            raise OperationError("a text has no place in an order, nor others in it")
        if len(known) != 1 or not isinstance(known[0], _Known):
            raise OperationError("a text is compared with what is known only later")
        return _AmongTexts(self._text(left), known[0].code, among, isinstance(op, ast.NotEq | ast.NotIn))
