"""The phases in the order in which they run. Adding one is one file and one line in `PHASES`."""

from __future__ import annotations

from abidance.run.phases.phase import Phase

PHASES: tuple[Phase, ...] = (
    Phase("header", calls=False, applies=lambda _: True),
    Phase("examples", calls=True, applies=lambda promise: bool(promise.examples)),
    Phase("properties", calls=True, applies=lambda _: True),
    Phase("rejects", calls=True, applies=lambda promise: bool(promise.rejects)),
    Phase("equivalence", calls=True, compares=True, applies=lambda _: True),
)
BY_NAME = {phase.name: phase for phase in PHASES}
