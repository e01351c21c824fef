"""Whether one condition of a contract follows from others, as far as sets of numbers decide it.

A condition is taken apart into comparisons of linear forms such as ``2*n - len(a)`` with numbers. What the premises and
the opposite of the conclusion leave of each form is a set; where every way to keep all of them leaves one empty, the
conclusion follows. Over integers ``n < 4`` and ``n <= 3`` are the same set. What is no such comparison is kept or
broken as a whole. What is not seen to follow is taken not to.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd, inf

_MOST_WAYS = 512
_DEEPEST = 64

_Number = Fraction | int | float
Ends = tuple[_Number, _Number]
Whole = Callable[[ast.expr], "Ends | None"]
"""Returns between which ends the integers lie that an expression stands for, or None where it may stand for others."""

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
_Form = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True)
class _Span:
    """The numbers between two ends, each with or without itself."""

    low: _Number = -inf
    high: _Number = inf
    above: bool = False
    below: bool = False

    def within(self, other: _Span) -> _Span:
        """Return what both have."""
        low, above = max((self.low, self.above), (other.low, other.above))
        high, below = min((self.high, not self.below), (other.high, not other.below))
        return _Span(low, high, above, not below)

    @property
    def empty(self) -> bool:
        """Tell whether there is no such number."""
        return self.low > self.high or (self.low == self.high and (self.above or self.below))

    def of_integers(self) -> _Span:
        """Return the same integers, between ends that are integers themselves."""
        low = floor(self.low) + 1 if self.above else self.low if abs(self.low) == inf else ceil(self.low)
        high = ceil(self.high) - 1 if self.below else self.high if abs(self.high) == inf else floor(self.high)
        return _Span(low, high)


@dataclass(frozen=True, slots=True)
class _Literal:
    """One thing that holds: a form lies in a span, or, with a text for a form, a condition is true or false.

    `sure` is false for what only follows from a comparison that fails: that of NaN does, too.
    """

    form: _Form | str
    span: _Span | bool
    sure: bool = True


_Ways = list[tuple[_Literal, ...]]


class _TooManyError(Exception):
    """There are too many ways to keep a condition."""


def implies(premises: list[ast.expr], conclusion: ast.expr, whole: Whole) -> bool:
    """Tell whether the conclusion is seen to hold wherever all premises do."""
    reader = _Reader(whole)
    try:
        ways = reader.all_of(
            [reader.ways(each, True, 0) for each in premises] + [reader.ways(conclusion, False, 0)]
        )
    except _TooManyError:
        return False
    return all(reader.impossible(each) for each in ways)


class _Reader:
    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self._ends: dict[str, Ends] = {}

    def ways(self, tree: ast.expr, wanted: bool, depth: int) -> _Ways:
        """Return in which ways a condition is true, or false where that is `wanted`."""
        if depth > _DEEPEST:
            raise _TooManyError
        match tree:
            case ast.Constant(value=bool() as value):
                return [()] if value is wanted else []
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.ways(inner, not wanted, depth + 1)
            case ast.BoolOp(op=operator, values=parts):
                listed = [self.ways(each, wanted, depth + 1) for each in parts]
                return self.all_of(listed) if isinstance(operator, ast.And) is wanted else _any_of(listed)
            case ast.Call(func=ast.Name(id="implies"), args=[if_, then], keywords=[]):
                listed = [self.ways(if_, not wanted, depth + 1), self.ways(then, wanted, depth + 1)]
                return _any_of(listed) if wanted else self.all_of(listed)
            case ast.Compare(left=left, ops=kinds, comparators=others):
                pairs = zip([left, *others], kinds, others, strict=False)
                listed = [self._comparison(a, kind, b, wanted) for a, kind, b in pairs]
                return self.all_of(listed) if wanted else _any_of(listed)
        if self._whole(tree) is not None:
            return self._comparison(tree, ast.NotEq(), ast.Constant(0), wanted)
        return [(_Literal(ast.unparse(tree), wanted),)]

    def all_of(self, listed: list[_Ways]) -> _Ways:
        """Return the ways in which all hold, without those that cannot be."""
        found: _Ways = [()]
        for ways in listed:
            found = [(*one, *other) for one in found for other in ways]
            if len(found) > _MOST_WAYS:
                found = [each for each in found if not self.impossible(each)]
            if len(found) > _MOST_WAYS:
                raise _TooManyError
        return found

    def impossible(self, way: tuple[_Literal, ...]) -> bool:
        """Tell whether not all of these can hold at once."""
        spans: dict[_Form, tuple[_Span, bool]] = {}
        told: dict[str, bool] = {}
        for each in way:
            if isinstance(each.form, str):
                if told.setdefault(each.form, bool(each.span)) is not each.span:
                    return True
            elif isinstance(each.span, _Span):
                span, sure = spans.get(each.form, (_Span(), False))
                spans[each.form] = span.within(each.span), sure or each.sure
        return any(self._none_left(form, span, sure=sure) for form, (span, sure) in spans.items())

    def _none_left(self, form: _Form, span: _Span, *, sure: bool) -> bool:
        if any(atom not in self._ends for atom, _ in form):
            return sure and span.empty
        low: _Number = 0
        high: _Number = 0
        for atom, factor in form:
            ends = [factor * each for each in self._ends[atom]]
            low, high = low + min(ends), high + max(ends)
        return span.within(_Span(low, high)).of_integers().empty

    def _comparison(self, left: ast.expr, kind: ast.cmpop, right: ast.expr, wanted: bool) -> _Ways:
        forms = self._linear(left), self._linear(right)
        if type(kind) not in _OPPOSITE or None in forms or not self._comparable(left, right, kind):
            return [(_Literal(ast.unparse(ast.Compare(left, [kind], [right])), wanted),)]
        (terms, number), (minus, other) = forms  # type: ignore[misc]
        for atom, factor in minus.items():
            terms[atom] = terms.get(atom, Fraction(0)) - factor
        form = tuple(sorted((atom, factor) for atom, factor in terms.items() if factor))
        bound, operator = other - number, kind if wanted else _OPPOSITE[type(kind)]()
        if not form:
            return [()] if _holds(Fraction(0), operator, bound) else []
        scale = _scale(form)
        form = tuple((atom, factor / scale) for atom, factor in form)
        bound /= scale
        spans = _spans(operator, bound, mirrored=scale < 0)
        sure = (wanted and not isinstance(kind, ast.NotEq)) or (not wanted and isinstance(kind, ast.NotEq))
        return [(_Literal(form, span, sure),) for span in spans]

    def _comparable(self, left: ast.expr, right: ast.expr, kind: ast.cmpop) -> bool:
        """Tell whether both sides are numbers as far as one sees; what only is equal or not need not be."""
        numbers = [isinstance(each, ast.Constant) or self._whole(each) is not None for each in (left, right)]
        return any(numbers) or isinstance(kind, ast.Eq | ast.NotEq)

    def _linear(self, tree: ast.expr) -> tuple[dict[str, Fraction], Fraction] | None:
        """Return factors by atoms and a number, or None for what is no number at all."""
        match tree:
            case ast.Constant(value=bool()):
                return None
            case ast.Constant(value=int() | float() as value) if -inf < value < inf:
                return {}, Fraction(value)
            case ast.Constant():
                return None
            case ast.UnaryOp(op=ast.USub(), operand=inner) if self._whole(tree) is not None:
                found = self._linear(inner)
                return (
                    None if found is None else ({atom: -each for atom, each in found[0].items()}, -found[1])
                )
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right) if (
                self._whole(tree) is not None
            ):
                one, other = self._linear(left), self._linear(right)
                if one is None or other is None:
                    return None
                sign = 1 if isinstance(op, ast.Add) else -1
                for atom, factor in other[0].items():
                    one[0][atom] = one[0].get(atom, Fraction(0)) + sign * factor
                return one[0], one[1] + sign * other[1]
            case ast.BinOp(left=left, op=ast.Mult(), right=right) if self._whole(tree) is not None:
                one, other = self._linear(left), self._linear(right)
                if one is not None and other is not None and not (one[0] and other[0]):
                    terms, factor = (one, other[1]) if one[0] else (other, one[1])
                    return {atom: each * factor for atom, each in terms[0].items()}, terms[1] * factor
        atom = ast.unparse(tree)
        ends = self._whole(tree)
        if ends is not None:
            self._ends[atom] = ends
        return {atom: Fraction(1)}, Fraction(0)


def _any_of(listed: list[_Ways]) -> _Ways:
    return [each for ways in listed for each in ways]


def _holds(number: Fraction, kind: ast.cmpop, bound: Fraction) -> bool:
    return any(not span.within(_Span(number, number)).empty for span in _spans(kind, bound, mirrored=False))


def _scale(form: _Form) -> Fraction:
    """Return by what to divide the factors for the first to be positive, and all to be integers without a divisor."""
    least = 1
    for _, factor in form:
        least = least * factor.denominator // gcd(least, factor.denominator)
    greatest = 0
    for _, factor in form:
        greatest = gcd(greatest, int(factor * least))
    return Fraction(greatest if form[0][1] > 0 else -greatest, least)


def _spans(kind: ast.cmpop, bound: Fraction, *, mirrored: bool) -> list[_Span]:
    below, upto = _Span(high=bound, below=True), _Span(high=bound)
    over, from_ = _Span(low=bound, above=True), _Span(low=bound)
    match kind:
        case ast.Lt():
            return [over if mirrored else below]
        case ast.LtE():
            return [from_ if mirrored else upto]
        case ast.Gt():
            return [below if mirrored else over]
        case ast.GtE():
            return [upto if mirrored else from_]
        case ast.Eq():
            return [_Span(bound, bound)]
        case _:
            return [below, over]
