"""Memory contents: short random bytes, exact boundary sizes, and what the contract itself mentions."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from abidance.generate.scalars import interesting

if TYPE_CHECKING:
    from collections.abc import Iterable

SMALL = 64
"""Up to this size every byte is drawn on its own, so that it shrinks on its own."""


def contents(lowest: int, highest: int, mentioned: Iterable[bytes] = ()) -> st.SearchStrategy[bytes]:
    """Return a strategy for between `lowest` and `highest` bytes."""
    if lowest > highest:
        return st.nothing()
    if lowest == highest:
        return exactly(lowest)
    choices = [st.binary(min_size=lowest, max_size=highest)]
    sizes = [size for size in interesting(lowest, highest) if size > SMALL or size in (lowest, highest)]
    if sizes:
        choices.append(st.sampled_from(sizes).flatmap(exactly))
    known = _variations(mentioned, lowest, highest)
    if known:
        choices.append(st.sampled_from(known))
    return st.one_of(choices)


def exactly(size: int) -> st.SearchStrategy[bytes]:
    """Return a strategy for exactly `size` bytes.

    Drawing thousands of bytes one by one costs more than the call; long memory repeats a short pattern or
    comes from a drawn seed.
    """
    if size <= SMALL:
        return st.binary(min_size=size, max_size=size)
    repeated = st.binary(min_size=1, max_size=16).map(lambda unit: (unit * (size // len(unit) + 1))[:size])
    noise = st.integers(0, 0xFFFF).map(lambda seed: random.Random(seed).randbytes(size))  # noqa: S311 - no secret
    return st.one_of(repeated, noise)


def _variations(mentioned: Iterable[bytes], lowest: int, highest: int) -> list[bytes]:
    """Return the known contents and their near misses: a byte less, a byte more, the last byte changed."""
    found: dict[bytes, None] = {}
    for known in mentioned:
        found[known] = None
    for known in list(found):
        if known:
            found[known[:-1]] = None
            found[known[:-1] + bytes([known[-1] ^ 1])] = None
        found[known + b"\0"] = None
        found[known + b"s"] = None
    return [known for known in found if lowest <= len(known) <= highest]
