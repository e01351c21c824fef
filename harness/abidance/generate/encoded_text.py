"""Contents that are text of an encoding, whatever their length, and those that mostly are."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.boundary.model.types import What
from abidance.generate.almost_text import almost_text
from abidance.generate.parts import whole_text

if TYPE_CHECKING:
    from abidance.boundary.model.types import PointerShape
    from abidance.generate.source import ChoiceSource

_ANY = 32
"""Texts that are no altered ones have so many characters at most."""
_AS_IT_IS, _OTHER = "as it is", "other"
_WAYS = (_AS_IT_IS, _OTHER)
_BROKEN = (False, False, True)


def as_text(source: ChoiceSource, raw: bytes, shape: PointerShape, lowest: int, highest: int) -> bytes | None:
    """Return text near to some bytes, or any other; None where no text of the encoding is so long.

    Of a shape that is `mostly` text, one in three is broken.
    """
    if source.pick(_WAYS) == _OTHER:
        codec = "ascii" if shape.encoding.lower() in ("ascii", "us-ascii") else "utf-8"
        raw = source.text(0, min(highest, max(lowest, _ANY)), codec).encode(shape.encoding, "ignore")
    text = whole_text(raw, lowest, highest, shape.encoding)
    if shape.mostly:
        return broken(source, text + b"a" * (lowest - len(text)), shape, highest)
    return text if lowest <= len(text) <= highest else None


def broken(source: ChoiceSource, text: bytes, shape: PointerShape, highest: int) -> bytes:
    """Return text, now and then with something in it that is none: cut off, overlong, half a surrogate pair, a NUL."""
    if not source.pick(_BROKEN):
        return text
    piece = source.pick(_pieces(shape.encoding, shape.what is not What.STRING))
    last = max(len(text) - len(piece), 0)  # where decoders look for what is cut off
    at = last if source.flag() else source.integer(0, len(text))
    return (text[:at] + piece + text[at + len(piece) :])[:highest]


@lru_cache
def _pieces(encoding: str, nul: bool) -> tuple[bytes, ...]:
    pieces = dict.fromkeys((*almost_text((encoding,)), b"\0"))
    return tuple(each for each in pieces if nul or b"\0" not in each)
