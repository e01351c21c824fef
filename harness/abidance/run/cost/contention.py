"""What a call costs while other threads call: timed among them, and all of them beside one alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode_lanes
from abidance.checks.evidence.costs import Figure
from abidance.core.costs import (
    PICOSECOND,
    BudgetVerdict,
    CostKind,
    Histogram,
    MeasuredCost,
    Quantile,
    in_rate,
    in_time,
)
from abidance.plan.call_order import ConcurrentCalls, Order
from abidance.run.cost.timing import FEWEST_LATE, SHARES, Says, quantile
from abidance.run.execution.threads import OFTEN, shared_handle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.contract.model.cost import Contention
    from abidance.run.cost.execution import CostExecution

SERIES, ENOUGH = 12, 3
"""At most so many series of one call; so many must tell anything at all."""
OVERLAP = 0.75
"""Streams tell what threads do to each other when they last together for so much of the longest one's time."""
MOSTLY = 0.75
"""So many of those that tell anything must agree, or enough of them with all calls together: much of it is chance."""
CLEARLY = 1.5
"""What is below by this factor after a few pairs is not looked at further."""
FEWEST = 100
"""Fewer calls than this, each at the same time as another one, say nothing."""
RARELY = 0.02
"""Where fewer of the calls among others ran at the same time as one, so many are taken to have done so.

A call that the machine holds up nearly always meets another one, and a quick one nearly never: late ones are then more
among those that met than their share of all calls.
"""
LOOK, MET = 16, 0.002
"""Of a stream every so many calls were looked at; so much of these ran at the same time as another one, at least."""
FORGIVEN = 2
"""So many late calls may be due to one thread that the system took the processor from."""


@dataclass(frozen=True, slots=True)
class Among:
    """Calls of one thread, each at the same time as another one's by the clock; sorted, in picoseconds.

    `among` calls were made while the others got on with theirs, these included: the rest fell between two of another
    thread's. The thread waited for something `slept` times, and the processor was taken from one of them `preempted`
    times.
    """

    times: tuple[int, ...]
    slept: int
    among: int
    preempted: int

    @classmethod
    def of_all(cls, series: Sequence[Among]) -> Among:
        """Return the calls of several series as those of one."""
        times = sorted(time for each in series for time in each.times)
        return cls(
            tuple(times),
            sum(each.slept for each in series),
            sum(each.among for each in series),
            sum(each.preempted for each in series),
        )

    @property
    def passed_by(self) -> bool:
        """Tell whether threads got on with their calls, and too few of these ran at the same time."""
        return len(self.times) < FEWEST <= self.among

    def at(self, share: float) -> float:
        """Return the time that a share of the calls keeps, in seconds."""
        return quantile(self.times, share) * PICOSECOND

    def says(self, share: float, allowed: float) -> Says:
        """Return what the series says of a share of the calls that is allowed so many seconds."""
        late = sum(time * PICOSECOND > allowed for time in self.times)
        may_be = (1 - share) * len(self.times)
        if len(self.times) < FEWEST:
            return Says.NOTHING
        if late <= may_be:
            return Says.KEPT if may_be >= 1 else Says.NOTHING
        late -= FORGIVEN * self.preempted
        may_be = max(may_be, (1 - share) * RARELY * self.among)
        return Says.BROKEN if late > may_be and late >= FEWEST_LATE else Says.NOTHING


@dataclass(slots=True)
class Contended:
    """The measurements of one call, and of those that other threads make meanwhile."""

    execution: CostExecution
    function: BoundaryFunction
    clause: Contention
    case: Case
    around: Case | None
    shared: str = field(init=False)
    died: bool = False

    def __post_init__(self) -> None:
        self.shared = shared_handle(self.execution.executor.boundary, self.function)

    def figures(self) -> list[Figure]:
        """Return what was measured; nothing more once a call that comes back alone did not come back."""
        found = [*self._latencies()]
        if self.clause.keeps is not None and not self.died:
            found += self._rate(self.clause.keeps.value)
        return found

    def _encoded(self, threads: int) -> Encoded:
        return encode_lanes(self.execution.executor.boundary, self.case, threads, self.shared, self.around)

    def _measured(self, encoded: Encoded, threads: int, order: Order) -> tuple[tuple[int, ...], ...]:
        supervisor = self.execution.executor.supervisor
        made = self.execution.measured(supervisor, encoded, ConcurrentCalls(threads, OFTEN, order))
        self.died = not made
        return made

    def _latencies(self) -> list[Figure]:
        allowed = {name: getattr(self.clause, name).value for name in SHARES if self.clause.says(name)}
        if not allowed:
            return []
        encoded = self._encoded(self.clause.count)
        series: list[Among] = []
        said: dict[str, list[Says]] = {name: [] for name in allowed}
        while len(series) < SERIES:
            made = self._measured(encoded, self.clause.count, Order.CONTENDED)
            if not made:
                return []
            *numbers, slept, among, _ = made[0]
            times = tuple(sorted(numbers[: len(numbers) // 2]))
            series.append(Among(times, slept, among, sum(lane[-1] for lane in made)))
            for name, seconds in allowed.items():
                said[name].append(series[-1].says(SHARES[name], seconds))
            if self.execution.hasty or all(_is_settled(words) for words in said.values()):
                break
        found = {name: self._of_series(name, allowed[name], series, said[name]) for name in allowed}
        if not self.execution.hasty:
            self._keep(series, allowed, found)
        return [figure for figure in found.values() if figure is not None]

    def _keep(
        self, series: Sequence[Among], allowed: Mapping[str, float], found: Mapping[str, Figure | None]
    ) -> None:
        """Keep what calls take among others: of the first call, or of one that breaks a budget."""
        broken = any(figure is not None and figure.is_over for figure in found.values())
        told = [each.times for each in series if len(each.times) >= FEWEST]
        if not told or (self.execution.among is not None and not broken):
            return
        times = sorted(time for each in told for time in each)
        quantiles = []
        for name, share in SHARES.items():
            value = quantile(times, share)
            if name not in allowed:
                quantiles.append(Quantile(share, value))
                continue
            figure = found[name]
            verdict = BudgetVerdict.UNDECIDED
            if figure is not None:
                verdict = BudgetVerdict.BROKEN if figure.is_over else BudgetVerdict.KEPT
            limit = allowed[name] / PICOSECOND
            quantiles.append(Quantile(share, value, clause=f"threads.{name}", allowed=limit, verdict=verdict))
        around = self.around.function if self.around is not None else self.function.name
        self.execution.among = MeasuredCost(
            self.function.name,
            "",
            "",
            CostKind.TIME,
            tuple(quantiles),
            calls=len(times),
            runs=len(told),
            histogram=Histogram.of(times),
            input=f"while other threads call `{around}`",
            threads=self.clause.count,
        )

    def _of_series(
        self, name: str, allowed: float, series: Sequence[Among], said: Sequence[Says]
    ) -> Figure | None:
        share, clause = SHARES[name], f"threads.{name}"
        if len(said) - said.count(Says.NOTHING) < ENOUGH and not self.execution.hasty:
            # On a busy machine few calls of each series met others: those of all together may tell.
            series = [Among.of_all(series)]
            said = [series[0].says(share, allowed)]
        wanted = overall(series, said, share, allowed)
        if wanted is Says.NOTHING:
            if any(word is not Says.NOTHING for word in said):
                self.execution.torn.add(clause)  # whatever other calls say of the budget
            elif any(each.passed_by for each in series):
                self.execution.apart.add(clause)
            else:
                self.execution.strained.add(clause)
            return None
        best = min(
            (one for one, word in zip(series, said, strict=True) if word is wanted),
            key=lambda one: one.at(share),
        )
        self.execution.told.add(clause)
        if wanted is Says.KEPT:
            return Figure(clause, allowed, min(best.at(share), allowed))
        half = in_time(best.at(0.5))
        notes = [f"of {len(best.times)} calls at the same time as another, half took {half} at most"]
        if best.slept:
            notes.append(
                f"the thread went to sleep {best.slept:,} times in these calls, to be woken by another"
            )
        if alone := self._alone():
            notes.append(f"on one thread, half take {in_time(alone)} at most")
        return Figure(clause, allowed, best.at(share), tuple(notes))

    def _alone(self) -> float:
        """Return how long half of the calls take on one thread, at most; 0 where that cannot be told."""
        made = self._measured(self._encoded(1), 1, Order.TIMED)
        times = sorted(made[0][: len(made[0]) // 2]) if made else []
        return quantile(times, SHARES["p50"]) * PICOSECOND

    def _undisturbed(self, one: Encoded) -> tuple[tuple[int, ...], ...]:
        """Return a stream of one thread, one with a processor of its own if that can be had."""
        alone = self._measured(one, 1, Order.STREAMED)
        for _ in range(ENOUGH):
            if not alone or are_undisturbed(alone):
                break
            alone = self._measured(one, 1, Order.STREAMED)
        return alone

    def _rate(self, keeps: float) -> list[Figure]:
        """Compare all threads with one, in turns, so that both have the same machine."""
        one, all_of_them = self._encoded(1), self._encoded(self.clause.count)
        pairs: list[tuple[float, float]] = []
        passed_by = False
        for _ in range(SERIES):
            alone = self._undisturbed(one)
            together = self._measured(all_of_them, self.clause.count, Order.STREAMED) if alone else ()
            if not together:
                return []
            if not are_undisturbed(alone) or not are_undisturbed(together):
                continue  # what one of them was kept from doing says nothing of what it waited for
            if not have_met(together) and _rate_of(together) >= keeps * _rate_of(alone):
                passed_by = True
                continue
            pairs.append((_rate_of(together) / _rate_of(alone), _rate_of(alone)))
            shares = [share for share, _ in pairs]
            enough = len(pairs) >= ENOUGH
            if self.execution.hasty or (enough and (min(shares) >= keeps or CLEARLY * max(shares) < keeps)):
                break
        pairs.sort()
        kept = sum(share >= keeps for share, _ in pairs)
        agreed = max(kept, len(pairs) - kept) >= MOSTLY * len(pairs)
        if len(pairs) < (1 if self.execution.hasty else ENOUGH) or not agreed:
            (self.execution.apart if passed_by else self.execution.strained).add("threads.keeps")
            return []
        self.execution.told.add("threads.keeps")
        share, rate = pairs[len(pairs) // 2]
        share = max(share, 1 / rate)  # a second in which nothing came back is long enough
        note = f"one thread manages {in_rate(rate)}; these are the medians of {len(pairs)} pairs of series"
        return [Figure("threads.keeps", 1 / (keeps * rate), 1 / (share * rate), (note,), there=1 / rate)]


def overall(series: Sequence[Among], said: Sequence[Says], share: float, allowed: float) -> Says:
    """Return what series say of a budget, not all of which need to say the same.

    Threads that meet at a lock may be caught in a queue or not, and come out of it again: some series then break a
    budget, and others know nothing of it. If enough do, all calls together decide.
    """
    broken, told = said.count(Says.BROKEN), len(said) - said.count(Says.NOTHING)
    telling = [each for each, word in zip(series, said, strict=True) if word is not Says.NOTHING]
    together = Among.of_all(telling).says(share, allowed)
    if told and broken >= MOSTLY * told:
        return Says.BROKEN
    if told and told - broken >= MOSTLY * told and together is not Says.BROKEN:
        return Says.KEPT
    return Says.BROKEN if broken >= ENOUGH and together is Says.BROKEN else Says.NOTHING


def _is_settled(said: Sequence[Says]) -> bool:
    """Tell whether enough series say the same, and none another thing."""
    told = {each for each in said if each is not Says.NOTHING}
    return len(told) == 1 and len(said) - said.count(Says.NOTHING) >= ENOUGH


def are_undisturbed(streams: tuple[tuple[int, ...], ...]) -> bool:
    """Tell whether streams had a processor each, at the same time."""
    return not any(stream[-1] for stream in streams) and are_together(streams)


def are_together(streams: tuple[tuple[int, ...], ...]) -> bool:
    """Tell whether streams ran at the same time, for most of it."""
    begins, ends = [stream[2] for stream in streams], [stream[3] for stream in streams]
    longest = max(end - begin for begin, end in zip(begins, ends, strict=True))
    return min(ends) - max(begins) >= OVERLAP * longest


def have_met(streams: tuple[tuple[int, ...], ...]) -> bool:
    """Tell whether calls of the first stream ran at the same time as those of another one, and not only the streams."""
    count, *_, met, _ = streams[0]
    return met >= max(MET * count / LOOK, 1)


def _rate_of(streams: tuple[tuple[int, ...], ...]) -> float:
    """Return how many calls streams made per second, all together.

    What stands beside each call counts as well: without it, quick calls would take no time at all.
    """
    return sum(count / max(end - begin, 1) for count, _, begin, end, *_ in streams) / PICOSECOND
