"""Memory contents: short random bytes, exact boundary sizes, patterns, and what the call itself mentions."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.generate.alterations import altered
from abidance.generate.scalars import interesting
from abidance.generate.small_alphabet import few
from abidance.generate.vocabulary import NO_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from abidance.boundary.model.values import Value
    from abidance.generate.source import ChoiceSource
    from abidance.generate.vocabulary import Vocabulary

SMALL = 64
"""Up to this size every byte is chosen on its own, so that it shrinks on its own; and every size is met."""
ANY = 6
"""One size out of so many is any in its range."""
_SEEDS = range(1 << 16)
_PRINTABLE = bytes(0x20 + byte % 0x5F for byte in range(256))
_EXTREMES = (0x61, 0x00, 0xFF, 0x7F, 0x80, 0x20, 0x30, 0x0A)
# One choice rather than two: each that Hypothesis makes takes longer than the call.
_FILLINGS = (*["each"] * 16, *["repeated"] * 8, *_EXTREMES, *["text"] * 4, *["few"] * 6, *["one other"] * 3)


def size(
    source: ChoiceSource,
    lowest: int,
    highest: int,
    mentioned: tuple[float, ...] = (),
    near: Sequence[int] = (),
) -> int:
    """Return a number of elements: mostly small, often at an edge or next to another number of the call."""
    if lowest >= highest:
        return lowest
    close = [n for other in near for n in (other, other + 1, other - 1) if lowest <= n <= highest]
    known = _sizes(lowest, highest, mentioned)
    chosen = source.pick((*known, *(4 * close)) if close else known)
    return source.integer(lowest, highest) if chosen is None else chosen


@lru_cache(4096)
def _sizes(lowest: int, highest: int, mentioned: tuple[float, ...]) -> tuple[int | None, ...]:
    """Return sizes worth trying, in order: the likelier the more often one is there. None is for any."""
    small = range(lowest, min(highest, max(lowest, 16)) + 1)
    each = range(lowest, min(highest, lowest + SMALL) + 1)
    known = sorted((*interesting(lowest, highest, mentioned), *(4 * tuple(small)), *each))
    return (*known, *[None] * (len(known) // ANY))


def contents(
    source: ChoiceSource,
    lowest: int,
    highest: int,
    *,
    mentioned: Sequence[bytes] = (),
    earlier: Sequence[bytes] = (),
    words: Vocabulary = NO_WORDS,
    sizes: tuple[float, ...] = (),
    near: Sequence[int] = (),
) -> bytes:
    """Return between `lowest` and `highest` bytes.

    `mentioned` are contents that the contract knows, `earlier` those of other buffers of the same call, and `words`
    what may be a part of contents.
    """
    mentioned = mentioned or words.texts
    alike = ["known"] * (2 if mentioned else 0) + ["earlier"] * bool(earlier)
    match source.pick(["any", "any", *alike]) if alike else "any":
        case "known":
            raw = altered(source, source.pick(mentioned), words, (*mentioned, *earlier))
        case "earlier":
            raw = altered(source, source.pick(earlier), words, (*mentioned, *earlier))
        case _:
            return exactly(source, size(source, lowest, highest, sizes, near))
    if len(raw) > highest:
        return raw[:highest]
    return raw if len(raw) >= lowest else raw + exactly(source, lowest - len(raw))


def exactly(source: ChoiceSource, count: int) -> bytes:
    """Return exactly `count` bytes.

    Choosing thousands of bytes one by one costs more than the call; long memory repeats a short pattern or
    comes from a chosen seed.
    """
    if count == 0:
        return b""
    match source.pick(_FILLINGS):
        case int(byte):
            return bytes([byte]) * count
        case "text":
            return _each(source, count).translate(_PRINTABLE)
        case "few" if count <= SMALL:
            return few(source, count, count, b"")
        case "one other":
            return _one_other(source, count)
        case "repeated":
            unit = source.binary(1, 4)
            return (unit * (count // len(unit) + 1))[:count]
    return _each(source, count)


def _one_other(source: ChoiceSource, count: int) -> bytes:
    """Return one byte again and again, but for one place: mostly the last, where what goes on has its end."""
    most, other = source.pick(_EXTREMES), source.pick(_EXTREMES)
    at = source.pick((count - 1, count - 1, 0, count // 2))
    return bytes([most]) * at + bytes([other]) + bytes([most]) * (count - 1 - at)


def _each(source: ChoiceSource, count: int) -> bytes:
    if count <= SMALL:
        return source.binary(count, count)
    return random.Random(source.pick(_SEEDS)).randbytes(count)  # noqa: S311 - no secret


def variations(known: bytes) -> list[bytes]:
    """Return known contents and their nearest misses: a byte less, a byte more, the last byte changed."""
    found = dict.fromkeys([known, known + b"s", known + b"\0"])
    if known:
        found |= dict.fromkeys([known[:-1], known[:-1] + bytes([known[-1] ^ 1]), known[1:]])
    return list(found)


def within(raw: bytes, lowest: int, highest: int) -> bytes:
    """Return the bytes with every one brought between two limits."""
    low, span = max(lowest, 0), min(highest, 255) - max(lowest, 0) + 1
    if span <= 0 or span == 256:
        return raw
    return bytes(byte if low <= byte < low + span else low + byte % span for byte in raw)


def elements(source: ChoiceSource, count: int, one: Callable[[], Value]) -> list[Value]:
    """Return `count` elements: each on its own, or in an order or repetition that algorithms stumble over."""
    if count == 0:
        return []
    way = source.pick(("each", "each", "same", "ascending", "descending", "few"))
    if way == "same":
        return [one()] * count
    few = count > SMALL or way == "few"
    made = [one() for _ in range(min(count, 8 if few else SMALL))]
    made = [made[n % len(made)] for n in range(count)]
    numbers = [item for item in made if isinstance(item, int | float) and item == item]  # noqa: PLR0124 - no NaN
    if way in ("ascending", "descending") and len(numbers) == count:
        made = [*sorted(numbers, reverse=way == "descending")]
    return made
