"""A condition as alternatives, each of them a list of conditions that all must hold."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.contract.expression.environment import CONSTANTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def alternatives(tree: ast.expr) -> list[tuple[ast.expr, ...]]:
    """Return the disjunctive form of a condition, as far as it is made of `and`, `or`, `not` and `implies`."""
    match tree:
        case ast.BoolOp(op=ast.Or(), values=values):
            return [each for value in values for each in alternatives(value)]
        case ast.BoolOp(op=ast.And(), values=values):
            found: list[tuple[ast.expr, ...]] = [()]
            for value in values:
                found = [(*before, *after) for before in found for after in alternatives(value)]
            return found
        case ast.Call(func=ast.Name(id="implies"), args=[given, then]):
            return [*alternatives(_not(given)), *alternatives(then)]
        case ast.UnaryOp(op=ast.Not(), operand=ast.UnaryOp(op=ast.Not(), operand=inner)):
            return alternatives(inner)
        case ast.UnaryOp(
            op=ast.Not(), operand=ast.Call(func=ast.Name(id="implies"), args=[given, then]) as inner
        ):
            return alternatives(ast.copy_location(ast.BoolOp(ast.And(), [given, _not(then)]), inner))
        case ast.UnaryOp(op=ast.Not(), operand=ast.BoolOp(op=op, values=values) as inner):
            turned = ast.And() if isinstance(op, ast.Or) else ast.Or()
            opposites = [_not(value) for value in values]
            return alternatives(ast.copy_location(ast.BoolOp(turned, opposites), inner))
    return [(tree,)]


def in_turn(tree: ast.expr, names: frozenset[str]) -> list[ast.expr]:
    """Return conditions that all must hold, in order, each with as few alternatives as there are in one `or` of it.

    Of ``(a or b) and (c or d)`` the alternatives are four, and of twelve such parts thousands. Each of what is
    returned has one of some `names`; what stands between two that have alternatives goes with the one behind it.
    """
    found: list[list[ast.expr]] = [[]]
    for each in _conjuncts(tree):
        if _is_full(found[-1], names):
            found.append([])
        found[-1].append(each)
    if len(found) > 1 and not _has(found[-1], names):
        last = found.pop()
        found[-1] += last
    if len(found) == 1:
        return [tree]
    return [
        one[0] if len(one) == 1 else ast.copy_location(ast.BoolOp(ast.And(), one), one[0]) for one in found
    ]


def _is_full(conditions: list[ast.expr], names: frozenset[str]) -> bool:
    return _has(conditions, names) and any(len(alternatives(each)) > 1 for each in conditions)


def _has(conditions: list[ast.expr], names: frozenset[str]) -> bool:
    parts = (part for each in conditions for part in ast.walk(each))
    return any(isinstance(part, ast.Name) and part.id in names for part in parts)


def _conjuncts(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield the conditions that all must hold, in the order in which they are written."""
    match tree:
        case ast.BoolOp(op=ast.And(), values=values):
            for value in values:
                yield from _conjuncts(value)
        case ast.UnaryOp(op=ast.Not(), operand=ast.UnaryOp(op=ast.Not(), operand=inner)):
            yield from _conjuncts(inner)
        case ast.UnaryOp(op=ast.Not(), operand=ast.BoolOp(op=ast.Or(), values=values)):
            for value in values:
                yield from _conjuncts(_not(value))
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="implies"), args=[given, then])):
            yield from _conjuncts(given)
            yield from _conjuncts(_not(then))
        case _:
            yield tree


_OPPOSITES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.LtE: ast.Gt, ast.Gt: ast.LtE,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_MIRRORED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.Eq, ast.NotEq: ast.NotEq, ast.Lt: ast.Gt, ast.GtE: ast.LtE, ast.LtE: ast.GtE, ast.Gt: ast.Lt,
}  # fmt: skip


def opposites(one: ast.expr, other: ast.expr) -> bool:
    """Tell whether one of two conditions says by its form that the other does not hold."""
    match one, other:
        case ast.UnaryOp(op=ast.Not(), operand=inner), _ if _same(inner, other):
            return True
        case _, ast.UnaryOp(op=ast.Not(), operand=inner) if _same(inner, one):
            return True
        case ast.Compare(a, [first], [b]), ast.Compare(c, [second], [d]):
            wanted = _OPPOSITES.get(type(first))
            if type(second) is wanted and _same(a, c) and _same(b, d):
                return True
            return _MIRRORED.get(type(second)) is wanted is not None and _same(a, d) and _same(b, c)
    return False


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)


def _not(tree: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.Not(), tree), tree)


def compared_with(tree: ast.expr, name: str) -> Iterator[ast.expr]:
    """Yield what stands beside a name in comparisons."""
    for parent in ast.walk(tree):
        operands = [parent.left, *parent.comparators] if isinstance(parent, ast.Compare) else []
        named = [
            any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(one)) for one in operands
        ]
        yield from (one for one, is_named in zip(operands, named, strict=True) if any(named) and not is_named)


def asks_for_null(tree: ast.expr, name: str) -> bool:
    """Tell whether a condition compares the value of this name with NULL, after a call."""
    before = {inner for each in ast.walk(tree) if _is_old(each) for inner in ast.walk(each)}
    return any(
        {name, "null"} <= {_written(side) for side in (each.left, *each.comparators)}
        for each in ast.walk(tree)
        if isinstance(each, ast.Compare) and each not in before
    )


def _is_old(tree: ast.AST) -> bool:
    return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "old"


def _written(tree: ast.expr) -> str:
    """Return a name as it is written, whichever way NULL is; nothing for all else."""
    if isinstance(tree, ast.Name):
        return "null" if CONSTANTS.get(tree.id, tree) is None else tree.id
    return "null" if isinstance(tree, ast.Constant) and tree.value is None else ""


def compares(tree: ast.expr, name: str) -> bool:
    """Tell whether a condition does nothing with a value but compare it, or ask whether it is true."""
    return all(
        isinstance(parent, ast.Compare)
        or (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not))
        for parent in ast.walk(tree)
        if any(isinstance(each, ast.Name) and each.id == name for each in ast.iter_child_nodes(parent))
    )
