"""Pseudo-random choices from a seed: cheap, and independent from case to case."""

from __future__ import annotations

import math
import struct
from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis import strategies as st

    from abidance.generate.source import ChoiceSource, Draw

T = TypeVar("T")
_SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 1.5, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308)
_SURROGATES = range(0xD800, 0xE000)


class Dice:
    """A source whose choices all follow from a seed. Small values come up more often than large ones."""

    def __init__(self, seed: bytes, draw: Draw | None) -> None:
        self._draw = draw
        self._random = Random(int.from_bytes(seed, "little"))  # noqa: S311 - no secret

    @classmethod
    def without_strategies(cls, seed: bytes) -> Dice:
        """Return a source for what no strategy of the project's has a part in."""
        return cls(seed, None)

    def integer(self, low: int, high: int) -> int:
        """Return a number: an end of the range or near zero, of any size, or any."""
        way = self._random.random()
        nearest = max(low, min(0, high))
        if way < 0.3:
            return self._random.choice((low, high, nearest, min(nearest + 1, high), max(nearest - 1, low)))
        if way < 0.7:
            span = high - low
            size = self._random.randrange(span.bit_length() + 1)
            away = self._random.getrandbits(size) if size else 0
            up = high - nearest >= away and (nearest - low < away or self._random.random() < 0.5)
            return nearest + away if up else max(low, nearest - away)
        return self._random.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[0] if len(options) == 1 else options[self._random.randrange(len(options))]

    def flag(self) -> bool:
        """Return true or false."""
        return self._random.random() < 0.5

    def chance(self, share: float) -> bool:
        """Return true in so many cases."""
        return self._random.random() < share

    def binary(self, low: int, high: int) -> bytes:
        """Return between `low` and `high` bytes."""
        return self._random.randbytes(self._length(low, high))

    def text(self, low: int, high: int, codec: str) -> str:
        """Return between `low` and `high` characters."""
        return "".join(self._character(codec) for _ in range(self._length(low, high)))

    def real(self, low: float, high: float, width: int) -> float:
        """Return a number of 32 or 64 bits."""
        way = self._random.random()
        if way < 0.3:
            number = self._random.choice((low, high, *_SPECIAL))
        elif way < 0.6 or math.isinf(high - low):
            number = self._random.uniform(-1, 1) * 10.0 ** self._random.randint(-20, 20)
        else:
            number = self._random.uniform(low, high)
        if math.isnan(number):
            return number if math.isinf(low) and math.isinf(high) else max(low, min(0.0, high))
        number = max(low, min(number, high))
        return _single(number, low, high) if width == 32 else number

    def drawn(
        self, strategy: st.SearchStrategy[T], otherwise: Callable[[ChoiceSource], T] | None = None
    ) -> T:
        """Return a value of a strategy, which Hypothesis alone can draw from; or else what `otherwise` makes."""
        if self._draw is None:
            assert otherwise is not None, strategy
            return otherwise(self)
        value: T = self._draw(strategy)
        return value

    def _length(self, low: int, high: int) -> int:
        """Return a length: short as a rule, and one of the ends every now and then."""
        way = self._random.random()
        if way < 0.2:
            return self._random.choice((low, high, min(low + 1, high)))
        return self._random.randint(low, min(high, low + (8 if way < 0.8 else 64)))

    def _character(self, codec: str) -> str:
        way = self._random.random()
        if way < 0.6:
            return chr(self._random.randint(ord("a"), ord("z")))
        if way < 0.9 or codec == "ascii":
            return chr(self._random.randint(1, 0x7F))
        code = self._random.randint(0x80, 0x10FFFF)
        return "\u00e9" if code in _SURROGATES else chr(code)


def _single(number: float, low: float, high: float) -> float:
    """Return the number as 32 bits hold it."""
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        rounded = math.copysign(math.inf, number)
    return rounded if low <= rounded <= high else max(low, min(0.0, high))
