"""What a handle counts by the arguments of a call, or by what the call returns: `n + k`, `n - result`.

Each number is a state of its own, so a call leads to several: one for each number that may be added or taken away, on
the condition that it is that one, and that the call succeeds.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import AddressShape, ScalarShape
from abidance.contract.expression import parse, spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.contract.expression import Expression

MOST_COUNTED = 64
"""So much is counted at most by what calls are given or return."""
FORMS = (
    "`n + k`, `n - k` or `k`, of a number that is counted and one that the call is given; `n - result`; "
    "or `n + (it != null)`, which counts 1 where a condition holds"
)


@dataclass(frozen=True, slots=True)
class CountedBy:
    """That a call adds a number to what is counted (`sign` 1), takes one away (-1), or sets it (0).

    `amount` is that number, over arguments, or what the call leaves: 1 where it is a condition that holds. The other
    counters are as always.
    """

    counter: str
    sign: int
    amount: str
    expression: Expression
    left: bool
    is_condition: bool = False

    def after(self, counted: int, most: int) -> Iterator[tuple[int, int]]:
        """Yield what may be counted after a call, each with the number that it takes for that."""
        for number in range(2 if self.is_condition else most + 1):
            after = counted + self.sign * number if self.sign else number
            if 0 <= after <= most:
                yield after, number

    def condition(self, function: BoundaryFunction, number: int) -> Expression:
        """Return that the call succeeds, and that the amount is a number."""
        succeeds = success_text(function)
        held = self.amount if number else f"not ({self.amount})"
        text = f"({held})" if self.is_condition else f"({self.amount}) == {number}"
        return parse(f"({succeeds}) and {text}" if succeeds else text, self.expression.span)


def counted_by(expression: Expression, counters: Collection[str], left: Collection[str]) -> CountedBy | None:
    """Return what an expression counts by; None where it is of another form. `left` is what a call leaves."""
    tree, found = expression.tree, None
    match tree:
        case ast.BinOp(ast.Name(id=name), ast.Add() | ast.Sub() as op, amount) if name in counters:
            found = name, 1 if isinstance(op, ast.Add) else -1, amount
        case ast.BinOp(amount, ast.Add(), ast.Name(id=name)) if name in counters:
            found = name, 1, amount
        case _:
            found = "", 0, tree
    name, sign, amount = found
    names = {each.id for each in ast.walk(amount) if isinstance(each, ast.Name)}
    late, is_condition = bool(names & {*left}), isinstance(amount, ast.Compare)
    # What a call adds could go beyond the highest number, unless that is one.
    bounded = is_condition or (sign == -1 and isinstance(amount, ast.Name))
    if names & {*counters} or (late and not bounded):
        return None
    return CountedBy(name, sign, ast.unparse(amount), expression, late, is_condition)


def numbers_given(function: BoundaryFunction) -> set[str]:
    """Return the whole numbers that a call is given, as expressions spell them."""
    whole = ("int", "enum", "bool")
    return {
        spelling(member.name)
        for member in function.members
        if isinstance(member.shape, ScalarShape) and member.shape.kind in whole
    }


def success_text(function: BoundaryFunction) -> str:
    """Return the condition that a call has succeeded; nothing where its result does not tell."""
    result = function.result
    if result.ok:
        return " or ".join(f"{low} <= result <= {high}" for low, high in result.ok.each)
    if isinstance(result.shape, AddressShape):
        return "result != null"
    return "result" if isinstance(result.shape, ScalarShape) and result.shape.kind == "bool" else ""
