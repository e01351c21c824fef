"""Lengths that are products of numbers, `rows * columns * 4`: what a reader can work out without expressions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.contract.expression import declared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression import Expression


def product(length: Expression, known: Mapping[str, object]) -> tuple[tuple[str, ...], int] | None:
    """Return the C names of the numbers whose product a length is, and what they are multiplied by.

    What is `known` is among the latter. Nothing of a length that is anything else, or that is less than nothing.
    """
    names: list[str] = []
    scale = 1
    left = [length.tree]
    while left:
        match left.pop():
            case ast.BinOp(op=ast.Mult(), left=one, right=other):
                left += [other, one]
            case ast.Constant(value=int() as number):
                scale *= number
            case ast.Name(id=name):
                value = known.get(name)
                if isinstance(value, int):
                    scale *= value
                else:
                    names.append(declared(name))
            case _:
                return None
    return (tuple(names), scale) if scale >= 0 else None
