"""Steps that make numbers: which are valid at a place, and which are worth trying."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from abidance.generate import scalars
from abidance.native.target.input_format import (
    Number,
    Path,
    RealNumber,
)
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import (
        ScalarShape,
    )
    from abidance.generate.hints import Bounds, Hints

_MOST_MENTIONED = 64
_TYPE_ENDS = (
    255,
    256,
    -129,
    127,
    128,
    65535,
    65536,
    32767,
    1 << 31,
    (1 << 31) - 1,
    (1 << 32) - 1,
    1 << 32,
    1 << 63,
)
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class NumberSteps:
    """Makes the steps of numbers that `hints` limit."""

    def __init__(self, hints: Hints) -> None:
        self._hints = hints

    def step(
        self,
        shape: ScalarShape,
        path: Path,
        name: str,
        bounds: Bounds,
        made: set[Path],
        bits: tuple[int, int] | None,
        most: int | None,
        least: int | None,
    ) -> Number | RealNumber:
        """Return the step of a number that the contract calls `name`; its path is added to those `made`.

        `most` caps it, and it is at least `least`, where its range has such numbers. Raises NotCompiledError.
        """
        if shape.generate is not None:
            raise NotCompiledError(f"`generate` makes values of `{shape.spelling}` in Python")
        if shape.kind == "float":
            return self._real(shape, path, name, bounds)
        if shape.size > 8 or shape.width > 64:
            raise NotCompiledError(f"`{shape.spelling}` has more than 64 bits")
        width = bits[1] if bits else shape.width or 8 * shape.size
        if shape.kind == "bool":
            width = min(width, 8)
        made.add(path)
        listed = [int(m) for m in shape.listed if bounds.allows(m)]
        if not shape.listed and bounds.members is not None:
            within = (m for m in bounds.members if shape.lowest <= m <= shape.highest and bounds.allows(m))
            listed = sorted(int(m) for m in within)
        if shape.listed or bounds.members is not None:
            if not listed:
                raise NotCompiledError(f"`{name}` has no valid value")
            return Number(path, shape, width, listed[0], listed[-1], tuple(listed), listed=True)
        low, high = bounds.narrow(int(shape.lowest), int(shape.highest))
        if most is not None and high > most >= low:
            high = most
        if least is not None and low < least <= high:
            low = least
        if low > high:
            raise NotCompiledError(f"`{name}` has no valid value")
        relations = tuple(self._relations(name, path, made))
        numbers = _mentioned(low, high, (*self._hints.numbers(name), *shape.members))
        if name in self._hints.small:
            few = scalars.small(shape, bounds)
            numbers = tuple(range(*few.narrow(low, high))) or numbers
        return Number(path, shape, width, low, high, numbers, relations=relations)

    def _relations(self, name: str, path: Path, made: set[Path]) -> list[tuple[str, Path]]:
        """Return how a number compares with others that were made before it: an operator, and where the other is."""
        found = []
        for left, operator, right in self._hints.relations:
            for own, sign, other in ((left, operator, right), (right, _MIRRORED.get(operator, ""), left)):
                there = tuple(other.split("."))
                if own == name and sign and there in made and path == tuple(name.split(".")):
                    found.append((sign, there))
        return found

    def _real(self, shape: ScalarShape, path: Path, name: str, bounds: Bounds) -> RealNumber:
        if shape.format is not None and "long double" not in (shape.basic, shape.spelling):
            raise NotCompiledError(f"`{shape.spelling}` is no `float`, `double` or `long double`")
        if shape.members:
            raise NotCompiledError("a floating-point number of a list")
        low, high = scalars.real_range(shape, bounds)
        edges = scalars.edge_reals(shape, low, high, self._hints.numbers(name))
        if low > high or not edges:
            raise NotCompiledError(f"`{name}` has no valid value")
        # Of a `long double`, only what a `double` holds is made.
        ends = tuple(_double(end) for end in (low, high))
        if any(math.isfinite(end) and end != exact for end, exact in zip(ends, (low, high), strict=True)):
            raise NotCompiledError(f"`{name}` has ends that no `double` holds")
        worth = tuple(number for edge in edges if (number := _double(edge)) == edge or number != number)  # noqa: PLR0124 - NaN
        return RealNumber(path, shape, ends[0], ends[1], worth)


def _mentioned(low: int, high: int, mentioned: tuple[float, ...]) -> tuple[int, ...]:
    """Return the numbers that are worth trying: those of the contract, the ends, and where types end."""
    found = dict.fromkeys(
        close + step
        for close in scalars.close_to(mentioned, low)[: _MOST_MENTIONED // 4]
        for step in (0, -1, 1)
        if low <= close + step <= high
    )
    ends = (low, high, low + 1, high - 1, 0, 1, -1, 2, *_TYPE_ENDS)
    found |= dict.fromkeys(end for end in ends if low <= end <= high)
    found |= dict.fromkeys(scalars.interesting(low, high))
    return tuple(found)[:_MOST_MENTIONED]


def _double(number: Real) -> float:
    """Return a number as a `double`; one beyond them all is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
