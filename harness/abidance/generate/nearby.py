"""What lies next to known contents, the same every time: cut anywhere, a field or a piece of them changed.

A parser that takes the whole for valid has to refuse most of these, each at another place.
"""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, TypeVar

from abidance.generate.vocabulary import spellings, widths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.generate.vocabulary import Vocabulary

T = TypeVar("T")
WHOLE = 256
"""Contents up to this size are cut at every place, longer ones at so many."""
ROOM, _FEWEST = 1 << 19, 8
"""All of these together have about so many bytes, but there are some of the longest contents too."""
_PLACES = 48
_WORDS = 12
_HEADER = 16
_NUMERAL = re.compile(rb"[0-9]+")
_SEPARATORS = re.compile(rb"[\x00-\x20,;:&=|/.<>(){}\[\]\"'-]+")
_LONG, _LONG_PIECES = (33, 65, 129, 257, 17, 1025, 16, 32, 64, 128, 256), 8
"""Sizes that are too large for what has a round number of bytes, and such sizes."""
_BOUNDARIES = (
    *((1 << bits) + step for bits in (7, 8, 15, 16, 31, 32, 63, 64) for step in (-1, 0)), 0, -1, 10**20, 10, 100
)  # fmt: skip


def cuts(known: bytes) -> Iterator[bytes]:
    """Yield every beginning and every end of contents, or of long ones a spread of them."""
    for at in _places(len(known), max(min(WHOLE, ROOM // (len(known) + 1)), _FEWEST)):
        yield known[:at]
        if at:
            yield known[at:]


def nearby(known: bytes, words: Vocabulary) -> Iterator[bytes]:
    """Yield contents with one place changed, every kind of change in turn."""
    kinds = (
        _fields(known),
        _bytes(known),
        _numerals(known, words),
        _pieces(known, words),
        _grown(known),
        _written(known, words),
    )
    seen = {known}
    for raw in interleaved(kinds):
        if raw not in seen:
            seen.add(raw)
            yield raw


def interleaved(kinds: Iterable[Iterable[T]]) -> Iterator[T]:
    """Yield the first of each, the second of each, and so on."""
    for row in zip_longest(*kinds):
        yield from (each for each in row if each is not None)


def _places(size: int, most: int) -> Iterator[int]:
    """Yield places in contents: all, or those near the ends and some in between."""
    if size <= most:
        yield from range(size)
        return
    near = most // 4
    yield from range(near)
    yield from range(near, size - near, max((size - 2 * near) // (most // 2), 1))
    yield from range(size - near, size)


def _fields(known: bytes) -> Iterator[bytes]:
    """Yield contents in which a number that may be a length is another: first where it tells just how much follows."""
    exact, others = [], []
    for at in _places(len(known), _PLACES):
        for width in (1, 2, 4, 8):
            if at + width > len(known):
                break
            for order in ("little", "big") if width > 1 else ("little",):
                number = int.from_bytes(known[at : at + width], "little" if order == "little" else "big")
                rest = len(known) - at - width
                if number in (rest, len(known)):
                    exact.append((at, width, order, number))
                elif 0 < number <= rest:
                    others.append((at, width, order, number))
    for at, width, order, number in (*exact, *others):
        rest = len(known) - at - width
        highest = (1 << 8 * width) - 1
        for value in dict.fromkeys((
            number + 1, number - 1, highest, rest + 1, 0, rest, highest - 1, highest >> 1, (highest >> 1) + 1, rest - 1,
            len(known), number + 2,
        )):  # fmt: skip
            if 0 <= value <= highest:
                raw = value.to_bytes(width, "little" if order == "little" else "big")
                yield known[:at] + raw + known[at + width :]


def _bytes(known: bytes) -> Iterator[bytes]:
    """Yield contents with one byte changed, left out, or there twice."""
    places = [*_places(len(known), _PLACES)]
    for change in (
        lambda n: n + 1,
        lambda n: n - 1,
        lambda _: 0xFF,
        lambda _: 0,
        lambda n: n ^ 0x80,
        lambda n: n ^ 0x20,
    ):
        for at in places:
            yield known[:at] + bytes([change(known[at]) & 0xFF]) + known[at + 1 :]
    for at in places:
        yield known[:at] + known[at + 1 :]
        yield known[: at + 1] + known[at:]


def _numerals(known: bytes, words: Vocabulary) -> Iterator[bytes]:
    """Yield text in which a number that is written out is another."""
    mentioned = (close for number in words.numbers[:_WORDS] for close in (number, number + 1, number - 1))
    numbers = [b"%d" % number for number in dict.fromkeys((*_BOUNDARIES, *mentioned))]
    numbers += [b"%x" % number for number in _BOUNDARIES if number > 255]
    for match in [*_NUMERAL.finditer(known)][:8]:
        start, end = match.span()
        for digits in (*numbers, b"", b"0" + match[0], match[0] + b"0", b"9" * 40):
            yield known[:start] + digits + known[end:]


def _pieces(known: bytes, words: Vocabulary) -> Iterator[bytes]:
    """Yield text with a piece between separators there twice, left out, empty, in the place of its neighbour."""
    spans = _spans(known)
    for start, end in spans:
        yield known[:end] + known[start:]
        yield known[:start] + known[end:]
    # A piece with what separates it from the next, and two pieces: a key with its value.
    for many in (2, 3, 4):
        for (start, _), (_, end) in zip(spans, spans[many - 1 :], strict=False):
            yield known[:end] + known[start:]
            yield known[:start] + known[end:]
    for (start, end), (other, last) in zip(spans, spans[2:], strict=False):
        yield known[:start] + known[other:last] + known[end:other] + known[start:end] + known[last:]
        yield known[:other] + known[start:end] + known[last:]  # the same once more
    for text in words.texts[:_WORDS]:
        for start, end in spans:
            if known[start:end] != text:
                yield known[:start] + text + known[end:]
    yield known + known


def _grown(known: bytes) -> Iterator[bytes]:
    """Yield text in which a piece is longer than the room that there is for such, as a rule."""
    spans = _spans(known)[:_LONG_PIECES]
    for size in _LONG:
        for start, end in spans:
            yield known[:start] + (known[start:end] * (size // (end - start) + 1))[:size] + known[end:]


def _spans(known: bytes) -> list[tuple[int, int]]:
    """Return where the pieces between separators begin and end, and the separators themselves."""
    ends = [0, *(at for match in _SEPARATORS.finditer(known) for at in match.span()), len(known)]
    return [(start, end) for start, end in pairwise(ends) if start < end][:_PLACES]


def _written(known: bytes, words: Vocabulary) -> Iterator[bytes]:
    """Yield contents with a text or a number that is mentioned, over their beginning or behind their end."""
    places = [*range(min(len(known), _HEADER) + 1), len(known)]
    for text in words.texts[:_WORDS]:
        for at in dict.fromkeys((0, len(known), *places)):
            yield known[:at] + text + known[at + len(text) :]
    for number in words.numbers[:_WORDS]:
        for close in (number, number + 1, number - 1):
            for width in [*widths(close)][:2]:
                for raw in spellings(close, width):
                    for at in places:
                        yield known[:at] + raw + known[at + width :]
