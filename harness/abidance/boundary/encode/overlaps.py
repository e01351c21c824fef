"""Two parameters in one memory: what a function writes overlaps what it reads, where the contract says that it may."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.plan import plan as p

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import PlanDraft


def overlap(draft: PlanDraft, call: int, written: str, read: str, distance: int, fill: int) -> None:
    """Have the block of a parameter that is written begin so many bytes after that of one which is read.

    Where either is NULL, or has no bytes, there is nothing to overlap.
    """
    placed = draft.placed[call]
    over, under = placed.places.get(read), placed.places.get(written)
    if over is None or under is None:
        return
    one, other = draft.blocks[over], draft.blocks[under]
    assert one is not None
    assert other is not None
    align = max(one.align, other.align)
    before = -(min(distance, 0) // align) * align
    size = before + max(one.size, distance + other.size)
    whole = len(draft.blocks)
    contents = p.filled(fill, before) + one.contents
    draft.blocks.append(p.Block(size, align, p.Access.WRITE, contents))
    views = (p.View(over, whole, before), p.View(under, whole, before + distance))
    draft.calls[call] = replace(draft.calls[call], views=views)
