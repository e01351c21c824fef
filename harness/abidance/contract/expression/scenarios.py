"""Situations that an expression distinguishes: which conditions it names together, on which operands."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.contract.expression.narrowing import narrow

if TYPE_CHECKING:
    from abidance.contract.expression.facts import Fact
    from abidance.contract.expression.folding import ConstantFolder

MOST = 64
"""No expression is worth more situations than this."""


def scenarios(node: ast.expr, folder: ConstantFolder) -> list[tuple[Fact, ...]]:
    """Return sets of facts, such as both sides' of ``implies(a and b, result == (c < 9))`` taken together.

    They need not be able to hold together; whoever generates calls tries.
    """
    found: dict[tuple[Fact, ...], None] = {}
    for facts in _within(node, folder):
        if facts:
            found[facts] = None
    return list(found)[:MOST]


def _within(node: ast.expr, folder: ConstantFolder) -> list[tuple[Fact, ...]]:
    facts = narrow(node, folder, {}).facts
    match node:
        case ast.Call(func=ast.Name(id="implies"), args=[condition, consequence]):
            given = narrow(condition, folder, {}).facts
            inner = _within(consequence, folder)
            return [*_within(condition, folder), *((*given, *more) for more in inner)]
        case ast.BoolOp(values=parts):
            return [facts, *(each for part in parts for each in _within(part, folder))]
        case ast.Compare(left=left, comparators=others):
            return [facts, *(each for part in (left, *others) for each in _within(part, folder))]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return [facts, *_within(operand, folder)]
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            return [each for part in (test, body, otherwise) for each in _within(part, folder)]
    return [facts]
