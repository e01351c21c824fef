"""What is worked out of what calls have left, as a C expression over wide numbers (`abd_wide`), and fractions."""

from __future__ import annotations

from math import isinf, isnan
from typing import TYPE_CHECKING

from abidance.plan.formula import NumberLeft, Operator, SavedNumber, taken_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.plan.formula import Formula

_BETWEEN: Mapping[Operator, str] = {
    Operator.ADD: "+",
    Operator.SUBTRACT: "-",
    Operator.MULTIPLY: "*",
    Operator.BITS_IN_BOTH: "&",
    Operator.BITS_IN_EITHER: "|",
    Operator.BITS_IN_ONE: "^",
    Operator.SHIFT_RIGHT: ">>",
    Operator.EQUAL: "==",
    Operator.DIFFERENT: "!=",
    Operator.LESS: "<",
    Operator.LESS_OR_EQUAL: "<=",
    Operator.GREATER: ">",
    Operator.GREATER_OR_EQUAL: ">=",
    Operator.BOTH: "&&",
    Operator.EITHER: "||",
}


def formula_in_c(formula: Formula, left: str, *, fraction: bool = False) -> str:
    """Return a formula in C; `left` is the number that the call has left, which may be a `fraction`."""
    stack: list[str] = []
    for step in formula:
        match step:
            case Operator():
                taken = taken_by(step)
                stack[-taken:] = [_applied(step, stack[-taken:])]
            case SavedNumber(slot, width, fraction=True):
                stack.append(f"abd_fraction(&slot[{slot}], {width})")
            case SavedNumber(slot, width, signed):
                stack.append(f"(abd_wide)({'' if signed else 'u'}int{8 * width}_t)(uintptr_t)slot[{slot}]")
            case NumberLeft():
                stack.append(left if fraction else f"(abd_wide){left}")
            case float():
                stack.append(fraction_in_c(step))
            case int():
                stack.append(f"{step}u" if step > (1 << 63) - 1 else str(step))
    return stack[0]


def fraction_in_c(number: float) -> str:
    """Return a fraction as C has it, exactly."""
    if isnan(number):
        return "(0.0 / 0.0)"
    if isinf(number):
        return f"({'-' if number < 0 else ''}1.0 / 0.0)"
    return f"({number.hex()})" if number < 0 else number.hex()


def _applied(step: Operator, given: list[str]) -> str:
    match step:
        case Operator.DIVIDE | Operator.REMAINDER:
            # Rounded down (C11 6.5.5p6 rounds to zero).
            return f"abd_{'divided' if step is Operator.DIVIDE else 'remainder'}({given[0]}, {given[1]})"
        case Operator.SHIFT_LEFT:
            return f"((abd_wide){given[0]} << {given[1]})"
        case Operator.LEAST | Operator.MOST:
            one, other = given
            return f"({one} {'<' if step is Operator.LEAST else '>'} {other} ? {one} : {other})"
        case Operator.AMOUNT:
            return f"({given[0]} < 0 ? -{given[0]} : {given[0]})"
        case Operator.NEGATIVE | Operator.INVERTED | Operator.NOT:
            sign = {Operator.NEGATIVE: "-", Operator.INVERTED: "~", Operator.NOT: "!"}[step]
            return f"({sign}{given[0]})"
        case Operator.CHOICE:
            return f"({given[0]} ? {given[1]} : {given[2]})"
    return f"({given[0]} {_BETWEEN[step]} {given[1]})"
