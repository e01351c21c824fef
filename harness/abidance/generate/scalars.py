"""Numbers: boundary values are likely, and so are those that the contract or the rest of the call mentions."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.boundary.model.float_formats import following, format_of
from abidance.boundary.values.memory import rounded, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.boundary.model.float_formats import Format, Real
    from abidance.boundary.model.types import ScalarShape
    from abidance.generate.hints import Bounds
    from abidance.generate.source import ChoiceSource

_POWERS = (*range(13), 15, 16, 24, 31, 32, 53, 63, 64, 127)
FEW = 4
_WAYS = ("any", "edge", "edge", "near")


class NoNumberError(ValueError):
    """No number is valid here: the limits of the contract leave none."""


def number(
    source: ChoiceSource,
    shape: ScalarShape,
    bounds: Bounds,
    mentioned: Iterable[float] = (),
    near: Sequence[int] = (),
    most: int | None = None,
) -> Real:
    """Return a valid value of `shape`.

    `bounds` narrows it further, `mentioned` are numbers worth trying, `near` others of the same call, and
    `most` caps it (a number that sizes memory). Raises NoNumberError.
    """
    if shape.kind == "float":
        return _real(source, shape, bounds, mentioned)
    if shape.listed:
        allowed = [m for m in shape.listed if bounds.allows(m)] if bounds.limited else shape.listed
        return source.pick(allowed or _nothing())
    if bounds.members is not None:
        lawful = sorted(
            (m for m in bounds.members if shape.lowest <= m <= shape.highest and bounds.allows(m)),
            key=_simple,
        )
        return source.pick(lawful or _nothing())
    lowest, highest = bounds.narrow(int(shape.lowest), int(shape.highest))
    if most is not None and highest > most >= lowest:
        highest = most
    if lowest > highest:
        _nothing()
    edges = interesting(lowest, highest, (*mentioned, *shape.members))
    if highest - lowest < len(edges):
        return source.integer(lowest, highest)
    close = _near(near, lowest, highest)
    # One choice for most numbers, and a second for those that may be anything, a third or half of them.
    anything: list[int | None] = [None] * (len(edges) // (2 if close else 1))
    chosen = source.pick([*anything, *edges, *close])
    return source.integer(lowest, highest) if chosen is None else chosen


def small(shape: ScalarShape, bounds: Bounds) -> Bounds:
    """Return limits within which a number is one of the first few that it may be, from zero on where it may be zero."""
    lowest, highest = bounds.narrow(int(shape.lowest), int(shape.highest))
    first = max(lowest, min(0, highest))
    return bounds.with_fact(">=", first).with_fact("<=", min(first + FEW - 1, highest))


def lawful(shape: ScalarShape, value: Real) -> bool:
    """Tell whether the contract allows a number at its place."""
    if shape.members and (shape.closed or shape.kind != "enum"):
        return shape.has(value)
    if value != value:  # noqa: PLR0124 - NaN, which is valid where there are no limits
        return shape.lowest == -math.inf and shape.highest == math.inf
    return within(shape, value)


MOST_LISTED = 256
"""Of a range in a list so many numbers are sizes to choose from, and its end."""


@lru_cache(4096)
def sizes_listed(shape: ScalarShape, lowest: int, highest: int) -> tuple[int, ...] | None:
    """Return the numbers between two that a list allows alone, in order; None where nothing lists what is allowed.

    So it is with the length of a key, `one_of: [16, 24, 32]`.
    """
    if not shape.members or not (shape.closed or shape.kind != "enum") or shape.flags:
        return None
    found = {int(each) for each in shape.members if lowest <= each <= highest}
    for low, high in shape.ranges.each:
        first, last = max(low, lowest), min(high, highest)
        found |= {*range(first, min(last, first + MOST_LISTED) + 1), *([last] if first <= last else [])}
    return tuple(sorted(found))


@lru_cache(4096)  # the same few ranges, asked for with every value that is drawn
def interesting(lowest: int, highest: int, mentioned: tuple[float, ...] = ()) -> tuple[int, ...]:
    """Return the numbers in a range where code tends to change its mind, the simplest first."""
    found = {lowest, lowest + 1, highest - 1, highest, -1, 0, 1, 2, 3}
    for close in close_to(mentioned, lowest):
        found.update((close - 1, close, close + 1))
    for power in _POWERS:
        found.update((1 << power) + step for step in (-1, 0, 1))
        found.update(-(1 << power) + step for step in (-1, 0))
    return tuple(sorted((n for n in found if lowest <= n <= highest), key=_simple))


def close_to(mentioned: Iterable[float], lowest: int) -> list[int]:
    """Return the numbers that are mentioned, or multiples where they are too small: `year % 100` is about those."""
    found: dict[int, None] = {}
    for mention in mentioned:
        if not math.isfinite(mention):
            continue
        for whole in (math.floor(mention), math.ceil(mention)):
            found[whole] = None
            if 1 < whole < lowest:
                first = -(-lowest // whole) * whole
                found |= {first: None, first + whole: None}
    return list(found)


@lru_cache(
    4096
)  # as above; the neighbours of a number are exact fractions, and cost most of a call generated
def edge_reals(
    shape: ScalarShape, lowest: Real, highest: Real, mentioned: tuple[float, ...] = ()
) -> tuple[Real, ...]:
    """Return the floating-point numbers in a range where code tends to change its mind."""
    tiny, most, _ = _format(shape).extremes
    edges = (0.0, 1.0, lowest, highest, *map(float, mentioned), 0.5, 1e9, 1e20, tiny, most)
    found: dict[Real, None] = {}
    for value in edges:
        exact = rounded(shape, value)
        for close in (exact, -exact, _next(shape, exact, -math.inf), _next(shape, exact, math.inf)):
            found[close] = None
    listed = [n for n in found if lowest <= n <= highest]
    if lowest == -math.inf and highest == math.inf:
        listed.append(math.nan)
    if 0.0 in listed and lowest < 0:
        listed.append(-0.0)
    return tuple(listed)


def real_range(shape: ScalarShape, bounds: Bounds) -> tuple[Real, Real]:
    """Return the valid range of a floating-point number, both ends of which its type can hold."""
    lowest, highest = bounds.narrow_real(_double(shape.lowest, -math.inf), _double(shape.highest, math.inf))
    # A wide type's ends lie between two doubles; rounding to a narrow one may have left the range.
    least, most = max(lowest, shape.lowest), min(highest, shape.highest)
    low, high = rounded(shape, least), rounded(shape, most)
    low = _next(shape, low, math.inf) if low < least else low
    high = _next(shape, high, -math.inf) if high > most else high
    return low, high


def _real(source: ChoiceSource, shape: ScalarShape, bounds: Bounds, mentioned: Iterable[float]) -> Real:
    if shape.members:
        return rounded(shape, source.pick([m for m in shape.members if bounds.allows_real(m)] or _nothing()))
    low, high = real_range(shape, bounds)
    if low > high:
        _nothing()
    if source.pick(_WAYS) == "edge":
        return source.pick(edge_reals(shape, low, high, tuple(mentioned)))
    if shape.format is None:
        return source.real(float(low), float(high), shape.size * 8)
    # Rounding keeps the order, and both ends are numbers of the type, so nothing leaves the range.
    outer = (_double(low, -math.inf), _double(high, math.inf))
    return min(max(rounded(shape, source.real(*outer, 64)), low), high) if low <= high else low


def _double(value: Real, towards: float) -> float:
    """Return a double at or beyond a number."""
    try:
        close = float(value)
    except OverflowError:
        return math.copysign(math.inf, value)
    beyond = close < value if towards > 0 else close > value
    return math.nextafter(close, towards) if beyond else close


def _near(numbers: Sequence[int], lowest: int, highest: int) -> list[int]:
    """Return numbers that stand in a simple relation to others of the same call."""
    found: dict[int, None] = {}
    for other in numbers:
        for close in (other, other + 1, other - 1, 2 * other, 2 * other + 1, other // 2, -other):
            found[close] = None
    return [n for n in found if lowest <= n <= highest]


def _next(shape: ScalarShape, value: Real, towards: float) -> Real:
    """Return the next number that the type can hold."""
    if shape.format is None and shape.size == 8 and isinstance(value, float):
        return math.nextafter(value, towards)
    return following(_format(shape), value, towards)


def _format(shape: ScalarShape) -> Format:
    format_ = shape.format or format_of("float" if shape.size == 4 else "double")
    assert format_ is not None
    return format_


def _simple(value: float) -> tuple[float, bool]:
    return abs(value), value < 0


def _nothing() -> list[int]:
    raise NoNumberError
