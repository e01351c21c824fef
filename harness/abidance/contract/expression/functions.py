"""The functions of the language: one table, read by the parser, the evaluator and the reference page."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from abidance.contract.expression.errors import OperationError
from abidance.contract.expression.operations import (
    Number,
    Spend,
    binary,
    describe,
    integer,
    length,
    number,
    plain,
    sequence,
    truth,
)
from abidance.contract.language.regexes import Regex, regex

Apply = Callable[[list[object], Spend], object]


@dataclass(frozen=True, slots=True)
class ExpressionFunction:
    """A function that an expression may call. `apply` is None where evaluation itself decides what runs."""

    signature: str
    doc: str
    least: int
    most: int
    apply: Apply | None = None
    aggregates: bool = False

    @property
    def arity(self) -> str:
        """Return how many arguments it takes, in words."""
        if self.least == self.most:
            return "1 argument" if self.least == 1 else f"{self.least} arguments"
        return (
            f"{self.least} to {self.most} arguments"
            if self.most < MANY
            else f"at least {self.least} argument"
        )


MANY = 32


def elements(value: object, spend: Spend) -> Sequence[object]:
    """Return what a sequence holds, counted."""
    items = sequence(value)
    spend(length(items))
    return items


def _length(arguments: list[object], _spend: Spend) -> object:
    (value,) = arguments
    if not isinstance(value, Sequence):
        raise OperationError(f"{describe(value)} has no length")
    return length(value)


def _extreme(pick: Callable[[list[Number]], Number]) -> Apply:
    def apply(arguments: list[object], spend: Spend) -> object:
        values = elements(arguments[0], spend) if len(arguments) == 1 else arguments
        if not values:
            raise OperationError("an empty list has neither a least nor a greatest element")
        return pick([number(plain(value)) for value in values])

    return apply


def _sum(arguments: list[object], spend: Spend) -> object:
    total: object = 0
    for value in elements(arguments[0], spend):
        total = binary(ast.Add, total, number(plain(value)), spend)
    return total


def _range(arguments: list[object], _spend: Spend) -> object:
    start, stop, step = [0, *arguments, 1] if len(arguments) == 1 else [*arguments, 1][:3]
    if integer(step) == 0:
        raise OperationError("the step of a range is zero")
    return range(integer(start), integer(stop), integer(step))


def _is_utf8(arguments: list[object], _spend: Spend) -> object:
    (value,) = arguments
    if not isinstance(value, bytes):
        raise OperationError(f"{describe(value)} where bytes are needed")
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lower(arguments: list[object], spend: Spend) -> object:
    (value,) = arguments
    if not isinstance(value, bytes):
        raise OperationError(f"{describe(value)} where bytes are needed")
    spend(len(value))
    return value.lower()  # of bytes, that is ASCII alone, whatever the locale


def pattern(text: str | bytes) -> Regex:
    """Return what `matches` holds bytes to, each a character of its own; raises RegexError."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return regex(raw.decode("latin-1"))


def _matches(arguments: list[object], spend: Spend) -> object:
    value, text = arguments
    if not isinstance(value, bytes):
        raise OperationError(f"{describe(value)} where bytes are needed")
    spend(len(value))
    return pattern(cast("bytes", text)).matches(value.decode("latin-1"))


def _join(arguments: list[object], spend: Spend) -> object:
    parts: list[bytes] = []
    for value in elements(arguments[0], spend):
        part = plain(value)
        if not isinstance(part, bytes):
            raise OperationError(f"{describe(part)} where bytes are needed")
        spend(len(part))
        parts.append(part)
    return b"".join(parts)


FUNCTIONS: Mapping[str, ExpressionFunction] = {
    "abs": ExpressionFunction(
        "abs(x)", "the absolute value", 1, 1, lambda arguments, _spend: abs(number(arguments[0]))
    ),
    "all": ExpressionFunction(
        "all(condition for x in xs)",
        "whether the condition holds for every element",
        1,
        1,
        lambda arguments, spend: all(truth(plain(value)) for value in elements(arguments[0], spend)),
        aggregates=True,
    ),
    "any": ExpressionFunction(
        "any(condition for x in xs)",
        "whether the condition holds for at least one element",
        1,
        1,
        lambda arguments, spend: any(truth(plain(value)) for value in elements(arguments[0], spend)),
        aggregates=True,
    ),
    "implies": ExpressionFunction(
        "implies(a, b)", "`b` if `a` holds; otherwise true, and `b` is not evaluated", 2, 2
    ),
    "is_utf8": ExpressionFunction("is_utf8(x)", "whether the bytes are well-formed UTF-8", 1, 1, _is_utf8),
    "join": ExpressionFunction(
        "join(x for x in xs)", "the bytes in a list, one behind the other", 1, 1, _join, aggregates=True
    ),
    "len": ExpressionFunction("len(x)", "the number of bytes or elements", 1, 1, _length),
    "lower": ExpressionFunction(
        "lower(x)",
        "the bytes with the letters A to Z in lower case, and all others as they are",
        1,
        1,
        _lower,
    ),
    "matches": ExpressionFunction(
        'matches(x, "REGEX")',
        "whether the bytes, each a character, are of the form of a regular expression: the whole, as with `like`",
        2,
        2,
        _matches,
    ),
    "max": ExpressionFunction(
        "max(x, y, ...)",
        "the largest number, of the arguments or of a list",
        1,
        MANY,
        _extreme(max),
        aggregates=True,
    ),
    "min": ExpressionFunction(
        "min(x, y, ...)",
        "the smallest number, of the arguments or of a list",
        1,
        MANY,
        _extreme(min),
        aggregates=True,
    ),
    "old": ExpressionFunction("old(x)", "the value before the call", 1, 1),
    "range": ExpressionFunction(
        "range(start, stop, step)", "the integers from `start` up to but not including `stop`", 1, 3, _range
    ),
    "sum": ExpressionFunction(
        "sum(x for x in xs)", "the sum of the numbers in a list", 1, 1, _sum, aggregates=True
    ),
}
