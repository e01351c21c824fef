"""How figures of a contract's functions went from one kept revision to the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.costs import CostKind, in_words
from abidance.core.diagnostic import VERSUS
from abidance.history.cost_changes import figures
from abidance.report.effort import efforts
from abidance.report.record import causes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abidance.core.costs import MeasuredCost, Quantile
    from abidance.history.past import Past, PastContract
    from abidance.history.store import StoredRun

_RUNS = ("run", "pytest")
_MACHINES_OWN = (CostKind.TIME, CostKind.RATE, CostKind.RATIO, CostKind.STACK)
TrendKey = tuple[str, str, str]
"""A function, a library, and what is counted or measured of them."""


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One figure at each revision, the first first, and None where its run does not have it.

    `kind` is what is measured, None for what is counted: findings, cases and edges.
    """

    function: str
    library: str
    name: str
    kind: CostKind | None
    values: tuple[float | None, ...]

    @property
    def seen(self) -> tuple[float, ...]:
        """Return the values that there are."""
        return tuple(each for each in self.values if each is not None)

    @property
    def moves(self) -> bool:
        """Tell whether it is not the same all the time."""
        return len(set(self.seen)) > 1

    def words(self, value: float) -> str:
        """Return a value as people read it."""
        return f"{value:,.0f}" if self.kind is None else in_words(self.kind, value)


@dataclass(frozen=True, slots=True)
class Trend:
    """The lines of one contract over its runs, one for each revision: the last that there is of it.

    `elsewhere` is how many of them were on another machine than the last: what is timed there is left out.
    """

    contract: str
    runs: tuple[StoredRun, ...]
    lines: tuple[TrendLine, ...]
    elsewhere: int = 0


def trends(past: Past, runs: Sequence[StoredRun], most: int) -> tuple[Trend, ...]:
    """Return the trend of each contract over these runs, the last one first, at no more than `most` revisions."""
    subjects = dict.fromkeys(name for run in runs if run.command in _RUNS for name in run.subjects)
    return tuple(_trend(past, name, _of(runs, name)[:most][::-1]) for name in subjects)


def _of(runs: Iterable[StoredRun], contract: str) -> list[StoredRun]:
    """Return the last run of each state of the project that a contract was run in."""
    found: dict[tuple[str, str], StoredRun] = {}
    for run in runs:
        if contract in run.subjects and run.command in _RUNS:
            found.setdefault((run.revision, run.changes), run)
    return list(found.values())


def _trend(past: Past, contract: str, runs: Sequence[StoredRun]) -> Trend:
    here = runs[-1].machine
    tables = [_figures(past.contract(run, contract), timed=run.machine == here) for run in runs]
    kinds: dict[TrendKey, CostKind | None] = {}
    for table in tables:
        kinds |= {key: kind for key, (kind, _) in table.items()}
    lines = tuple(
        TrendLine(*key, kind, tuple(table[key][1] if key in table else None for table in tables))
        for key, kind in kinds.items()
    )
    order = {name: place for place, name in enumerate(dict.fromkeys(line.function for line in lines))}
    lines = tuple(sorted(lines, key=lambda line: (order[line.function], line.library)))
    return Trend(contract, tuple(runs), lines, sum(run.machine != here for run in runs))


def _figures(run: PastContract, *, timed: bool) -> dict[TrendKey, tuple[CostKind | None, float]]:
    """Return what one run tells of each function and library."""
    found: dict[TrendKey, tuple[CostKind | None, float]] = {}
    failing = Counter(
        (each.finding.subject, each.finding.details.get("side", each.finding.library))
        for each in causes(run.items)
    )
    for effort in efforts(run.items):
        if VERSUS in effort.library:
            continue  # two libraries beside each other: their findings are told of the one that is to blame
        where = (effort.function, effort.library)
        found[*where, "findings"] = None, failing.pop(where, 0)
        found[*where, "cases"] = None, effort.cases
        if effort.edges:
            found[*where, "edges"] = None, effort.edges
    for (function, library), number in failing.items():
        found[function, library, "findings"] = None, number
    for name, cost, quantile in _measured(run):
        if timed or cost.kind not in _MACHINES_OWN:
            found.setdefault((cost.function, cost.library, name), (cost.kind, quantile.value))
    return found


def _measured(run: PastContract) -> Iterator[tuple[str, MeasuredCost, Quantile]]:
    for cost, quantile in figures(run.items).values():
        if cost.size is None:
            share = f" {quantile.name}" if cost.kind is CostKind.TIME else ""
            threads = f", {cost.threads} threads" if cost.threads > 1 else ""
            yield f"{cost.kind.value}{share}{threads}", cost, quantile
