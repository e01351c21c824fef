"""Locates a stray access relative to the plan's blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.plan.observation import Touch

if TYPE_CHECKING:
    from collections.abc import Sequence

NEAR = 64 << 10
"""The guard around each block's pages: every address in it belongs to that block alone."""


def place(
    address: int, blocks: Sequence[tuple[int, int]], *, write: bool | None, size: int = 0, near: int = NEAR
) -> Touch:
    """Return the access at `address`, placed in or beside the nearest of `blocks` (address, size).

    Further than `near` bytes from all of them, it is placed nowhere.
    """
    best: tuple[int, int, str, int] | None = None
    for index, (start, length) in enumerate(blocks):
        end = start + length
        if start <= address < end < address + size:
            # The access begins inside and ends past the end: what is wrong is the part that is outside.
            return Touch(end, write, address + size - end, index, "after", 0)
        if start <= address < end:
            return Touch(address, write, size, index, "inside", address - start)
        after = address >= end
        distance = address - end if after else address - start
        if abs(distance) <= near and (best is None or abs(distance) < best[0]):
            best = (abs(distance), index, "after" if after else "before", distance)
    if best is None:
        return Touch(address, write, size)
    return Touch(address, write, size, *best[1:])
