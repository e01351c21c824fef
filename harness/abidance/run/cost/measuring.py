"""The measurements of one call: timed, streamed, with its instructions counted, and beside another library."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode_lanes
from abidance.checks.evidence.costs import Costs, Figure
from abidance.contract.expression import EvaluationError
from abidance.core.costs import PICOSECOND, in_time
from abidance.core.errors import HookError
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.plan.call_order import FEWEST_STEPS, ConcurrentCalls, Order
from abidance.run.cost.against import figures_against
from abidance.run.cost.contention import Contended, are_together
from abidance.run.cost.growth import growth
from abidance.run.cost.timing import SHARES, Says, Series
from abidance.run.execution.threads import OFTEN, rounds_of, shared_handle
from abidance.run.inputs.accepted_costs import digest
from abidance.run.inputs.applicability import changes_for_good, may_overlap, too_few

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.contract.model.cost import Cost
    from abidance.execute.supervisor import Supervisor
    from abidance.run.cost.execution import CostExecution

SERIES, ENOUGH = 8, 3
"""At most so many series of one call; so many must say that a budget is broken, and none that it is kept."""
QUICK = 6
"""Rounds of a first look, as a power of two."""
ONCE, ONCE_LEAST = 200, 20
"""How often a plan is run whose call cannot be made over and over, and how often at least."""
LONGEST = 0.05
"""A series of such calls ends after so many seconds."""
MOST_STEPS = 10
"""Instructions are counted up to `FEWEST_STEPS` times 2 to the power of this."""
HEADROOM = 2
"""They are counted beyond what is allowed by so many powers of two, to tell bad calls from worse ones."""
CLEARLY = 1.5
"""What is over by this factor after a few series is not looked at further."""
CONTENDED = 6
"""So many calls are measured while other threads call: what they wait for is seldom in the arguments."""


@dataclass(slots=True)
class Measuring:
    """The measurements of one case."""

    execution: CostExecution
    function: BoundaryFunction
    case: Case
    cost: Cost
    quick: bool
    only: frozenset[str]
    encoded: Encoded = field(init=False)
    over_and_over: bool = field(init=False)

    def __post_init__(self) -> None:
        boundary, promise = self.execution.executor.boundary, self.function.promise
        assert promise is not None
        self.encoded = encode_lanes(boundary, self.case, 1)
        lent = not changes_for_good(boundary.contract, promise)
        self.over_and_over = lent and rounds_of(boundary, self.function) == OFTEN

    def costs(self) -> Costs:
        """Return what was measured of all that has a budget."""
        figures = [*self._latency()]
        for clause, measured in (
            ("instructions", self._instructions),
            ("throughput", self._throughput),
        ):
            figure = measured() if self._asks(clause) else None
            if figure is not None:
                figures.append(figure)
        if self._asks("no_worse_than"):
            figures += figures_against(self)
        figures += self._contended()
        return Costs(
            tuple(figures),
            growth(self.execution, self.function, self.case, self.cost.scaling)
            if self._asks("scaling")
            else None,
        )

    def _asks(self, clause: str) -> bool:
        """Tell whether a clause is there and is to be measured."""
        return self.cost.says(clause) and (not self.only or clause in self.only)

    def _lanes(self, order: Order, rounds: int, count: int = 1) -> ConcurrentCalls:
        # A call that succeeds no longer is another one, and may well be quicker.
        result = self.function.result
        steady = bool(result.ok) or getattr(result.shape, "kind", "") in ("bool", "enum")
        return ConcurrentCalls(count, rounds, order, steady)

    @property
    def supervisor(self) -> Supervisor:
        """Return what runs the library."""
        return self.execution.executor.supervisor

    @property
    def streams(self) -> bool:
        """Tell whether calls follow one another without a clock in between for their throughput."""
        return self.over_and_over or self._threads > 1

    @property
    def _threads(self) -> int:
        return self.cost.throughput.threads if self.cost.throughput is not None else 1

    def series(self, supervisor: Supervisor, *, quick: bool = False) -> Series:
        """Time the call again and again; an empty series when that cannot be."""
        execution = self.execution
        if self.over_and_over:
            lanes = self._lanes(Order.TIMED, QUICK if quick else OFTEN)
            return Series.of(execution.measured(supervisor, self.encoded, lanes))
        often = ONCE_LEAST if quick else ONCE
        lanes = self._lanes(Order.TIMED, 0)
        execution.measured(supervisor, self.encoded, lanes)  # from here on the usual length is known
        found: list[tuple[int, ...]] = []
        end = time.monotonic() + LONGEST
        while len(found) < often and (len(found) < ONCE_LEAST or time.monotonic() < end):
            made = execution.measured(supervisor, self.encoded, lanes)
            if not made:
                return Series((), ())
            found += made
        return Series.of(found)

    def _latency(self) -> list[Figure]:
        allowed = {name: getattr(self.cost, name).value for name in SHARES if self._asks(name)}
        if not allowed:
            return []
        said: dict[str, list[tuple[Says, Series]]] = {name: [] for name in allowed}
        for number in range(SERIES):
            series = self.series(self.supervisor, quick=self.quick and number == 0)
            if not series.times:
                self.unmeasured(*allowed)
                return []
            for name, seconds in allowed.items():
                said[name].append((series.says(SHARES[name], seconds), series))
            if self.execution.hasty or all(_is_settled(each) for each in said.values()):
                break
        found = (self._of_series(name, allowed[name], said[name]) for name in allowed)
        return [figure for figure in found if figure is not None]

    def _of_series(self, name: str, allowed: float, said: list[tuple[Says, Series]]) -> Figure | None:
        share = SHARES[name]
        kept = [series for says, series in said if says is Says.KEPT]
        broken = [series for says, series in said if says is Says.BROKEN]
        if not kept and len(broken) < (1 if self.execution.hasty else ENOUGH):
            self.execution.strained.add(name)
            return None
        self.execution.told.add(name)
        best = min(kept or broken, key=lambda series: series.at(share))
        half = in_time(best.at(0.5))
        note = f"of {len(best.times)} calls in the best of {len(said)} series, half took {half} at most"
        # A few calls beyond it are no more than chance, however late they are.
        seen = best.at(share) if not kept else min(best.at(share), allowed)
        return Figure(name, allowed, seen, (note,))

    def _throughput(self) -> Figure | None:
        clause = self.cost.throughput
        if clause is None:
            return None
        if self.streams:
            return self._fastest(1 / clause.rate.value)
        series = self.series(self.supervisor, quick=self.quick)
        if not series.times:
            return self.unmeasured("throughput")
        if series.is_strained and series.mean * clause.rate.value > 1:
            self.execution.strained.add("throughput")
            return None
        self.execution.told.add("throughput")
        return Figure("throughput", 1 / clause.rate.value, series.mean)

    def stream(self) -> tuple[float | None, int] | None:
        """Return how many seconds a call takes in a stream of them, and how often the processor was taken away.

        None where it cannot be told. On several threads it is the time from one call's end to the next one's, and none
        where the system ran them one after the other.
        """
        threads, boundary = self._threads, self.execution.executor.boundary
        if threads > 1 and self._alone_only(threads):
            return None
        shared = shared_handle(boundary, self.function) if threads > 1 else ""
        encoded = encode_lanes(boundary, self.case, threads, shared)
        lanes = self._lanes(Order.STREAMED, OFTEN, threads)
        streams = self.execution.measured(self.supervisor, encoded, lanes)
        if not streams:
            return None
        preempted = sum(times for *_, times in streams)
        if threads > 1 and not are_together(streams):
            return None, preempted
        rate = sum(count / max(taken, 1) for count, taken, *_ in streams)
        return PICOSECOND / rate, preempted

    def _fastest(self, allowed: float) -> Figure | None:
        execution, threads = self.execution, self._threads
        if threads > 1 and (why := self._alone_only(threads)):
            execution.unmeasured["throughput"] = why
            return None
        told: list[float] = []
        for _ in range(SERIES):
            stream = self.stream()
            if stream is None:
                return self.unmeasured("throughput")
            told += [stream[0]] if stream[0] is not None else []
            if told and (
                min(told) <= allowed
                or execution.hasty
                or (len(told) >= ENOUGH and min(told) > CLEARLY * allowed)
            ):
                break
        if not told:
            execution.strained.add("throughput")
            return None
        best = min(told)
        if best > allowed and all(self.series(self.supervisor).is_strained for _ in range(ENOUGH)):
            execution.strained.add("throughput")
            return None
        execution.told.add("throughput")
        threaded = (f"on {threads} threads at once",) if threads > 1 else ()
        return Figure("throughput", allowed, best, threaded)

    def _contended(self) -> list[Figure]:
        clause, execution = self.cost.threads, self.execution
        enough = execution.contended >= CONTENDED and bool(self.only) and not execution.hasty
        if clause is None or not self._asks("threads") or (self.quick and not execution.hasty) or enough:
            return []
        execution.contended += 1
        around: Case | None = None
        boundary = execution.executor.boundary
        others = boundary.functions[clause.others.text] if clause.others is not None else self.function
        if why := self._alone_only(clause.count, others) or self._only_once(others):
            execution.unmeasured["threads"] = why
            return []
        if others is not self.function:
            try:
                around = complete(boundary, others, {})
            except (UnlawfulExampleError, EvaluationError, HookError):
                execution.unmeasured["threads"] = f"`{others.name}` cannot be called"
                return []
        contended = Contended(execution, self.function, clause, self.case, around)
        figures = contended.figures()
        if contended.died:
            self.unmeasured("threads")
        return figures

    def _only_once(self, others: BoundaryFunction) -> str:
        """Return why calls cannot be made over and over, if they cannot."""
        boundary = self.execution.executor.boundary
        for function in (self.function, others):
            if rounds_of(boundary, function) != OFTEN:
                return f"calls of `{function.name}` create, free or destroy something, and are not made over and over"
        return ""

    def _alone_only(self, threads: int, *others: BoundaryFunction) -> str:
        """Return why calls cannot be made on several threads, if they cannot."""
        contract = self.execution.executor.boundary.contract
        for function in (self.function, *others):
            assert function.promise is not None
            if few := too_few(contract, function.promise, threads):
                return f"only {contract.handles[few].at_most} `{few}` may be alive at a time"
            if not may_overlap(contract, function.promise, threads):
                return (
                    "calls on several threads take `effects: [thread_safe]`, or a handle that is `concurrent`"
                )
        there = len(os.sched_getaffinity(0))
        return f"{threads} threads take as many processors, and there are {there}" if there < threads else ""

    def _instructions(self) -> Figure | None:
        clause = self.cost.instructions
        if clause is None:
            return None
        if clause.at_most is None:
            return self._accepted(clause.tolerance.value if clause.tolerance else 0.0)
        allowed = clause.at_most
        exponent = (allowed // FEWEST_STEPS).bit_length()
        if exponent > MOST_STEPS:
            most = FEWEST_STEPS << MOST_STEPS
            self.execution.unmeasured["instructions"] = f"no more than {most:,} can be counted one by one"
            return None
        if self.quick and self.execution.glances <= 0:
            return None
        exponent = min(exponent + HEADROOM, MOST_STEPS)
        seen = self.execution.steps(self.case, exponent)
        self.execution.glances -= seen
        if seen > allowed and not self.quick:
            seen = min(seen, self.execution.steps(self.case, exponent))
        if not seen:
            return self.unmeasured("instructions")
        self.execution.told.add("instructions")
        return Figure("instructions", allowed, seen, more=seen >= FEWEST_STEPS << exponent)

    def _accepted(self, tolerance: float) -> Figure | None:
        """Count the instructions of a call that is one of those that were accepted."""
        known = self.execution.accepted.get(digest(self.case))
        if known is None:
            return None
        name, count = known
        seen = self.execution.least(self.case, MOST_STEPS)
        if not seen:
            return self.unmeasured("instructions")
        self.execution.told.add("instructions")
        note = f"{count:,} were accepted for this call, {name}; that is {(seen - count) / count:+.1%}"
        return Figure("instructions", count * (1 + tolerance), seen, (note,))

    def unmeasured(self, *clauses: str) -> Figure | None:
        """Note that nothing can be told of some clauses, and return that."""
        why = "it takes x86-64"
        if self.execution.died:
            how = (
                "counted, as one that blocks SIGTRAP does not" if "instructions" in clauses else "made again"
            )
            why = f"a call that comes back did not when it was {how}"
        self.execution.unmeasured.update(dict.fromkeys(clauses, why))
        return None


def _is_settled(said: list[tuple[Says, Series]]) -> bool:
    """Tell whether further series could say nothing else."""
    words = [says for says, _ in said]
    return Says.KEPT in words or words.count(Says.BROKEN) >= ENOUGH
