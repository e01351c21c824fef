"""Running a law whose steps are of several libraries: each step in a worker of its own library.

Nothing but values goes from one to the other: what a step is given that another library left is computed, and passed in
memory of its own. All workers are given the same plan, of which each leaves out the calls of the others; so what they
answer is put together call by call, and judged as if one process had made all of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode
from abidance.boundary.encode.encoded_plan import library_of, library_to_blame
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.expectation import NOTHING
from abidance.checks.evidence.sequence_calls import law_of
from abidance.plan.observation import Observation, Returned
from abidance.run.execution.pending import UndividedTurn
from abidance.run.execution.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.expectation import Expectation
    from abidance.core.diagnostic import Diagnostic
    from abidance.plan.plan import Plan
    from abidance.run.execution.executor import Executor
    from abidance.run.execution.judge import CallFindings


@dataclass(slots=True)
class AcrossExecution:
    """Runs each case of a law on several libraries; `executors` by their names."""

    boundary: Boundary
    executors: Mapping[str, Executor]
    staged: Staging = field(init=False)
    """Finds out what the steps are given that is computed from what earlier ones left, whoever's these are."""

    def __post_init__(self) -> None:
        """Set up how the steps before one are made by themselves."""
        self.staged = Staging(self.boundary, lambda case: self._ran(case, NOTHING, None))

    @property
    def exhausted(self) -> str:
        """Return why one of the libraries cannot be asked for more."""
        return next((why for each in self.executors.values() if (why := each.exhausted)), "")

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> UndividedTurn:
        """Return a case to be run: it takes several runs, of several workers."""
        return UndividedTurn(lambda: self._ran(self.staged(case).case, expectation, time_limit))

    def _ran(self, case: Case, expectation: Expectation, time_limit: float | None) -> CaseResult:
        encoded = encode(self.boundary, case)
        owners = [library_of(self.boundary, encoded, index) for index in range(len(encoded.calls))]
        seen: dict[str, Observation] = {}
        phase = ""
        for name, executor in self.executors.items():
            phase = executor.phase
            if name not in owners:
                continue
            others = [index for index, owner in enumerate(owners) if owner not in ("", name)]
            started = time.monotonic()
            plan = _without(encoded.plan, others)
            seen[name] = executor.supervisor.run(plan, executor.limit_of(time_limit))
            executor.count(CaseRun(self.boundary, encoded, seen[name]), time.monotonic() - started)
        run = CaseRun(self.boundary, encoded, _together(owners, seen))
        return CaseResult(run, phase, expectation)


@dataclass(frozen=True, slots=True)
class AcrossFindings:
    """Says of what is found of a law across libraries which of them was called."""

    boundary: Boundary
    calls: Callable[[CaseResult], CallFindings]

    def __call__(self, trial: CaseResult) -> CallFindings:
        """Return what is found; raises as `calls` does."""
        return [(self._naming(found, one), one) for found, one in self.calls(trial)]

    def _naming(self, found: Diagnostic, one: CaseResult) -> Diagnostic:
        if law_of(one) is not None and found.place.partition(":")[0] == one.encoded.case.function:  # type: ignore[union-attr]
            return found  # about all the steps
        name = library_to_blame(self.boundary, one.encoded, one.death.call if one.death else None)
        return replace(found, notes=(f"it is `{name}` that was called", *found.notes)) if name else found


def _without(plan: Plan, calls: Collection[int]) -> Plan:
    """Return a plan in which some calls are not made: each needs a slot that nothing fills.

    A worker looks up what all calls are of, and its library need not have what another one is called for: such a call
    has a symbol that is there.
    """
    own = next((call.symbol for index, call in enumerate(plan.calls) if index not in calls), "")
    left = tuple(
        replace(call, symbol=own, needs=(*call.needs, plan.slots)) if index in calls else call
        for index, call in enumerate(plan.calls)
    )
    return replace(plan, calls=left, slots=plan.slots + 1)


def _together(owners: list[str], seen: Mapping[str, Observation]) -> Observation:
    """Return what all workers showed as if one had: of each call what its own library's did.

    Of several that ended it is the one that ended in the earliest call; those after it are not told of.
    """
    if not seen:
        return Observation(tuple(Returned(ran=False) for _ in owners))
    each = [*seen.values()]
    deaths = [one.death for one in each if one.death is not None]
    death = min(deaths, key=lambda one: len(owners) if one.call is None else one.call, default=None)
    calls = []
    for index, owner in enumerate(owners):
        own = (seen.get(owner) if owner else None) or each[0]
        calls.append(own.calls[index] if index < len(own.calls) else Returned(ran=False))
    if death is not None and death.call is not None:
        calls = calls[: death.call]
    kept = [one.kept for one in each if one.kept is not None]
    growing = next((n for n, one in enumerate(each) if one.kept is not None and one.kept.growth > 0), 0)
    return Observation(
        tuple(calls),
        damage=tuple(one for part in each for one in part.damage),
        modified=tuple(one for part in each for one in part.modified),
        death=death,
        kept=each[growing].kept if len(kept) == len(each) else None,
        changes=tuple(one for part in each for one in part.changes),
        printed=b"".join(part.printed for part in each),
        trailing=tuple(one for part in each for one in part.trailing),
        freed=tuple(one for part in each for one in part.freed),
        site=each[growing].site,
        corruption=next((part.corruption for part in each if part.corruption is not None), None),
    )
