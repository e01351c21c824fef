"""Identical calls on one handle, gathered from threads that begin together and held against the same calls in turn."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode_lanes
from abidance.boundary.model.types import ScalarShape
from abidance.boundary.values.memory import unpack_scalar
from abidance.checks.evidence.case_result import Granted, Threads
from abidance.plan.call_order import ConcurrentCalls, Order

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.expectation import Expectation
    from abidance.run.execution.executor import Executor

MOST_THREADS = 4
SECOND_TRIES = 10
"""What was seen once is tried so often again."""
PAUSE = 20_000_000
"""Nanoseconds between the rounds of a lane that pauses: longer than what threads take, to tell what is about time."""


@dataclass(slots=True)
class Gathering:
    """The identical calls of one case, on one handle that all of them share."""

    executor: Executor
    function: BoundaryFunction
    encoded: Encoded
    threads: int
    rounds: int
    limit: float
    expectation: Expectation
    in_turn: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(
        cls, executor: Executor, case: Case, shared: str, rounds: int, limit: float, expectation: Expectation
    ) -> Gathering | None:
        """Return the calls of a case; None where no result tells whether a call has succeeded."""
        function = executor.boundary.functions[case.function]
        shape = function.result.shape
        if not isinstance(shape, ScalarShape) or not (function.result.ok or shape.kind == "bool"):
            return None
        threads = max(2, min(MOST_THREADS, len(os.sched_getaffinity(0))))
        encoded = encode_lanes(executor.boundary, replace(case, beside=None), threads, shared)
        function = encoded.calls[encoded.plan.subject].function
        return cls(executor, function, encoded, threads, rounds, limit, expectation)

    def are_limited(self) -> bool:
        """Tell whether calls in turn come to different results, and to the same ones with pauses between them."""
        self.in_turn, _, _ = self._counted(Order.RECORDED)
        if not self.in_turn or len(self.in_turn) == 1:
            return False
        # Those that come to something else after a pause are about time, or about what is another each time.
        paused, _, _ = self._counted(Order.PAUSED)
        return paused == self.in_turn

    def succeeding_too_often(self, tries: int) -> CaseResult | None:
        """Return calls of threads at once of which more have succeeded than do in turn, if that happens twice.

        Once may be chance: of what is allowed anew at each full second, say.
        """
        seen = False
        while tries > 0:
            tries -= 1
            found = self._too_often()
            if found is not None and seen:
                return found
            if found is not None:
                seen, tries = True, SECOND_TRIES
        return None

    def _too_often(self) -> CaseResult | None:
        together, took, trial = self._counted(Order.GATHERED)
        calls = sum(together.values())
        if took > PAUSE or calls != sum(self.in_turn.values()):
            return None
        for value, times in together.items():
            if self.function.result.success(value) and times > self.in_turn[value]:
                granted = Granted(value, calls, self.threads, times, self.in_turn[value])
                return replace(trial, threads=Threads(self.threads, granted=granted))
        return None

    def _counted(self, order: Order) -> tuple[Counter[int], int, CaseResult]:
        """Return how often there was each result, none where calls did not come back, and nanoseconds a lane took."""
        plan = replace(self.encoded.plan, lanes=ConcurrentCalls(self.threads, self.rounds, order))
        self.executor.calls += self.threads
        trial = self.executor.bare_plan(replace(self.encoded, plan=plan), self.limit, self.expectation)
        counts: Counter[int] = Counter()
        if trial.death is not None or not trial.answered:
            return counts, 0, trial
        made = trial.observation.calls[plan.subject : plan.subject + self.threads]
        kept = [each.measured for each in made if each.ran and each.measured]
        shape = self.function.result.shape
        assert isinstance(shape, ScalarShape)
        for raw, times in Counter(answer for each in kept for answer in each[1:]).items():
            counts[int(unpack_scalar(shape, raw.to_bytes(8, "little")[: shape.size]))] += times
        return counts, max((each[0] for each in kept), default=0), trial
