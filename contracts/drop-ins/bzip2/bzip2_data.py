"""Calls of `BZ2_bzBuffToBuffDecompress` that write so many bytes."""

from __future__ import annotations

import bz2


def numbers(size: int) -> dict[str, object]:
    """Return one that writes numbers in words."""
    text = " ".join(
        f"{number} is {number % 7} beyond a multiple of seven" for number in range(size // 30 + 1)
    )
    return _call(text.encode()[:size])


def zeros(size: int) -> dict[str, object]:
    """Return one that writes zeros."""
    return _call(bytes(size))


def _call(text: bytes) -> dict[str, object]:
    return {"source": bz2.compress(text), "destLen": len(text)}
