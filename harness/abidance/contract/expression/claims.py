"""What a condition claims: its parts that stand by themselves, and when each of them says anything at all.

``implies(a, b)`` holds of itself where `a` is false, and ``all(... for x in xs)`` where `xs` is empty.
"""

from __future__ import annotations

import ast


def claims(tree: ast.expr) -> list[tuple[ast.expr, ast.expr | None]]:
    """Return the parts of a conjunction, each with the condition on which it says something; None for always."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return [claim for value in tree.values for claim in claims(value)]
    return [(tree, _met(tree))]


def _met(tree: ast.expr) -> ast.expr | None:
    match tree:
        case ast.Call(func=ast.Name(id="implies"), args=[condition, consequence]):
            inner = _met(consequence)
            return condition if inner is None else _like(tree, ast.BoolOp(ast.And(), [condition, inner]))
        case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() | ast.ListComp() as loop]):
            inner = _met(loop.elt) or ast.Constant(value=True)
            found = ast.GeneratorExp(elt=inner, generators=loop.generators)
            return _like(tree, ast.Call(func=ast.Name(id="any", ctx=ast.Load()), args=[found], keywords=[]))
        case ast.BoolOp(op=ast.And(), values=values):
            parts = [_met(value) for value in values]
            told = [part for part in parts if part is not None]
            return _like(tree, ast.BoolOp(ast.Or(), told)) if len(told) == len(parts) else None
    return None


def _like(tree: ast.expr, made: ast.expr) -> ast.expr:
    return ast.fix_missing_locations(ast.copy_location(made, tree))
