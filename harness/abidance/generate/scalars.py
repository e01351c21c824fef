"""Numbers: boundary values are likely, and so are the numbers that the contract itself mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.shapes import Scalar
    from abidance.generate.hints import Bounds


def scalar(
    shape: Scalar, bounds: Bounds, mentioned: Iterable[int] = (), most: int | None = None
) -> st.SearchStrategy:
    """Return a strategy for a lawful value of `shape`.

    `bounds` narrows it further, `mentioned` are numbers worth trying, and `most` caps it (a number that
    sizes memory).
    """
    if shape.kind == "float":
        return _float(shape)
    allowed = [m for m in shape.members if bounds.allows(m)]
    if bounds.members is not None:
        return st.sampled_from(sorted(m for m in bounds.members if _lawful(shape, m)) or [int(shape.lowest)])
    if shape.members and (shape.closed or shape.kind != "enum"):
        return st.sampled_from(allowed or list(shape.members))
    lowest, highest = bounds.narrow(int(shape.lowest), int(shape.highest))
    if most is not None and highest > most >= lowest:
        highest = most
    if lowest > highest:
        return st.nothing()
    numbers = st.integers(lowest, highest)
    worth = interesting(lowest, highest, (*mentioned, *(int(m) for m in allowed)))
    if highest - lowest < len(worth):
        return numbers
    return st.one_of(numbers, st.sampled_from(worth))


def interesting(lowest: int, highest: int, mentioned: Iterable[int] = ()) -> list[int]:
    """Return the numbers in a range where code tends to change its mind, the simplest first."""
    found = {lowest, lowest + 1, highest - 1, highest, -1, 0, 1}
    for number in mentioned:
        found.update((number - 1, number, number + 1))
    for power in (4, 7, 8, 12, 15, 16, 31, 32, 63):
        found.update((1 << power) + step for step in (-1, 0, 1))
    inside = (number for number in found if lowest <= number <= highest)
    return sorted(inside, key=lambda number: (abs(number), number < 0))


def _lawful(shape: Scalar, value: float) -> bool:
    if shape.members and shape.closed:
        return value in shape.members
    return shape.lowest <= value <= shape.highest


def _float(shape: Scalar) -> st.SearchStrategy[float]:
    if shape.members:
        return st.sampled_from(list(shape.members))
    width: int = shape.size * 8
    if shape.lowest == float("-inf") and shape.highest == float("inf"):
        return st.floats(width=32 if width == 32 else 64)
    return st.floats(shape.lowest, shape.highest, width=32 if width == 32 else 64)
