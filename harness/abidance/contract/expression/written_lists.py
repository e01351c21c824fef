"""Loops over lists that are written out, `any(f(x, kind) for kind in [A, B])`: what they say of each, one by one.

Before a call, functions are asked in the order in which a condition is written, so one that asks says how often. The
variable of such a loop has few values, all of them in the text: `f(x, A) or f(x, B)`.
"""

from __future__ import annotations

import ast
import copy

MOST = 32
"""So many elements a list may have for each to be asked about."""
_UNROLLED = "in_place_of_a_variable"


def is_unrolled(node: ast.AST) -> bool:
    """Tell whether a part of the tree has a value in place of a variable, and does not stand so in the text."""
    return getattr(node, _UNROLLED, False)


class WrittenLists(ast.NodeTransformer):
    """Puts what `any` and `all` say of each element of a written list in their place, where that asks something."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return the conditions on each element, joined."""
        self.generic_visit(node)
        match node:
            case ast.Call(
                func=ast.Name(id="any" | "all" as word),
                args=[
                    ast.GeneratorExp(
                        elt=said,
                        generators=[
                            ast.comprehension(
                                target=ast.Name(id=name), iter=ast.List(elts=elements), ifs=filters
                            )
                        ],
                    ) as loop
                ],
                keywords=[],
            ) if 0 < len(elements) <= MOST and _asks(loop) and not _hides(name, said, *filters):
                pass
            case _:
                return node
        condition = _with_filters(said, filters, every=word == "all")
        parts = [_Value(name, each).visit(copy.deepcopy(condition)) for each in elements]
        joined = ast.BoolOp(ast.And() if word == "all" else ast.Or(), parts) if len(parts) > 1 else parts[0]
        return ast.copy_location(joined, node)


def _with_filters(said: ast.expr, filters: list[ast.expr], *, every: bool) -> ast.expr:
    """Return what is said of an element together with the `if` of the loop."""
    if not filters:
        return said
    if not every:
        return ast.copy_location(ast.BoolOp(ast.And(), [*filters, said]), said)
    opposites = [ast.copy_location(ast.UnaryOp(ast.Not(), each), each) for each in filters]
    return ast.copy_location(ast.BoolOp(ast.Or(), [*opposites, said]), said)


def _asks(tree: ast.AST) -> bool:
    return any(isinstance(each, ast.Call) for each in ast.walk(tree))


def _hides(name: str, *trees: ast.expr) -> bool:
    """Tell whether a loop inside has a variable of the same name."""
    inner = (each for tree in trees for each in ast.walk(tree) if isinstance(each, ast.comprehension))
    return any(isinstance(each.target, ast.Name) and each.target.id == name for each in inner)


class _Value(ast.NodeTransformer):
    """Puts a value in the place of a variable, and notes where that is in a call."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self._name = name
        self._value = value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the value of the variable, at its place."""
        return ast.copy_location(copy.deepcopy(self._value), node) if node.id == self._name else node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Note that the text has the call with the variable."""
        self.generic_visit(node)
        setattr(node, _UNROLLED, True)
        return node
