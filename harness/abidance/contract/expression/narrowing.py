"""Limits to keep by construction: what a conjunction says about each operand on its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.contract.expression.facts import Calculation, Fact, Narrowing, Operator, Relation
from abidance.contract.expression.folding import ConstantFolder, with_loops
from abidance.contract.expression.references import Elements, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_OPERATORS: Mapping[type[ast.cmpop], Operator] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_MIRRORED: Mapping[Operator, Operator] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
# `not a < b` is no fact: with a NaN, `a >= b` does not follow.
_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_NOTHING = Narrowing()


def narrow(node: ast.expr, folder: ConstantFolder, elements: Elements) -> Narrowing:
    """Return the facts and relations that the expression is a conjunction of, as far as it is one."""
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return _joined(narrow(part, folder, elements) for part in parts)
        case ast.Compare(left=left, ops=operators, comparators=others):
            pairs = zip([left, *others], operators, others, strict=False)
            return _joined(_condition(a, type(kind), b, folder, elements) for a, kind, b in pairs)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[kind], comparators=[right])):
            opposite = _OPPOSITE.get(type(kind))
            return _condition(left, opposite, right, folder, elements) if opposite else _NOTHING
        case ast.UnaryOp(op=ast.Not(), operand=inner) if operand := folder.operand(inner, elements):
            return Narrowing((Fact(operand, "==", 0),), complete=True)
        case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp(generators=[loop], elt=element)]):
            if loop.ifs or path_of(loop.iter, elements) is None:
                return _NOTHING
            return narrow(element, folder, with_loops([loop], elements))
    operand = folder.operand(node, elements)
    if operand:
        return Narrowing((Fact(operand, "!=", 0),), complete=True)
    constant = folder.constant(node, elements)
    return Narrowing(complete=bool(constant and constant[0]))


def _condition(
    left: ast.expr, kind: type[ast.cmpop], right: ast.expr, folder: ConstantFolder, elements: Elements
) -> Narrowing:
    operator = _OPERATORS[kind]
    first, second = folder.operand(left, elements), folder.operand(right, elements)
    if first and second:
        return Narrowing(relations=(Relation(first, operator, second),))
    constant = folder.constant(right if first else left, elements)
    if (first or second) and constant is not None:
        value = tuple(constant[0]) if isinstance(constant[0], list) else constant[0]
        if first:
            return Narrowing((Fact(first, operator, value),), complete=True)
        if second and operator in _MIRRORED:
            return Narrowing((Fact(second, _MIRRORED[operator], value),), complete=True)
        return _NOTHING
    mirrored = _MIRRORED.get(operator)
    if mirrored is None or elements:  # each element has a limit of its own
        return _NOTHING
    sides = (left, operator, right), (right, mirrored, left)
    return Narrowing(calculations=tuple(each for side in sides for each in _solved(*side, folder)))


def _solved(
    tree: ast.expr, operator: Operator, other: ast.expr, folder: ConstantFolder
) -> Iterator[Calculation]:
    """Yield what ``TREE OPERATOR OTHER`` says of each operand that the tree is, or that it adds or takes away."""
    if operand := folder.operand(tree, {}):
        yield Calculation(operand, operator, other)
        return
    match tree:
        case ast.BinOp(one, ast.Add(), another):
            yield from _solved(one, operator, ast.BinOp(other, ast.Sub(), another), folder)
            yield from _solved(another, operator, ast.BinOp(other, ast.Sub(), one), folder)
        case ast.BinOp(one, ast.Sub(), another):
            yield from _solved(one, operator, ast.BinOp(other, ast.Add(), another), folder)
            yield from _solved(another, _MIRRORED[operator], ast.BinOp(one, ast.Sub(), other), folder)


def _joined(parts: Iterable[Narrowing]) -> Narrowing:
    every = list(parts)
    return Narrowing(
        tuple(fact for part in every for fact in part.facts),
        tuple(relation for part in every for relation in part.relations),
        tuple(calculation for part in every for calculation in part.calculations),
        complete=all(part.complete for part in every),
    )
