"""Which share of a contract's items each of several machines judges: the same on all of them, without talking.

The items are cut where they stand in their order, library by library, build by build and function by function. So a
machine builds few libraries, a function's items stay together with what is kept for it, all shares are as large, and an
item that is added moves at most one other from each share to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.events import Partition
from abidance.toolchain.cache import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.contract.model import Contract
    from abidance.run.engine.items import Item


def shares(items: Sequence[Item], count: int) -> tuple[int, ...]:
    """Return for each item of one contract the number of its share, from 1 to `count`.

    An item that calls nothing takes no time, and is with the first that does. Where the first share is differs from one
    contract to the next: otherwise the same machine would be given all that have one item.
    """
    weights = [bool(item.id.library) for item in items]
    if not any(weights):
        weights = [True] * len(items)
    whole, before = sum(weights), 0
    begin = int(digest(items[0].id.boundary), 16) if items else 0
    placed = []
    for weight in weights:
        middle = 2 * before + weight
        placed.append((begin + min(middle * count // (2 * whole), count - 1)) % count + 1)
        before += weight
    return tuple(placed)


def partition_of(contract: Contract, items: Sequence[Item], chosen: tuple[int, int]) -> Partition:
    """Return the partition that was chosen of all `items` of a contract."""
    number, count = chosen
    plan = tuple(zip((item.id for item in items), shares(items, count), strict=True))
    functions = len({item.id.function for item in items} & contract.functions.keys())
    return Partition(number, count, functions, plan)
