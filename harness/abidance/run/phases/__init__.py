"""The phases in the order in which they run. Adding one is one file and one line in `PHASES`."""

from __future__ import annotations

from abidance.run.phases.phase import Phase

PHASES: tuple[Phase, ...] = (
    Phase("header", calls=False),
    Phase("examples", calls=True, applies=lambda promise: bool(promise.examples)),
    Phase("properties", calls=True),
    Phase("rejects", calls=True, applies=lambda promise: bool(promise.rejects)),
    Phase("lifecycle", calls=True, of="handles"),
    Phase("equivalence", calls=True, compares=True),
)
BY_NAME = {phase.name: phase for phase in PHASES}
