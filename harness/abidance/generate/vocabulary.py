"""Texts and numbers that code and contract mention, as parts of contents: what fuzzers call a dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TEXTS, NUMBERS = 48, 64
"""At most so many of each."""
_WIDTHS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Texts and whole numbers worth trying as parts of contents, those of the contract first."""

    texts: tuple[bytes, ...] = ()
    numbers: tuple[int, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[bytes], numbers: Iterable[float]) -> Vocabulary:
        """Return what is left of some when each is there once and none is empty."""
        whole = (int(number) for number in numbers if number == number // 1)
        return cls(
            tuple(dict.fromkeys(text for text in texts if text))[:TEXTS],
            tuple(dict.fromkeys(number for number in whole if -(1 << 63) <= number < 1 << 64))[:NUMBERS],
        )


NO_WORDS = Vocabulary()


def spellings(number: int, width: int) -> Iterator[bytes]:
    """Yield a number in so many bytes, the little end first, then the big one; nothing where it needs more."""
    if not -(1 << 8 * width - 1) <= number < 1 << 8 * width:
        return
    raw = (number & (1 << 8 * width) - 1).to_bytes(width, "little")
    yield raw
    if width > 1:
        yield raw[::-1]


def widths(number: int) -> Iterator[int]:
    """Yield in how many bytes a number may stand, the fewest first."""
    return (width for width in _WIDTHS if -(1 << 8 * width - 1) <= number < 1 << 8 * width)
