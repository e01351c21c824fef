"""A condition on what one call tells, solved for it: the whole numbers of which it holds once all else is known.

So `index < count(list)` is `count(list)` from `index + 1` on, which can be asked of a number where nothing evaluates
expressions. The call stands for a number, which may be added to and taken off, and is compared; it may be compared
with what another call tells, and then the numbers are those of their difference.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression.errors import EvaluationError
from abidance.contract.expression.evaluation import Code, EvaluationFrame, build

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from abidance.contract.expression.environment import Environment
    from abidance.contract.expression.positions import ExpressionPositions
    from abidance.core.span import Span

Ranges = tuple[tuple[int, int], ...]
RESULT = "result"
_MIRRORED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.Eq, ast.NotEq: ast.NotEq, ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE,
}  # fmt: skip
_HOLDS: Mapping[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a comparison: `sign` times what a call tells, where there is one, and terms that are known."""

    call: str
    sign: int
    terms: tuple[tuple[int, Code], ...]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """That a call's number, once `offset` is taken off the `bound`, compares so with it."""

    kind: type[ast.cmpop]
    left: _Side
    right: _Side


@dataclass(frozen=True, slots=True)
class Solution:
    """What a condition says of what `call` tells or, with `less`, of that less what the call `less` tells."""

    call: str
    less: str
    span: Span
    _comparisons: tuple[_Comparison, ...]
    _negated: bool

    def ranges(self, now: Environment, lowest: int, highest: int) -> Ranges:
        """Return the numbers of which it holds, between two that are included; raises EvaluationError."""
        found: Ranges = ((lowest, highest),)
        for each in self._comparisons:
            found = _common(found, self._of(each, now, lowest, highest))
        return _others(found, lowest, highest) if self._negated else found

    def _of(self, each: _Comparison, now: Environment, lowest: int, highest: int) -> Ranges:
        left, right, kind = each.left, each.right, each.kind
        if not left.call and not right.call:
            holds = _HOLDS[kind](self._known(left, now), self._known(right, now))
            return ((lowest, highest),) if holds else ()
        if not left.call:
            left, right, kind = right, left, _MIRRORED[kind]
        if kind in (ast.In, ast.NotIn):
            ((_, code),) = right.terms
            listed = self._run(code, now)
            taken = self._known(left, now)
            members = (
                [(n - taken) * left.sign for n in listed if isinstance(n, int)]
                if isinstance(listed, list | tuple | range)
                else []
            )
            there = _common(tuple((n, n) for n in sorted({*members})), ((lowest, highest),))
            return there if kind is ast.In else _others(there, lowest, highest)
        bound = (self._known(right, now) - self._known(left, now)) * left.sign
        return _compared(kind if left.sign > 0 else _MIRRORED[kind], bound, lowest, highest)

    def _known(self, side: _Side, now: Environment) -> int:
        total = 0
        for sign, code in side.terms:
            value = self._run(code, now)
            value = 0 if value is None and len(side.terms) == 1 else value  # the address of NULL
            if not isinstance(value, int):
                raise EvaluationError(
                    "what a function tells is compared with what is no whole number", self.span
                )
            total += sign * value
        return total

    def _run(self, code: Code, now: Environment) -> object:
        return code(EvaluationFrame(now, None))


def solve(tree: ast.expr, where: ExpressionPositions, calls: Collection[str], span: Span) -> Solution | None:
    """Return what a condition says of the `calls` in it, by their names; None where it does more than compare them."""
    negated = False
    while isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        negated, tree = not negated, tree.operand
    if not isinstance(tree, ast.Compare):
        side = _side(tree, where, calls)
        if side is None or not side.call or side.terms:
            return None
        zero = _Side("", 1, ())
        return Solution(side.call, "", span, (_Comparison(ast.NotEq, side, zero),), negated)
    parts = [tree.left, *tree.comparators]
    sides = [_side(each, where, calls) for each in parts]
    if any(each is None for each in sides):
        return None
    told = [each for each in sides if each is not None]
    found = []
    for left, kind, right in zip(told, tree.ops, told[1:], strict=False):
        listed = isinstance(kind, ast.In | ast.NotIn)
        if type(kind) not in _MIRRORED and (not listed or right.call):
            return None
        found.append(_Comparison(type(kind), left, right))
    return _about(found, negated=negated, span=span)


def _about(found: list[_Comparison], *, negated: bool, span: Span) -> Solution | None:
    """Return comparisons as what they say of one call, or of the difference of two that are compared."""
    named = list(dict.fromkeys(side.call for each in found for side in (each.left, each.right) if side.call))
    both = [each for each in found if each.left.call and each.right.call]
    if not both:
        return Solution(named[0], "", span, tuple(found), negated) if len(named) == 1 else None
    if len(found) > 1 or len(named) != 2 or {both[0].left.sign, both[0].right.sign} != {1}:
        return None
    right = _Side("", 1, both[0].right.terms)
    return Solution(named[0], named[1], span, (_Comparison(both[0].kind, both[0].left, right),), negated)


def _side(tree: ast.expr, where: ExpressionPositions, calls: Collection[str]) -> _Side | None:
    called = _call(tree, calls)
    if called:
        return _Side(called, 1, ())
    if not any(_call(node, calls) for node in ast.walk(tree) if isinstance(node, ast.expr)):
        return _Side("", 1, ((1, build(tree, where, {})),))
    if not isinstance(tree, ast.BinOp) or not isinstance(tree.op, ast.Add | ast.Sub):
        return None
    left, right = _side(tree.left, where, calls), _side(tree.right, where, calls)
    if left is None or right is None or (left.call and right.call):
        return None
    sign = -1 if isinstance(tree.op, ast.Sub) else 1
    turned = tuple((sign * each, code) for each, code in right.terms)
    return _Side(
        left.call or right.call, left.sign if left.call else sign * right.sign, (*left.terms, *turned)
    )


def _call(tree: ast.AST, calls: Collection[str]) -> str:
    match tree:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in calls and attribute == RESULT:
            return name
    return ""


def _compared(kind: type[ast.cmpop], bound: int, lowest: int, highest: int) -> Ranges:
    ranges: Mapping[type[ast.cmpop], Ranges] = {
        ast.Eq: ((bound, bound),),
        ast.NotEq: ((lowest, bound - 1), (bound + 1, highest)),
        ast.Lt: ((lowest, bound - 1),),
        ast.LtE: ((lowest, bound),),
        ast.Gt: ((bound + 1, highest),),
        ast.GtE: ((bound, highest),),
    }
    return _common(tuple((a, b) for a, b in ranges[kind] if a <= b), ((lowest, highest),))


def _common(one: Ranges, other: Ranges) -> Ranges:
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((low, high) for low, high in pairs if low <= high)


def _others(ranges: Ranges, lowest: int, highest: int) -> Ranges:
    gaps, low = [], lowest
    for first, last in sorted(ranges):
        if first > low:
            gaps.append((low, first - 1))
        low = max(low, last + 1)
    return (*gaps, (low, highest)) if low <= highest else tuple(gaps)
