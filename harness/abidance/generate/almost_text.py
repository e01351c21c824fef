"""Bytes that are almost text: what decoders stumble over, in the encodings that a contract names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_UTF_8 = (
    b"\xc3", b"\xe2", b"\xe2\x82", b"\xf0", b"\xf0\x9f", b"\xf0\x9f\x98",  # cut off, after each byte
    b"\x80", b"\xbf", b"a\x80", b"\xc3\xa9\xa9",  # what goes on where nothing began
    b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\x80", b"\xe0\x9f\xbf", b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf",  # overlong
    b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80",  # surrogates
    b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xfe", b"\xff",
    b"\xc3a", b"\xe2a", b"\xe2\x82a", b"\xf0a", b"\xf0\x9f\x98a",  # broken off by a letter
    b"\xef\xbb\xbf", b"\xef\xbb", b"\xef", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf", b"\xc3\xa9", b"\xe2\x82\xac",
    b"\xf0\x9f\x98\x80",  # sound, and at the ends of what there is
)  # fmt: skip
_CODES = (0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFEFF, 0xFFFE, 0xFFFF, 0xE9)
_HIGH, _LOW = 0xD83D, 0xDE00
_BEYOND = (0x110000, 0x7FFFFFFF, 0xFFFFFFFF, 0x10FFFF, 0x10000)
CODE_UNITS = {
    2: ((0xD800,), (0xDC00,), (_HIGH, _LOW), (_LOW, _HIGH), (0x61, _HIGH), (0xFEFF,)),
    4: ((0xD800,), (0x110000,), (0x10FFFF,)),
}
"""Arrays of code units that are almost text, by the size of one."""


def almost_text(encodings: Iterable[str]) -> Iterator[bytes]:
    """Yield short bytes that are not quite text in UTF-8, and in each of some encodings."""
    yield from _UTF_8
    for name in dict.fromkeys(name.lower().replace("-", "").replace("_", "") for name in encodings):
        if name in ("ascii", "usascii", "latin1", "iso88591"):
            yield from (b"\x7f", b"a\x80", b"a\xff")
        for width in (2, 4):
            if name.startswith(f"utf{8 * width}"):
                ending = name[-2:]
                for order in (_ORDERS[ending],) if ending in _ORDERS else ("little", "big"):
                    yield from _units(width, order)
    yield from (b"\x00\xd8", b"\xd8\x00")  # half a character, in UTF-16 of either order


_ORDERS = {"le": "little", "be": "big"}


def _units(width: int, order: str) -> Iterator[bytes]:
    def spelt(*codes: int) -> bytes:
        return b"".join(code.to_bytes(width, "big" if order == "big" else "little") for code in codes)

    letter = spelt(0x61)
    yield from (letter, letter[:-1], letter + letter[:1])
    yield from (spelt(code) for code in _CODES)
    if width == 2:
        yield from (
            spelt(_HIGH, _LOW),
            spelt(_HIGH, 0x61),
            spelt(_LOW, _HIGH),
            spelt(_HIGH, _HIGH),
            spelt(0x61, _HIGH),
        )
        yield spelt(_HIGH, _LOW)[:-1]
    else:
        yield from (spelt(code) for code in _BEYOND)
