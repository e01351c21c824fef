"""Values that a library's code mentions: next to its numbers, and contents with its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.values.forms import has_form
from abidance.generate.buffers import variations
from abidance.generate.nearby import interleaved
from abidance.generate.scalar_positions import is_text
from abidance.generate.small_alphabet import letters_of, spelt
from abidance.generate.vocabulary import spellings, widths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.generate.scalar_positions import Leaf
    from abidance.toolchain.machine_code import CodeWords


def from_code(leaf: Leaf, words: CodeWords) -> Iterator[object]:
    """Yield what a value may be that is next to the numbers, or has the texts, that the library's code mentions."""
    if not leaf.has_contents:
        yield from (() if leaf.number is None else _next_to(words.numbers, leaf))
        return
    streams = (
        (raw for text in words.texts for raw in variations(text)),
        (text + tail for tail in (*_TAILS, *words.texts[:4]) for text in words.texts),
        spelt(letters_of(words.numbers, text=bool(leaf.encoding))),
        (b"a" * size for size in _next_to(words.numbers, leaf)),
        _numbers_as_contents(words.numbers, text=bool(leaf.encoding)),
    )
    yield from (raw for raw in interleaved(streams) if is_one(leaf, raw))


_TAILS = (
    b"\xff", b"\0", b"\xff\xff", b"1", b"\0\0", b"a", b"4294967296", b"\1", bytes(4), b"-1", b"\xff" * 4, b"65536",
    b"a" * 4, b"\1\0\0\0", b"\0\0\0\1", b"2147483648", b"256", b"9" * 20, bytes(12), b"\xff" * 12, b"a" * 33,
    b" ", b"=", b":", b"\x10a",
)  # fmt: skip
"""What follows a text that code asks for: fields that are zero, as large as can be, or say how much follows."""


def _next_to(numbers: Iterable[int], leaf: Leaf) -> Iterator[int]:
    low, high = leaf.ends
    for mentioned in numbers:
        # Code does not say whether it means a signed number, or how wide it is.
        for number in dict.fromkeys((mentioned, mentioned - (1 << 32), mentioned - (1 << 64))):
            yield from (close for close in (number, number + 1, number - 1) if low <= close <= high)


def _numbers_as_contents(numbers: Iterable[int], *, text: bool) -> Iterator[bytes]:
    """Yield numbers as they are written in digits or, where it need not be text, in bytes with zeros behind."""
    for number in numbers:
        for close in (number, number + 1, number - 1):
            yield b"%d" % close
            if not text and not 0 <= close < 256:
                for raw in spellings(close, next(widths(close), 8)):
                    yield from (raw, raw + bytes(4))


def is_one(leaf: Leaf, raw: bytes) -> bool:
    """Tell whether a leaf may have such contents; where something else says how long they are, that refuses them."""
    low, high = leaf.ends
    if leaf.form is not None:
        return has_form(leaf.form, raw)
    return (leaf.ends == (0, 0) or low <= len(raw) <= high) and (
        not leaf.encoding or is_text(raw, leaf.encoding, string=leaf.string)
    )
