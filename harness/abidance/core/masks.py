"""Questions about each byte of two large buffers, answered without a loop in Python over the bytes.

A mask is bytes of 0 and 1, one for each byte that it is about.
"""

from __future__ import annotations

from functools import cache

_NONZERO = bytes([0, *[1] * 255])
_NOT = bytes([1, 0, *range(2, 256)])


@cache
def _only(byte: int) -> bytes:
    return bytes(value == byte for value in range(256))


def equal_to(raw: bytes, byte: int) -> bytes:
    """Return the mask of the bytes that are `byte`."""
    return raw.translate(_only(byte))


def different(one: bytes, other: bytes) -> bytes:
    """Return the mask of the places where two buffers differ, as far as both reach."""
    size = min(len(one), len(other))
    if one[:size] == other[:size]:
        return bytes(size)
    mixed = int.from_bytes(one[:size], "little") ^ int.from_bytes(other[:size], "little")
    return mixed.to_bytes(size, "little").translate(_NONZERO)


def both(one: bytes, other: bytes) -> bytes:
    """Return the mask of the places that are in two masks, as far as both reach."""
    size = min(len(one), len(other))
    joined = int.from_bytes(one[:size], "little") & int.from_bytes(other[:size], "little")
    return joined.to_bytes(size, "little")


def either(one: bytes, other: bytes) -> bytes:
    """Return the mask of the places that are in one of two masks, as far as both reach."""
    size = min(len(one), len(other))
    joined = int.from_bytes(one[:size], "little") | int.from_bytes(other[:size], "little")
    return joined.to_bytes(size, "little")


def but(one: bytes, other: bytes) -> bytes:
    """Return the mask of the places that are in `one` and not in `other`."""
    return both(one, other.translate(_NOT))


def first(mask: bytes, start: int = 0, end: int | None = None) -> int | None:
    """Return the first place of a mask in a range of it, or None."""
    at = mask.find(1, start, len(mask) if end is None else end)
    return None if at < 0 else at
