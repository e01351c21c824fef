"""Calls that cost one of two libraries out of all proportion, among those that are compared for their answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.checks.cost.cost_out_of_proportion import CLAUSE, CostOutOfProportion
from abidance.checks.evidence.costs import Costs, Figure
from abidance.checks.evidence.sequence_calls import result_at
from abidance.core.costs import CostKind, in_words
from abidance.plan.codec import encode_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.execute.supervisor import Supervisor
    from abidance.plan.observation import Observation
    from abidance.plan.plan import Plan
    from abidance.run.execution.judge import CallFindings

PROPORTION = 100
"""A call must take so many times as long in the one library as in the other."""
LEAST = 1e-3
"""And so many seconds at least."""
ROUNDS = 5
"""So often do both make it again, after once that does not count."""
LONGEST, FEWEST = 5.0, 2
"""After so many seconds of processor time, so many rounds are enough."""
LOOKING = 10.0
"""After so many seconds of processor time no further calls are looked at so closely, of all that an item calls."""
_LOOSELY = 0.25
"""A call is made again if it is out of proportion by so much of that: a first look is disturbed by much."""
_AGAIN = 0.5
"""What was out of proportion once is still so at so much of these: a machine's speed changes."""
_NEARLY = 0.5
"""A call is out of proportion beside another one of its function that was, if it is so much as bad."""
_NANOSECOND = 1e-9


@dataclass(frozen=True, slots=True)
class _Measured:
    """The least and the usual processor time of a plan's calls over all rounds, in seconds, and one observation."""

    least: float
    usual: float
    observation: Observation

    @classmethod
    def of(cls, taken: Sequence[float], observation: Observation) -> _Measured:
        """Return what was measured in some rounds."""
        return cls(min(taken), sorted(taken)[len(taken) // 2], observation)


@dataclass(slots=True)
class Proportion:
    """Finds such calls. The workers of `quiet` watch no heap, which takes longer than some calls; `sides` are names."""

    quiet: tuple[Supervisor, Supervisor]
    sides: tuple[str, str]
    time_limit: float
    judged: dict[bytes, bool] = field(default_factory=dict)
    """By plan, whether it was out of proportion."""
    worst: dict[str, float] = field(default_factory=dict)
    """By function, how many times as long the worst call took."""
    spent: float = 0.0
    """Seconds of processor time of the calls that were made again."""

    def __call__(self, trial: CaseResult) -> CallFindings:
        """Return what is found of a case that both libraries answer alike."""
        if trial.other is None or not _suspected(
            seconds(trial.observation), seconds(trial.other.observation)
        ):
            return []
        plan = trial.encoded.plan
        key = encode_plan(plan)
        known = self.judged.get(key)
        if known is False or (known is None and self.spent > LOOKING):
            return []
        both = self._measure(plan)
        slow = _out_of_proportion(both, _AGAIN if known else 1.0)
        one = _blamed(trial, both, slow) if both is not None and slow is not None else None
        if both is None or slow is None or one is None:
            self.judged.setdefault(key, False)
            return []
        name, seen, there = one.function.name, both[slow].least, both[1 - slow].usual
        ratio = seen / max(there, _NANOSECOND)
        if known is None:
            # Not every smaller call that is just beyond the bound: the one that is shown is to be plain.
            self.judged[key] = ratio >= _NEARLY * self.worst.get(name, 0.0)
            self.worst[name] = max(ratio, self.worst.get(name, 0.0))
        if not self.judged[key]:
            return []
        calls = "" if len(plan.calls) == 1 else ", all calls of it together"
        here, beside = self.sides[slow], self.sides[1 - slow]
        note = (
            f"processor time, made {ROUNDS} times in turns{calls}: the least in `{here}`, the median in `{beside}`; "
            f"{in_words(CostKind.RATIO, ratio)} as long"
        )
        figure = Figure(CLAUSE, there * PROPORTION * _AGAIN, seen, (note,), against=beside, there=there)
        shown = replace(one, costs=Costs((figure,)), sides=self.sides, other=one.other or trial.other)
        return [(replace(each, subject=name), shown) for each in CostOutOfProportion().judge(shown)]

    def _measure(self, plan: Plan) -> tuple[_Measured, _Measured] | None:
        """Have both make the calls of a plan in turns, either of them first; None where one does not come back."""
        taken: tuple[list[float], list[float]] = ([], [])
        last: list[Observation | None] = [None, None]
        for number in range(ROUNDS + 1):
            for side in (0, 1) if number % 2 else (1, 0):
                observation = self.quiet[side].run(plan, self.time_limit)
                if observation.death is not None:
                    return None
                taken[side].append(seconds(observation))
                self.spent += taken[side][-1]
                last[side] = observation
            if number >= FEWEST and sum(map(sum, taken)) > LONGEST:
                break
        one, other = last
        if one is None or other is None:
            return None
        mine, theirs = (each[1:] for each in taken)
        return _Measured.of(mine, one), _Measured.of(theirs, other)


def seconds(observation: Observation) -> float:
    """Return the processor time of all calls of a plan."""
    return sum(each.nanoseconds for each in observation.calls) * _NANOSECOND


def _suspected(mine: float, theirs: float) -> bool:
    slow, quick = max(mine, theirs), min(mine, theirs)
    return slow >= LEAST and slow >= PROPORTION * _LOOSELY * quick


def _out_of_proportion(both: tuple[_Measured, _Measured] | None, share: float) -> int | None:
    """Return which of the two is slow, None for neither."""
    if both is None:
        return None
    slow = int(both[1].least > both[0].least)
    least, usual = both[slow].least, both[1 - slow].usual
    return slow if least >= share * LEAST and least >= share * PROPORTION * usual else None


def _blamed(
    trial: CaseResult, both: tuple[_Measured, _Measured] | None, slow: int | None
) -> CaseResult | None:
    """Return the trial of the call that makes most of the difference."""
    if both is None or slow is None:
        return None
    if not trial.is_sequence:
        return trial
    pairs = zip(both[slow].observation.calls, both[1 - slow].observation.calls, strict=True)
    more = [mine.nanoseconds - theirs.nanoseconds for mine, theirs in pairs]
    return result_at(trial, more.index(max(more)))
