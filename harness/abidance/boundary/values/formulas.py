"""What is left of an expression to work out once calls have left their numbers, as the worker does it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.contract.expression.partial_evaluation import Applied, TextIs
from abidance.plan.formula import Operator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from abidance.contract.expression.partial_evaluation import Token
    from abidance.plan.formula import Formula, Step

_OPERATORS: Mapping[type[ast.AST], Operator] = {
    ast.Add: Operator.ADD,
    ast.Sub: Operator.SUBTRACT,
    ast.Mult: Operator.MULTIPLY,
    ast.FloorDiv: Operator.DIVIDE,
    ast.Mod: Operator.REMAINDER,
    ast.BitAnd: Operator.BITS_IN_BOTH,
    ast.BitOr: Operator.BITS_IN_EITHER,
    ast.BitXor: Operator.BITS_IN_ONE,
    ast.LShift: Operator.SHIFT_LEFT,
    ast.RShift: Operator.SHIFT_RIGHT,
    ast.Eq: Operator.EQUAL,
    ast.NotEq: Operator.DIFFERENT,
    ast.Lt: Operator.LESS,
    ast.LtE: Operator.LESS_OR_EQUAL,
    ast.Gt: Operator.GREATER,
    ast.GtE: Operator.GREATER_OR_EQUAL,
    ast.And: Operator.BOTH,
    ast.Or: Operator.EITHER,
    ast.USub: Operator.NEGATIVE,
    ast.Invert: Operator.INVERTED,
    ast.Not: Operator.NOT,
    ast.IfExp: Operator.CHOICE,
}
_FUNCTIONS = {"min": Operator.LEAST, "max": Operator.MOST, "abs": Operator.AMOUNT}


def as_formula(
    tokens: Iterable[Token], unknown: Mapping[str, Step], compared: Callable[[TextIs], Step] | None = None
) -> Formula:
    """Return what the worker works out, with what stands for each name, and for each text that is `compared`."""
    return tuple([_step(token, unknown, compared) for token in tokens])


def _step(token: Token, unknown: Mapping[str, Step], compared: Callable[[TextIs], Step] | None) -> Step:
    match token:
        case int() | float():
            return token
        case TextIs():
            assert compared is not None
            return compared(token)
        case str():
            return unknown[token]
        case Applied(function):
            return _FUNCTIONS[function]
        case _:
            return _OPERATORS[token]
