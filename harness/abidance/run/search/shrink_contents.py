"""Makes contents smaller: parts are left out, with the numbers that count them, and what remains is made plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import What
from abidance.boundary.values.forms import has_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.model.types import PointerShape

_COUNTS = 8
"""So many of the bytes before a part may be a number that counts it."""
_PLAIN = (b"\0", b"0", b"a")


def shrunk(raw: bytes, still: Callable[[bytes], bool]) -> bytes:
    """Return contents that are no longer, of which `still` says the same; it is asked as often as anything changes."""
    best: bytes | None = None
    while raw != best:
        best = raw
        raw = _fewer(raw, still)
        raw = _counted(raw, still)
    return _plainer(raw, still)


def shrunk_in_form(shape: PointerShape, raw: bytes, still: Callable[[bytes], bool]) -> bytes:
    """Return contents that are no longer, of the form that they are to have, of which `still` says the same."""

    def fits(less: bytes) -> bool:
        ends_early = shape.what is What.STRING and b"\0" in less
        return not ends_early and has_form(shape, less) and still(less)

    return shrunk(raw, fits)


def _fewer(raw: bytes, still: Callable[[bytes], bool]) -> bytes:
    """Leave out parts: halves, then quarters, down to single bytes, the last ones first."""
    size = len(raw)
    while size:
        at = len(raw) - size
        while at > -size:
            less = raw[: max(at, 0)] + raw[at + size :]
            if len(less) < len(raw) and still(less):
                raw = less
            at -= size
        size //= 2
    return raw


def _counted(raw: bytes, still: Callable[[bytes], bool]) -> bytes:
    """Leave out the end of a part together with as much of a byte before it, which may say how long it is."""
    for less in _counted_less(raw):
        if still(less):
            return less
    return raw


def _counted_less(raw: bytes) -> Iterator[bytes]:
    for at in range(min(len(raw) - 1, _COUNTS)):
        number = raw[at]
        for size in dict.fromkeys((number, number // 2, 1)):
            if 0 < size <= number and size < len(raw) - at:
                lower = raw[:at] + bytes([number - size]) + raw[at + 1 :]
                yield lower[: len(raw) - size]


def _plainer(raw: bytes, still: Callable[[bytes], bool]) -> bytes:
    """Have each byte be zero, or a plain letter or digit where it is one."""
    for at, byte in enumerate(raw):
        plain = b"0" if chr(byte).isdigit() else b"a" if 0x20 < byte < 0x7F else b"\0"
        if bytes([byte]) in _PLAIN:
            continue
        simpler = raw[:at] + plain + raw[at + 1 :]
        if still(simpler):
            raw = simpler
    return raw
