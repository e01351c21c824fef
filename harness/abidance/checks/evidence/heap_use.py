"""How much heap memory a call asked for, beside what `cost` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import Observation

HeapUse = tuple[int, int]
"""Blocks, and bytes."""


def heap_use(trial: CaseResult, observation: Observation) -> HeapUse:
    """Return what the call under test asked for in a run of its case; nothing where it was not made or not counted."""
    at = trial.encoded.plan.subject
    if not observation.has_run(at):
        return 0, 0
    passage = observation.calls[at].side_effects
    return passage.allocations or 0, passage.allocated


def is_over_budget(trial: CaseResult) -> bool:
    """Tell whether the call asked for more than `cost` gives it, where that was counted for one call alone."""
    cost = trial.function.cost
    if cost is None or trial.encoded.plan.calls[trial.encoded.plan.subject].times != 1:
        return False
    seen = heap_use(trial, trial.observation)
    budgets = zip(seen, (cost.allocations, cost.bytes_allocated), strict=True)
    return any(most is not None and each > most for each, most in budgets)
