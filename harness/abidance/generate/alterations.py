"""Known contents with some edits, one upon the other: what a parser is given goes wrong in the middle.

Each edit puts in, takes out, repeats or moves a part, flips bits, or writes over a part what code and contract mention.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.generate.seeded_source import Dice
from abidance.generate.vocabulary import NO_WORDS, spellings, widths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from abidance.generate.source import ChoiceSource
from abidance.generate.vocabulary import Vocabulary

_EDITS = (0, 1, 1, 1, 2, 2, 3, 5)
_CHUNKS = (1, 1, 2, 4, 8, 16)
_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0xFE)
_ENDS_OF_TYPES = tuple(
    end
    for bits in (8, 16, 32, 64)
    for end in ((1 << bits) - 1, (1 << bits) - 2, (1 << bits - 1) - 1, 1 << bits - 1)
)
_NUMERAL = re.compile(rb"[0-9]+")
MOST = 1 << 16
"""Contents are not made longer than this."""


def altered(
    source: ChoiceSource,
    known: bytes,
    words: Vocabulary = NO_WORDS,
    others: Sequence[bytes] = (),
    *,
    codec: str = "",
) -> bytes:
    """Return known contents with no, one or several edits; `others` are contents to be spliced with.

    With a `codec` it is text, to which characters of it are added; bytes may be cut within one all the same.
    """
    count = source.pick(_EDITS)
    if not count:
        return known
    # An edit takes a few choices, and each that Hypothesis makes takes longer than all of these.
    dice, raw = Dice.without_strategies(source.binary(8, 8)), known
    for _ in range(count):
        raw = _edit(dice, raw, words, others, codec)[:MOST]
    return raw


def _edit(source: ChoiceSource, raw: bytes, words: Vocabulary, others: Sequence[bytes], codec: str) -> bytes:
    ways: list[Callable[..., bytes]] = [_cut, _without, _changed, _longer, _again, _counted, _moved, _behind]
    if words.texts:
        ways += [_with_text, _with_text, _over_text]
    if words.numbers:
        ways += [_with_number]
    if others:
        ways += [_spliced]
    if codec or _NUMERAL.search(raw):
        ways += [_numeral]
    way = source.pick(ways)
    return way(source, raw, words, others, codec)


def _place(source: ChoiceSource, raw: bytes) -> int:
    return source.integer(0, len(raw))


def _part(source: ChoiceSource, raw: bytes) -> tuple[int, int]:
    """Return where a part begins and ends; it is empty where there is nothing."""
    start = source.integer(0, max(len(raw) - 1, 0))
    return start, min(start + source.pick(_CHUNKS), len(raw))


def _cut(source: ChoiceSource, raw: bytes, *_: object) -> bytes:
    return raw[: _place(source, raw)]


def _behind(source: ChoiceSource, raw: bytes, *_: object) -> bytes:
    return raw[_place(source, raw) :]


def _without(source: ChoiceSource, raw: bytes, *_: object) -> bytes:
    start, end = _part(source, raw)
    return raw[:start] + raw[end:]


def _changed(source: ChoiceSource, raw: bytes, *_: object) -> bytes:
    if not raw:
        return raw
    at = source.integer(0, len(raw) - 1)
    by = source.pick(("up", "down", "bit", "edge", "case"))
    was = raw[at]
    match by:
        case "up":
            now = was + 1
        case "down":
            now = was - 1
        case "bit":
            now = was ^ 1 << source.integer(0, 7)
        case "edge":
            now = source.pick(_EDGES)
        case _:
            now = was ^ 0x20
    return raw[:at] + bytes([now & 0xFF]) + raw[at + 1 :]


def _longer(source: ChoiceSource, raw: bytes, *further: object) -> bytes:
    codec = str(further[-1])
    more = source.text(1, 2, codec).encode() if codec else source.binary(1, 4)
    at = source.pick((len(raw), None))
    if at is None:
        at = _place(source, raw)
    return raw[:at] + more + raw[at:]


def _again(source: ChoiceSource, raw: bytes, *_: object) -> bytes:
    """Repeat all of it, or a part where it stands or elsewhere."""
    if source.pick((False, False, True)):
        return raw + raw
    start, end = _part(source, raw)
    at = source.pick((end, None))
    if at is None:
        at = _place(source, raw)
    return raw[:at] + raw[start:end] * source.pick((1, 1, 1, 2, 16)) + raw[at:]


def _counted(source: ChoiceSource, raw: bytes, *_: object) -> bytes:
    """Write a length over a part: that of what follows, a little more or less, or an end of its type."""
    width = source.pick((1, 2, 4))
    if len(raw) < width:
        return raw
    at = source.integer(0, len(raw) - width)
    rest = len(raw) - at - width
    ends = (
        0,
        1,
        rest,
        rest + 1,
        rest - 1,
        len(raw),
        (1 << 8 * width) - 1,
        (1 << 8 * width) - 2,
        1 << 8 * width - 1,
    )
    number = max(source.pick(ends), 0) & (1 << 8 * width) - 1
    return raw[:at] + source.pick(tuple(spellings(number, width))) + raw[at + width :]


def _moved(source: ChoiceSource, raw: bytes, *_: object) -> bytes:
    """Have two parts change places."""
    one, other = sorted((_place(source, raw), _place(source, raw)))
    size = min(source.pick(_CHUNKS), other - one, len(raw) - other)
    return (
        raw[:one]
        + raw[other : other + size]
        + raw[one + size : other]
        + raw[one : one + size]
        + raw[other + size :]
    )


def _with_text(source: ChoiceSource, raw: bytes, words: Vocabulary, *_: object) -> bytes:
    at = _place(source, raw)
    return raw[:at] + source.pick(words.texts) + raw[at:]


def _over_text(source: ChoiceSource, raw: bytes, words: Vocabulary, *_: object) -> bytes:
    text = source.pick(words.texts)
    at = _place(source, raw)
    return raw[:at] + text + raw[at + len(text) :]


def _with_number(source: ChoiceSource, raw: bytes, words: Vocabulary, *_: object) -> bytes:
    """Write a number that is mentioned, or one beside it, over a part or between."""
    number = source.pick(words.numbers) + source.pick((0, 0, 1, -1))
    width = source.pick(tuple(widths(number)) or (8,))
    written = source.pick(tuple(spellings(number, width)) or (b"",))
    at = _place(source, raw)
    return raw[:at] + written + raw[at + source.pick((len(written), 0)) :]


def _spliced(source: ChoiceSource, raw: bytes, _: Vocabulary, others: Sequence[bytes], *__: object) -> bytes:
    """Return the beginning of one with the end of another."""
    other = source.pick(others)
    return raw[: _place(source, raw)] + other[_place(source, other) :]


def _numeral(source: ChoiceSource, raw: bytes, words: Vocabulary, *_: object) -> bytes:
    """Write another number where one is written out, or put one in."""
    found = [match.span() for match in _NUMERAL.finditer(raw)]
    at = _place(source, raw) if not found else None
    start, end = source.pick(found) if at is None else (at, at)
    number = source.pick((*words.numbers, *_ENDS_OF_TYPES)) + source.pick((0, 0, 1, -1))
    return raw[:start] + b"%d" % number + raw[end:]
