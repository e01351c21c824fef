"""Numbers: boundary values are likely, and so are those that the contract or the rest of the call mentions."""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.boundary.memory import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.boundary.shapes import Scalar
    from abidance.generate.hints import Bounds
    from abidance.generate.source import Source

_POWERS = (*range(13), 15, 16, 24, 31, 32, 53, 63)
_WAYS = ("any", "edge", "edge", "near")


class NoNumberError(ValueError):
    """No number is lawful here: the limits of the contract leave none."""


def number(
    source: Source,
    shape: Scalar,
    bounds: Bounds,
    mentioned: Iterable[float] = (),
    near: Sequence[int] = (),
    most: int | None = None,
) -> int | float:
    """Return a lawful value of `shape`.

    `bounds` narrows it further, `mentioned` are numbers worth trying, `near` others of the same call, and
    `most` caps it (a number that sizes memory). Raises NoNumberError.
    """
    if shape.kind == "float":
        return _real(source, shape, bounds, mentioned)
    if shape.listed:
        allowed = [m for m in shape.listed if bounds.allows(m)]
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


def lawful(shape: Scalar, value: float) -> bool:
    """Tell whether the contract allows a number at its place."""
    if shape.members and (shape.closed or shape.kind != "enum"):
        return value in shape.members
    if value != value:  # noqa: PLR0124 - NaN, which is lawful where there are no limits
        return shape.lowest == -math.inf and shape.highest == math.inf
    return shape.lowest <= value <= shape.highest


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


def edge_reals(shape: Scalar, lowest: float, highest: float, mentioned: Iterable[float] = ()) -> list[float]:
    """Return the floating-point numbers in a range where code tends to change its mind."""
    tiny, most = (
        (1.401298464324817e-45, 3.4028234663852886e38)
        if shape.size == 4
        else (5e-324, 1.7976931348623157e308)
    )
    step = _next_float if shape.size == 4 else math.nextafter
    found: dict[float, None] = {}
    for value in (0.0, 1.0, lowest, highest, *map(float, mentioned), 0.5, 1e9, 1e20, tiny, most):
        exact = rounded(value, shape.size)
        for close in (exact, -exact, step(exact, -math.inf), step(exact, math.inf)):
            found[close] = None
    listed = [n for n in found if lowest <= n <= highest]
    if lowest == -math.inf and highest == math.inf:
        listed.append(math.nan)
    if 0.0 in listed and lowest < 0:
        listed.append(-0.0)
    return listed


def real_range(shape: Scalar, bounds: Bounds) -> tuple[float, float]:
    """Return the lawful range of a floating-point number, both ends of which its type can hold."""
    lowest, highest = bounds.narrow_real(float(shape.lowest), float(shape.highest))
    low, high = rounded(lowest, shape.size), rounded(highest, shape.size)
    if shape.size == 4:
        # Rounding to the nearest float may have left the range.
        low = _next_float(low, math.inf) if low < lowest else low
        high = _next_float(high, -math.inf) if high > highest else high
    return low, high


def _real(source: Source, shape: Scalar, bounds: Bounds, mentioned: Iterable[float]) -> float:
    if shape.members:
        return float(source.pick([m for m in shape.members if bounds.allows_real(m)] or _nothing()))
    low, high = real_range(shape, bounds)
    if low > high:
        _nothing()
    if source.pick(_WAYS) == "edge":
        return source.pick(edge_reals(shape, low, high, mentioned))
    return source.real(low, high, shape.size * 8)


def _near(numbers: Sequence[int], lowest: int, highest: int) -> list[int]:
    """Return numbers that stand in a simple relation to others of the same call."""
    found: dict[int, None] = {}
    for other in numbers:
        for close in (other, other + 1, other - 1, 2 * other, 2 * other + 1, other // 2, -other):
            found[close] = None
    return [n for n in found if lowest <= n <= highest]


def _next_float(value: float, towards: float) -> float:
    """Return the next number that a float can hold."""
    if not math.isfinite(value):
        return value
    bits = struct.unpack("<i", struct.pack("<f", value))[0]
    if value == 0.0:
        return math.copysign(1.401298464324817e-45, towards)
    bits += 1 if (towards > value) == (value > 0) else -1
    following: float = struct.unpack("<f", struct.pack("<i", bits))[0]
    return following


def _simple(value: float) -> tuple[float, bool]:
    return abs(value), value < 0


def _nothing() -> list[int]:
    raise NoNumberError
