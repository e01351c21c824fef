"""Expressions of contracts, as far as two of them can be compared without the values: spelling, order, and sets.

`a < 5` says what `5 > (a)` says, and follows from `a < 4`.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from abidance.abi.diff.implication import implies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.abi.diff.implication import Whole

_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip
_LONGEST = 10_000
_MOST_BITS = 256


def canonical(text: str) -> str:
    """Return what does not change with blanks, brackets, bases of numbers and sides; other text as it is."""
    tree = _parsed(text)
    return text if tree is None else ast.unparse(tree)


def follows(text: str, others: Iterable[str], whole: Whole = lambda _: None) -> bool:
    """Tell whether the expression is seen to hold wherever all of the others do.

    `whole` tells which expressions stand for integers, and between which ends these lie.
    """
    conclusion = _parsed(text)
    premises = [tree for each in others if (tree := _parsed(each)) is not None]
    return conclusion is not None and implies(premises, conclusion, whole)


def interval(text: str) -> tuple[int, int] | None:
    """Return the ends of a range such as ``[0, 1 << 12]``, or None where they are no numbers."""
    match _parsed(text):
        case ast.List(elts=[ast.Constant(value=int(low)), ast.Constant(value=int(high))]):
            return low, high
        case _:
            return None


@cache
def _parsed(text: str) -> ast.expr | None:
    if len(text) > _LONGEST:
        return None
    try:
        return _Ordering().visit(ast.parse(text.strip(), mode="eval").body)  # type: ignore[no-any-return]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Ordering(ast.NodeTransformer):
    """Works numbers out, and puts them on the right of comparisons."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Compare(left=ast.Constant() as left, ops=[kind], comparators=[right]) if type(
                kind
            ) in _MIRRORED and not isinstance(right, ast.Constant):
                return ast.Compare(right, [_MIRRORED[type(kind)]()], [left])
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as kind], comparators=[listed]):
                return _one_by_one(left, kind, listed) or node
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return ast.Constant(-value)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.BinOp(ast.Constant(value=int(a)), kind, ast.Constant(value=int(b))):
                value = _worked_out(a, kind, b)
                return node if value is None else ast.Constant(value)
        return node


def _one_by_one(left: ast.expr, kind: ast.cmpop, listed: ast.expr) -> ast.expr | None:
    """Return `a in [1, 2]` as `a == 1 or a == 2`, where what is listed are whole numbers."""
    match listed:
        case ast.List(elts=[_, _, *_] as elements) | ast.Tuple(elts=[_, _, *_] as elements) if all(
            isinstance(each, ast.Constant) and type(each.value) is int for each in elements
        ):
            among = isinstance(kind, ast.In)
            each_one: list[ast.expr] = [
                ast.Compare(left, [ast.Eq() if among else ast.NotEq()], [each]) for each in elements
            ]
            return ast.BoolOp(ast.Or() if among else ast.And(), each_one)
        case _:
            return None


def _worked_out(a: int, kind: ast.operator, b: int) -> int | None:
    match kind:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.LShift() if 0 <= b < _MOST_BITS and a.bit_length() < _MOST_BITS:
            return a << b
        case ast.Pow() if 0 <= b < _MOST_BITS and abs(a) <= 16:
            return int(a**b)
        case _:
            return None
