"""Texts put together of the pieces that code compares with, at places next to each other in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST = 64
"""Texts of more bytes are not put together."""
_FARTHEST = 16
"""Pieces so far apart are still one text, with zeros between them."""
_PADDING = (0x00, 0xFF)


@dataclass(frozen=True, slots=True)
class StringPiece:
    """Bytes that are compared with those which lie `at` so many bytes from what `base` is."""

    base: str
    at: int
    raw: bytes

    @property
    def is_number(self) -> bool:
        """Tell whether it is a small number rather than text: most of its bytes are padding."""
        return sum(byte in _PADDING for byte in self.raw) > len(self.raw) // 4 and self.raw != b"\xff"


def put_together(pieces: Iterable[StringPiece]) -> Iterator[bytes]:
    """Yield the texts that pieces make, in the order of the code; and with what lies before, where that is little."""
    run = _Run("")
    for piece in pieces:
        if not run.takes(piece):
            yield from run.texts()
            run = _Run(piece.base)
        run.known |= dict(enumerate(piece.raw, piece.at))
    yield from run.texts()


@dataclass(slots=True)
class _Run:
    """What is known of the bytes behind one base, by their distance from it."""

    base: str
    known: dict[int, int] = field(default_factory=dict)

    def takes(self, piece: StringPiece) -> bool:
        """Tell whether a piece may be of the same text: in whatever order a compiler compares the pieces."""
        if self.base != piece.base or not self.known:
            return False
        before, behind = min(self.known) - _FARTHEST, max(self.known) + _FARTHEST
        return before <= piece.at + len(piece.raw) and piece.at <= behind and self._agrees(piece)

    def _agrees(self, piece: StringPiece) -> bool:
        return all(self.known.get(at, byte) == byte for at, byte in enumerate(piece.raw, piece.at))

    def texts(self) -> Iterator[bytes]:
        """Yield what is known so far, where that is more than a letter."""
        if len(self.known) < 2:
            return
        first, last = min(self.known), max(self.known)
        raw = bytes(self.known.get(at, 0) for at in range(first, min(last + 1, first + LONGEST)))
        yield raw
        if 0 < first <= _FARTHEST:
            yield bytes(first) + raw
