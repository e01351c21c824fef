"""How often each block of a function ran, worked out from the few arcs that gcc counts.

The others are on a spanning tree: what comes into a block leaves it, so that each follows from its neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.toolchain.source_coverage.gcc_notes import ENTRY, EXIT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.toolchain.source_coverage.gcc_notes import Arc


def flow(
    blocks: int, arcs: Sequence[Arc], counts: Sequence[int], ends: Mapping[int, int]
) -> tuple[list[int], list[int]]:
    """Return how often each block ran and each arc was taken, from the counters of those that have one.

    `ends` has how often the process was ended in a block, which came into it and never left it. Where that is not
    wholly known, what follows is never less than 0. Raises ValueError where there are too few counters to tell.
    """
    counters = iter(counts)
    taken: list[int | None] = [next(counters) if arc.counted else None for arc in arcs]
    into: list[list[int]] = [[] for _ in range(blocks)]
    out: list[list[int]] = [[] for _ in range(blocks)]
    for number, arc in enumerate(arcs):
        out[arc.source].append(number)
        into[arc.target].append(number)
    ran: list[int | None] = [None] * blocks
    waiting = list(range(blocks))
    while waiting:
        block = waiting.pop()
        # Nothing noted comes into the entry, and nothing leaves the exit.
        sides = []
        if block != ENTRY:
            sides.append((into[block], 0))
        if block != EXIT:
            sides.append((out[block], ends.get(block, 0)))
        if ran[block] is None:
            known = ((side, lost) for side, lost in sides if all(taken[arc] is not None for arc in side))
            found = next(known, None)
            if found is None:
                continue
            ran[block] = sum(taken[arc] or 0 for arc in found[0]) + found[1]
        for side, lost in sides:
            unknown = [arc for arc in side if taken[arc] is None]
            if len(unknown) == 1:
                (last,) = unknown
                rest = lost + sum(taken[other] or 0 for other in side)
                taken[last] = max(0, (ran[block] or 0) - rest)
                waiting += (arcs[last].source, arcs[last].target)
    if any(each is None for each in (*ran, *taken)):
        raise ValueError("its counters do not tell how often each block ran")
    return [each or 0 for each in ran], [each or 0 for each in taken]
