"""What a run has shown so far: its events, folded. Reporters read it; the exit status comes from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.core.catalogue import EXPRESSION_FAILED
from abidance.core.codes import Severity
from abidance.core.diagnostic import VERSUS
from abidance.core.events import ItemFinished, RunFinished, RunInterrupted, RunStarted, RunStopped
from abidance.core.outcome import ExitCode, Outcome, exit_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.core.events import Event, ItemId


@dataclass(frozen=True, slots=True)
class ReportedCause:
    """One fault: the sighting that tells most, with the builds of all `sightings`."""

    finding: Finding
    sightings: tuple[Finding, ...]

    @property
    def fails(self) -> bool:
        """Tell whether this is an error, and no mere warning."""
        return self.finding.diagnostic.code.severity is Severity.ERROR


@dataclass(slots=True)
class Run:
    """One contract's part: `items` are those that have ended so far; of an interrupted run, all there are."""

    started: RunStarted
    items: list[ItemFinished] = field(default_factory=list)
    not_judged: tuple[str, ...] = ()
    finished: bool = False
    interrupted: bool = False
    unpromised: tuple[str, ...] = ()
    unneeded: tuple[tuple[Diagnostic, tuple[ItemId, ...]], ...] = ()

    @property
    def counted(self) -> list[ItemFinished]:
        """Return the items that had something to judge."""
        return [item for item in self.items if item.applies]

    @property
    def causes(self) -> tuple[ReportedCause, ...]:
        """Return the findings, one for each cause."""
        return causes(self.items)

    @property
    def suppressed(self) -> tuple[tuple[ReportedCause, str], ...]:
        """Return what the contract makes an exception of, one for each cause, with the reason."""
        reasons = {finding.key: why for item in self.items for finding, why in item.suppressed}
        hidden = causes(suppressed_only(self.items))
        return tuple((cause, reasons[cause.finding.key]) for cause in hidden)


@dataclass(slots=True)
class RunRecord:
    """Every run so far, and what stopped contracts that could not be run."""

    runs: list[Run] = field(default_factory=list)
    stops: list[RunStopped] = field(default_factory=list)
    interrupted: bool = False

    def __call__(self, event: Event) -> None:
        """Take in one event, as a listener."""
        self.take(event)

    def take(self, event: Event) -> tuple[Run, ...]:
        """Take in one event and return the runs that ended with it."""
        match event:
            case RunStarted():
                self.runs.append(Run(event))
            case ItemFinished():
                self._open(event.item.boundary).items.append(event)
            case RunFinished():
                run = self._ending(event)
                run.items = list(event.items)
                run.not_judged = event.not_judged
                run.unpromised = event.unpromised
                run.unneeded = event.unneeded
                self.interrupted |= event.interrupted
                return self._end([run], interrupted=event.interrupted)
            case RunStopped():
                self.stops.append(event)
                return self._end([run for run in self.runs if run.started.contract == event.contract])
            case RunInterrupted():
                self.interrupted = True
                return self._end(self.runs, interrupted=True)
            case _:
                pass
        return ()

    @property
    def items(self) -> Iterator[ItemFinished]:
        """Return the items of all runs."""
        return (item for run in self.runs for item in run.items)

    @property
    def exit_code(self) -> int:
        """Return the exit status for what has been seen."""
        unfinished = any(not run.finished for run in self.runs)
        return exit_code(
            self.items,
            interrupted=self.interrupted or unfinished,
            stopped=(*(stop.exit_code for stop in self.stops), *self._empty_shares),
        )

    @property
    def _empty_shares(self) -> list[int]:
        """Return the exit status of partitions that have no item: others judge all that there is."""
        shares = [run for run in self.runs if run.started.partition and not run.started.items]
        return [ExitCode.OK] * len(shares)

    @staticmethod
    def _end(runs: Iterable[Run], *, interrupted: bool = False) -> tuple[Run, ...]:
        ended = tuple(run for run in runs if not run.finished)
        for run in ended:
            run.finished = True
            run.interrupted = interrupted
        return ended

    def _open(self, boundary: str) -> Run:
        """Return the run that an item belongs to."""
        run = next((run for run in reversed(self.runs) if run.started.boundary == boundary), None)
        return run or self._unannounced(boundary)

    def _ending(self, event: RunFinished) -> Run:
        """Return the run that ends; an interruption may have ended it already."""
        for run in reversed(self.runs):
            started = run.started
            if (started.boundary, started.contract) == (event.boundary, event.contract):
                return run
        return self._unannounced(event.boundary, event.contract, event.seed)

    def _unannounced(self, boundary: str, contract: str = "", seed: int = 0) -> Run:
        self.runs.append(Run(RunStarted(boundary, contract, 0, (), (), seed)))
        return self.runs[-1]


def causes(items: Iterable[ItemFinished]) -> tuple[ReportedCause, ...]:
    """Return one cause for each fault, however many items and builds saw it, in order of appearance."""
    seen: dict[tuple[str, ...], list[Finding]] = {}
    for item in items:
        for finding in item.findings:
            seen.setdefault(finding.key, []).append(finding)
    at: dict[tuple[str, ...], tuple[str, ...]] = {}
    for key, sightings in [*seen.items()]:
        # One instruction of a library is one fault, as one line of it is, however many functions lead there.
        for site in dict.fromkeys(each.site_key for each in sightings):
            if (
                site is not None
                and (first := at.setdefault(site, key)) != key
                and first in seen
                and key in seen
            ):
                seen[first] = [*seen[first], *seen.pop(key)]
    for key, sightings in [*seen.items()]:
        for coarse in dict.fromkeys(each.coarse_key for each in sightings):
            if coarse is not None and coarse != key and coarse in seen:
                seen[key] = [*sightings, *seen.pop(coarse)]
    return tuple(map(_cause, seen.values()))


def suppressed_only(items: Iterable[ItemFinished]) -> list[ItemFinished]:
    """Return the items with what the contract makes exceptions of for their findings."""
    return [replace(item, findings=tuple(finding for finding, _ in item.suppressed)) for item in items]


def reasons(items: Iterable[ItemFinished]) -> tuple[Diagnostic, ...]:
    """Return why items that count could not be judged, or not wholly, each reason once.

    An expression without a value is one reason, however many items have evaluated it: it is told on the shortest case.
    """
    doubtful = (item for item in items if item.applies and item.outcome is not Outcome.PASSED)
    told: dict[Diagnostic, Diagnostic] = {}
    for reason in (reason for item in doubtful for reason in item.reasons):
        same = replace(reason, notes=()) if reason.code == EXPRESSION_FAILED else reason
        known = told.get(same)
        if known is None or len(reason.notes) < len(known.notes):
            told[same] = reason
    return tuple(told.values())


def unseen(items: Iterable[ItemFinished]) -> tuple[str, ...]:
    """Return what the search of items that were judged did not see, in a sentence each; once for all builds alike."""
    told: dict[tuple[str, str, str], str] = {}
    for item in items:
        if item.judged and item.beyond is not None and (words := item.beyond.words):
            key = (item.item.function, item.item.phase, item.item.library)
            told.setdefault(key, f"`{item.item.function}`, phase `{item.item.phase}`: {words}")
    return tuple(dict.fromkeys(told.values()))


def outcome(code: int) -> Outcome:
    """Return the word for a whole run with this exit status."""
    match code:
        case ExitCode.OK:
            return Outcome.PASSED
        case ExitCode.FINDINGS:
            return Outcome.FAILED
        case ExitCode.NOTHING_COLLECTED:
            return Outcome.SKIPPED
        case _:
            return Outcome.ERRORED


def _cause(sightings: list[Finding]) -> ReportedCause:
    # What a library does by itself says more than that another differs from it. A sanitizer build knows the library's
    # own line, a release build does not: more places tell more.
    alone = [finding for finding in sightings if not finding.compares] or sightings
    telling = max(alone, key=lambda finding: len(finding.diagnostic.labels))
    builds = dict.fromkeys(build for finding in alone for build in finding.builds)
    told = telling.diagnostic
    notes = (*told.notes, *_elsewhere(telling, sightings), *_exception(telling))
    defined = next((each.defined for each in (telling, *alone) if each.defined), None)
    shown = replace(telling, builds=tuple(builds), diagnostic=replace(told, notes=notes), defined=defined)
    return ReportedCause(shown, tuple(sightings))


def _elsewhere(telling: Finding, sightings: list[Finding]) -> Iterator[str]:
    """Yield a note with what else meets the cause: other functions, and whether two libraries differ for it."""
    others = dict.fromkeys(name for each in sightings for name in (each.subject, each.function))
    names = [f"`{name}`" for name in others if name not in (telling.subject, telling.function)]
    if names:
        yield f"the same cause was met in {', '.join(names)}"
    if any(each.compares for each in sightings) and not telling.compares:
        compared = next(each.library for each in sightings if each.compares)
        yield f"so {' and '.join(f'`{side}`' for side in compared.split(VERSUS))} give different results"


def _exception(telling: Finding) -> Iterator[str]:
    """Yield a note with what `suppressions` calls the finding, where its message does not say that."""
    diagnostic = telling.diagnostic
    if telling.library and f"`{telling.subject}`" not in diagnostic.message:
        yield f"`suppressions` calls it `{{code: {diagnostic.code.id}, subject: {telling.subject}}}`"
