"""How much heap memory a call asked for, beside what `cost` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.plan.observation import Observation

HeapUse = tuple[int, int]
"""Blocks, and bytes."""


def heap_use(observation: Observation, at: int) -> HeapUse:
    """Return what call `at` of a plan asked for in one run of it; nothing where it was not made or not counted."""
    if not observation.has_run(at):
        return 0, 0
    passage = observation.calls[at].side_effects
    return passage.allocations or 0, passage.allocated


def is_over_budget(encoded: Encoded, observation: Observation, at: int) -> bool:
    """Tell whether call `at` asked for more than `cost` gives it, where that was counted for one call alone."""
    cost = encoded.calls[at].function.cost
    if cost is None or encoded.plan.calls[at].times != 1:
        return False
    budgets = zip(heap_use(observation, at), (cost.allocations, cost.bytes_allocated), strict=True)
    return any(most is not None and each > most for each, most in budgets)
