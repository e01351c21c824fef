"""The phases in the order in which they run. Adding one is one file and one line in `PHASES`."""

from __future__ import annotations

from abidance.run.inputs.applicability import (
    handles_secrets,
    has_budget,
    has_overlaps,
    has_shared,
    is_called,
    is_measured_on,
    is_unsanitized,
    keeps_secrets_on,
    may_overlap,
    may_reenter,
)
from abidance.run.phases.phase import Phase

LOAD = "load"
"""The phase in which a library is loaded, and nothing of it called: an item for each library and build."""
LAWS = "laws"
"""The phase of several calls together; and the section of the contract that has what its items are about."""
EXPLORE = "explore"
"""The phase with a budget of its own, which may be nothing."""
EXPLORING = frozenset({EXPLORE, "equivalence"})
"""The phases that explore: a library, or two of them side by side."""
PHASES: tuple[Phase, ...] = (
    Phase("header", calls=False),
    Phase("examples", calls=True, applies=lambda promise: bool(promise.examples)),
    Phase("properties", calls=True, fits=is_called),
    Phase("rejects", calls=True, applies=lambda promise: bool(promise.rejects)),
    Phase("memory", calls=True, applies=lambda promise: promise.may_fail is not None),
    Phase("overlap", calls=True, applies=has_overlaps),
    Phase("shared_memory", calls=True, applies=has_shared, on=is_unsanitized),
    Phase("secrets", calls=True, fits=handles_secrets, on=keeps_secrets_on),
    Phase("threads", calls=True, fits=may_overlap),
    Phase("reentry", calls=True, fits=may_reenter),
    Phase("cost", calls=True, applies=has_budget, on=is_measured_on),
    Phase("lifecycle", calls=True, of=("handles",)),
    Phase(EXPLORE, calls=True, of=("functions", "handles", "laws"), fits=is_called),
    Phase(LAWS, calls=True, of=("laws",)),
    Phase("equivalence", calls=True, compares=True, of=("functions", "handles"), fits=is_called),
)
BY_NAME = {phase.name: phase for phase in PHASES}


def makes_calls(name: str) -> bool:
    """Tell whether phase `name` makes calls, so that its items need a library; those of a whole boundary do not."""
    return name in BY_NAME and BY_NAME[name].calls
