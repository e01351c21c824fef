"""Which handles calls have not taken over since they failed, where their caller has then used or destroyed them.

Whoever reads why something is freed twice, or used after it was freed, has to know that a result which means failure
leaves a handle its caller's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import held_members
from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.resolve.transfers import taken_when
from abidance.checks.evidence.sequence_calls import result_at
from abidance.checks.evidence.wording import result_text

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult


def not_taken(trial: CaseResult, end: int) -> dict[int, str]:
    """Return, of the calls before call `end` that have failed, which handles were the caller's to use, in words."""
    calls = trial.encoded.calls
    used = {
        placed.origin(path): number
        for number, placed in enumerate(calls[: end + 1])
        for path, _ in held_members(placed.function)
        if path in placed.handles
    }
    found = {}
    for number, (placed, returned) in enumerate(
        zip(calls[:end], trial.observation.calls[:end], strict=False)
    ):
        left = [
            f"`{name}`"
            for name, shape in held_members(placed.function)
            if shape.owner == CALLEE and used.get(placed.origin(name), 0) > number and returned.ran
            for taken in [taken_when(placed.function, name, number)]
            if taken is not None and not trial.encoded.plan.is_met(taken, trial.observation)
        ]
        if left:
            told = result_text(result_at(trial, number)).strip()
            names = " and ".join(
                left
            )  # of parameters: another handle of the text may be called as one of these is
            found[number] = f"{told}, so it failed, and what it was given as {names} is the caller's still"
    return found
