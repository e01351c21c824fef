"""Which handles calls have not taken over since they failed, where their caller has then destroyed them.

Whoever reads why something is freed twice has to know that a result which means failure leaves a handle its caller's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import held_members
from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.resolve.transfers import taken_when
from abidance.checks.evidence.sequence_calls import result_at
from abidance.checks.evidence.wording import result_text

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.checks.evidence.case_result import CaseResult


def not_taken(boundary: Boundary, trial: CaseResult, end: int) -> dict[int, str]:
    """Return, of the calls before call `end` that have failed, which handles were the caller's to destroy, in words."""
    calls = trial.encoded.calls
    destroyed = {
        placed.origin(path): number
        for number, placed in enumerate(calls[: end + 1])
        for path, shape in held_members(placed.function)
        if boundary.handles[shape.handle].destroy == placed.function.name and path in placed.handles
    }
    found = {}
    for number, (placed, returned) in enumerate(
        zip(calls[:end], trial.observation.calls[:end], strict=False)
    ):
        left = [
            f"`{name}`"
            for name, shape in held_members(placed.function)
            if shape.owner == CALLEE and destroyed.get(placed.origin(name), 0) > number and returned.ran
            for taken in [taken_when(placed.function, name, number)]
            if taken is not None and not trial.encoded.plan.is_met(taken, trial.observation)
        ]
        if left:
            told = result_text(result_at(trial, number)).strip()
            verb = "is" if len(left) == 1 else "are"
            found[number] = f"{told}, so it failed, and {' and '.join(left)} {verb} the caller's still"
    return found
