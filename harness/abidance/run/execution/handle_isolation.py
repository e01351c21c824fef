"""Makes the calls on one handle again without those on others, to see whether each has a state of its own."""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode
from abidance.checks.agreement.handles_share_state import first_difference
from abidance.checks.evidence.answers import as_often, same_bytes
from abidance.checks.evidence.sequence_calls import result_at
from abidance.contract.expression import EvaluationError
from abidance.run.execution.subsequences import only, parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult

SHARE = 3
"""One sequence of so many is looked at, until one was seen to matter."""


@dataclass(slots=True)
class HandleIsolationProbe:
    """Looks at one item's sequences. What is looked at follows from the plan: each is judged alike every time."""

    boundary: Boundary
    run: Callable[[Encoded, float], CaseResult]
    always: bool = False
    unsteady: dict[str, None] = field(default_factory=dict)
    """Functions that answered otherwise with and without calls on other handles, and not alike each time."""

    def at(self, case: Case, trial: CaseResult, encoded: bytes, limit: float) -> CaseResult:
        """Return the trial with the calls made without those on other handles, where that made a difference.

        `encoded` are the bytes of its plan.
        """
        groups = parts(case)
        if len(groups) < 2 or trial.death is not None:
            return trial
        if not self.always and zlib.crc32(encoded) % SHARE:
            return trial
        for group in groups:
            with suppress(EvaluationError):  # what has no value is told by the checks
                alone = self.run(encode(self.boundary, only(case, {*group})), limit)
                differs = None if alone.death is not None else self._differ(trial, alone, group)
                if differs is not None:
                    self.always = True
                    if self._is_steady(trial, alone, group, limit):
                        return replace(trial, alones=_pairs(trial, alone, group))
                    self.unsteady[trial.encoded.calls[differs].function.name] = None
        return trial

    def _differ(self, trial: CaseResult, alone: CaseResult, group: list[int]) -> int | None:
        """Return the first call of a group that answers otherwise."""
        same = _steps(trial, alone, group)
        for index, there in same.items():
            if not as_often(trial, alone, index, there):
                return None  # what they answer from here on follows from how much time there was
            if _refused(trial, index) != _refused(alone, there):
                return None  # one was refused memory that the other had, or that others had left for it
            if same_bytes(trial, alone, index, there):
                continue
            one, other = result_at(trial, index), result_at(alone, there)
            if one.answered and other.answered and first_difference(one, other, same) is not None:
                return index
        return None

    def _is_steady(self, trial: CaseResult, alone: CaseResult, group: list[int], limit: float) -> bool:
        """Tell whether each has its own answers, in whatever order they come: no clock, no counter."""
        itself = [*range(len(trial.encoded.steps))]
        for one in (alone, trial, trial, alone):
            again = self.run(one.encoded, limit)
            steps = itself if one is trial else [*range(len(group))]
            if again.death is not None or self._differ(one, again, steps) is not None:
                return False
        return True


def _refused(trial: CaseResult, index: int) -> int:
    """Return how many blocks a call was refused: a pool of all handles may have one that it does not ask for."""
    return trial.observation.calls[index].side_effects.refused


def _pairs(trial: CaseResult, alone: CaseResult, group: list[int]) -> dict[int, CaseResult]:
    """Return the calls of the plan that form a group, each with the same call in the other trial."""
    return {index: result_at(alone, there) for index, there in _steps(trial, alone, group).items()}


def _steps(trial: CaseResult, alone: CaseResult, group: list[int]) -> dict[int, int]:
    """Return where the calls of a group are in the plan, and where in the other trial's."""
    there = alone.encoded.steps
    return {trial.encoded.steps[step]: there[number] for number, step in enumerate(group)}
