"""Texts and numbers that code and contract mention, as parts of contents: what fuzzers call a dictionary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction

TEXTS, NUMBERS, WORDS = 48, 64, 16
"""At most so many of each."""
_WORD = re.compile(rb"\w{1,24}")
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


def told_to_handles(boundary: Boundary, function: BoundaryFunction) -> tuple[bytes, ...]:
    """Return words of the texts that examples create a function's handles from: a key stands in what was parsed."""
    taken = (m.shape for m in function.members if isinstance(m.shape, HandleShape) and not m.shape.made)
    names = dict.fromkeys(name for shape in taken for name in boundary.handles[shape.handle].creates)
    creators = (boundary.functions[name] for name in names if name in boundary.functions)
    return words_in(
        value for each in creators for example in each.examples for value in example.given.values()
    )


def words_in(values: Iterable[object]) -> tuple[bytes, ...]:
    """Return the first words of texts among some values, each once."""
    words = (word for value in values if isinstance(value, bytes) for word in _WORD.findall(value))
    return tuple(islice(dict.fromkeys(words), WORDS))
