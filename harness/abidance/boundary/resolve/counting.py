"""What a handle counts by the arguments of a call, or by what the call returns: `n + k`, `n - result`.

Each number is a state of its own, so a call leads to several: one for each number that may be added or taken away, on
the condition that it is that one, and that the call succeeds.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME, AddressShape, NumberHandle, ScalarShape
from abidance.contract.expression import parse, spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape
    from abidance.contract.expression import Expression

MOST_COUNTED = 64
"""So much is counted at most by what calls are given or return."""
FORMS = (
    "`n + k`, `n - k` or `k`, of a number that is counted and one that the call is given; `n - result`; "
    "`n + k + result`, of a result that has a range; or `n + (it != null)`, which counts 1 where a condition holds, as "
    "in `n - k + 2 * (it != null)`"
)


@dataclass(frozen=True, slots=True)
class LateTerm:
    """What a sum adds of the number `name` that a call leaves: so many `times` that, or a `condition` on it."""

    name: str
    times: int
    condition: str = ""

    def values(self, function: BoundaryFunction, shape: Shape | None) -> tuple[int, ...]:
        """Return what it may add if the call succeeds; nothing where that is too much to tell."""
        numbers = (0, 1) if self.condition else values_of(function, self.name, shape)
        return tuple(self.times * each for each in numbers)

    def adds_up(self, rest: str, number: int) -> str:
        """Return the condition that it comes to a number with what else is added."""
        if not self.condition and abs(self.times) == 1:
            told = f"{number} - ({rest})" if self.times > 0 else f"({rest}) - {number}"
            return f"{self.name} == {told}"
        if self.condition:
            there, none = f"({rest}) == {number - self.times}", f"({rest}) == {number}"
            return f"(({self.condition}) and {there} or not ({self.condition}) and {none})"
        return f"{self.times} * {self.name} == {number} - ({rest})"


@dataclass(frozen=True, slots=True)
class CountedBy:
    """That a call adds a number to what is counted (`sign` 1), takes one away (-1), or sets it (0).

    `amount` is that number, over arguments, or what the call leaves: 1 where it is a condition that holds. One that is
    a `sum` may be below 0, and may have a term among what it adds that is `late`, since the call leaves it: `rest` is
    what else it adds. The other counters are as always.
    """

    counter: str
    sign: int
    amount: str
    expression: Expression
    left: bool
    is_condition: bool = False
    is_sum: bool = False
    late: LateTerm | None = None
    rest: str = ""
    least: int | None = None
    most: int | None = None
    """Of a sum, between which numbers it is, as far as that is known."""

    def after(self, counted: int, most: int) -> Iterator[tuple[int, int]]:
        """Yield what may be counted after a call, each with the number that it takes for that."""
        low, high = -most if self.is_sum else 0, 1 if self.is_condition else most
        low = low if self.least is None else max(low, self.least)
        high = high if self.most is None else min(high, self.most)
        for number in range(low, high + 1):
            after = counted + self.sign * number if self.sign else number
            if 0 <= after <= most:
                yield after, number

    def condition(self, function: BoundaryFunction, number: int, *, made: bool = False) -> Expression:
        """Return that the call succeeds, and that the amount is a number; what is `made` by it is there if it has."""
        succeeds = "" if made else success_text(function)
        if self.late is not None:
            text = self.late.adds_up(self.rest, number)
            return parse(f"({succeeds}) and {text}" if succeeds else text, self.expression.span)
        held = self.amount if number else f"not ({self.amount})"
        text = f"({held})" if self.is_condition else f"({self.amount}) == {number}"
        return parse(f"({succeeds}) and {text}" if succeeds else text, self.expression.span)


def counted_by(expression: Expression, counters: Collection[str], left: Collection[str]) -> CountedBy | None:
    """Return what an expression counts by; None where it is of another form. `left` is what a call leaves."""
    tree, found = expression.tree, None
    if (several := _sum(expression, counters, left)) is not None:
        return several
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


def _sum(expression: Expression, counters: Collection[str], left: Collection[str]) -> CountedBy | None:
    """Return what an expression counts by that adds several numbers to what is counted, or takes some away."""
    terms = [*_terms(expression.tree, 1)]
    own = [each for each in terms if isinstance(each[1], ast.Name) and each[1].id in counters]
    others = [each for each in terms if each not in own]
    if len(own) != 1 or own[0][0] < 0 or len(others) < len(("one", "other")):
        return None
    names = {name: [each for each in others if name in _names(each[1])] for name in left}
    late = [(name, where[0]) for name, where in names.items() if where]
    if any(_names(each) & {*counters} for _, each in others) or len(late) > 1:
        return None
    counter = own[0][1]
    assert isinstance(counter, ast.Name)
    if not late:
        return CountedBy(counter.id, 1, _text(others), expression, left=False, is_sum=True)
    ((name, (sign, tree)),) = late
    term = _late_term(tree, name, sign)
    if term is None or len(names[name]) > 1:
        return None
    rest = _text([each for each in others if each != (sign, tree)])
    return CountedBy(counter.id, 1, _text(others), expression, left=True, is_sum=True, late=term, rest=rest)


def _late_term(tree: ast.expr, name: str, sign: int) -> LateTerm | None:
    """Return a term with a number that a call leaves: itself, a condition on it, or a multiple of one of them."""
    match tree:
        case ast.BinOp(ast.Constant(int(times)), ast.Mult(), inner) | ast.BinOp(
            inner, ast.Mult(), ast.Constant(int(times))
        ) if times > 0:
            return _late_term(inner, name, sign * times)
        case ast.Name(id=found) if found == name:
            return LateTerm(name, sign)
        case ast.Compare() if _names(tree) == {name}:
            return LateTerm(name, sign, ast.unparse(tree))
    return None


def _terms(tree: ast.expr, sign: int) -> Iterator[tuple[int, ast.expr]]:
    """Yield what a sum adds, 1, or takes away, -1."""
    match tree:
        case ast.BinOp(one, ast.Add() | ast.Sub() as op, other):
            yield from _terms(one, sign)
            yield from _terms(other, -sign if isinstance(op, ast.Sub) else sign)
        case ast.UnaryOp(ast.USub(), inner):
            yield from _terms(inner, -sign)
        case _:
            yield sign, tree


def within(found: CountedBy, function: BoundaryFunction, left: Mapping[str, Shape | None]) -> CountedBy:
    """Return what a sum counts by with the numbers between which that is, as far as the contract says."""
    shapes = {spelling(member.name): member.shape for member in function.members} | {**left}
    late = found.late.values(function, left[found.late.name]) if found.late is not None else (0,)
    low, high = min(late), max(late)
    given = found.rest if found.late is not None else found.amount
    for sign, term in _terms(parse(given, found.expression.span).tree, 1):
        shape = shapes.get(term.id) if isinstance(term, ast.Name) else None
        if isinstance(term, ast.Constant) and isinstance(term.value, int):
            ends = term.value, term.value
        elif isinstance(shape, ScalarShape):
            ends = int(shape.lowest), int(shape.highest)
        else:
            return found
        ends = ends if sign > 0 else (-ends[1], -ends[0])
        low, high = low + ends[0], high + ends[1]
    return replace(found, least=low, most=high)


def _text(terms: list[tuple[int, ast.expr]]) -> str:
    return " ".join(f"{'-' if sign < 0 else '+'} ({ast.unparse(each)})" for sign, each in terms)


def _names(tree: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}


def values_of(function: BoundaryFunction, name: str, shape: Shape | None) -> tuple[int, ...]:
    """Return what a number may be that a call leaves which succeeds; nothing where that is too much to tell."""
    number = shape.number if isinstance(shape, NumberHandle) else shape
    if not isinstance(number, ScalarShape) or number.highest - number.lowest > MOST_COUNTED:
        return ()
    values = range(int(number.lowest), int(number.highest) + 1)
    ok = function.result.ok if name == RESULT_NAME else ()
    if function.status is not None and function.status.path == name:
        ok = function.status.ok
    return tuple([each for each in values if not ok or each in ok])


def numbers_given(function: BoundaryFunction) -> set[str]:
    """Return the whole numbers that a call is given, as expressions spell them."""
    whole = ("int", "enum", "bool")
    return {
        spelling(member.name)
        for member in function.members
        if isinstance(member.shape, ScalarShape) and member.shape.kind in whole
    }


def begins_beyond(
    function: BoundaryFunction, by: CountedBy, counter: str, most: int
) -> tuple[str, str] | None:
    """Return that what a call makes may have counted further than that is counted, and what helps; None where not."""
    shape = next((m.shape for m in function.members if spelling(m.name) == by.amount), None)
    if not isinstance(shape, ScalarShape) or 0 <= shape.lowest <= shape.highest <= most:
        return None
    words = f"`{by.amount}` may be another number than those that `{counter}` counts, from 0 to {most}"
    return words, f"say `params: {{{by.amount}: {{range: [0, {most}]}}}}`, or count further"


def success_text(function: BoundaryFunction) -> str:
    """Return the condition that a call has succeeded; nothing where nothing tells."""
    result, status = function.result, function.status
    if status is not None and status.number is None:
        return f"{status.path} == null"
    if status is not None:
        return " or ".join(f"{low} <= {status.path} <= {high}" for low, high in status.ok.each)
    if result.bounds is not None:
        return result.bounds.succeeds.text
    if result.ok:
        return " or ".join(f"{low} <= result <= {high}" for low, high in result.ok.each)
    if isinstance(result.shape, AddressShape):
        return "result != null"
    return "result" if isinstance(result.shape, ScalarShape) and result.shape.kind == "bool" else ""
