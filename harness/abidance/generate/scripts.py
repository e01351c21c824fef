"""What callbacks answer: the same each time, or something else after a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.shapes import Nothing, Scalar
from abidance.boundary.values import Script
from abidance.generate import scalars
from abidance.generate.hints import Bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.shapes import Callback
    from abidance.boundary.values import Value
    from abidance.generate.source import Source

MOST = 5
"""Scripts of more answers than this are not made up: the last one goes on."""
_FEW = 4


def script(source: Source, callback: Callback) -> Script:
    """Return a lawful script; the simplest gives the simplest answer each time."""
    if isinstance(callback.result, Nothing):
        return Script()
    count = source.integer(1, MOST)
    return Script(tuple(_answer(source, callback) for _ in range(count)))


def scripts(callback: Callback) -> Iterator[Script]:
    """Yield scripts worth trying: each answer at the edges, at once and after others."""
    if not isinstance(callback.result, Scalar):
        return
    answers = _edges(callback.result)
    for answer in answers:
        yield Script((answer,))
    first, *others = answers
    for other in others[:_FEW]:
        yield Script((first, other))
        yield Script((first, first, other))
        yield Script((other, first))


def _answer(source: Source, callback: Callback) -> Value:
    shape = callback.result
    if not isinstance(shape, Scalar):
        return None
    few = _few(shape)
    return source.pick(few) if few else scalars.number(source, shape, Bounds())


def _few(shape: Scalar) -> tuple[float, ...]:
    """Return the answers in the order of a contract's list; of a bool, true goes first: most go on with it."""
    return shape.listed or ((1, 0) if shape.kind == "bool" else ())


def _edges(shape: Scalar) -> list[float]:
    few = _few(shape)
    if few:
        return list(few[:16])
    if shape.kind == "float":
        return [value for value in (0.0, 1.0, -1.0) if shape.lowest <= value <= shape.highest] or [
            shape.lowest
        ]
    return list(scalars.interesting(int(shape.lowest), int(shape.highest))[:9])
