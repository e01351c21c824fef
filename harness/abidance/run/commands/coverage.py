"""`abidance coverage`: a contract's calls on libraries that count their lines, and what those calls exercised."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.contract.content import content_of
from abidance.contract.expression import EvaluationError
from abidance.contract.load import load_contract
from abidance.core.catalogue import NOTHING_SELECTED
from abidance.core.coverage import CoverageReport, Exercise, LibraryReach
from abidance.core.diagnostic import VERSUS, Diagnostic
from abidance.core.errors import AbidanceError, CaseError, NothingCollectedError
from abidance.core.events import ItemStarted, RunStarted
from abidance.execute.symbols import named
from abidance.run.engine.items import PREBUILT, check_names, list_items, no_library
from abidance.run.engine.processes import settle
from abidance.run.engine.session import Session
from abidance.run.execution.counted_libraries import CountedLibraries
from abidance.run.phases import makes_calls
from abidance.run.search.exercise_questions import ENUMERATOR, PARAMETER, STATUS, exercise
from abidance.run.search.promise_coverage import PromiseCoverage, Reaches, untested
from abidance.toolchain.source_coverage.library import source_reach

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.model import Contract
    from abidance.core.coverage import ExerciseKind
    from abidance.core.events import ItemFinished, ItemId, Listener
    from abidance.plan.observation import StackFrame
    from abidance.run.engine.items import Item
    from abidance.run.inputs.selection import Selection
    from abidance.run.inputs.settings import Settings
    from abidance.toolchain.source_coverage.gcc import Spot

BUILD = "release"
"""What is counted is the code that ships, not optimized, for only that has all of its lines."""
LEFT_OUT = frozenset({"cost", "equivalence"})
"""Phases whose calls are those of others, made again."""


def cover_contract(
    path: Path, selection: Selection, settings: Settings, listener: Listener
) -> CoverageReport:
    """Make the calls of a contract and return what they came to; progress is told to `listener`.

    Raises AbidanceError where the contract cannot be run at all.
    """
    seed = settings.seed if settings.seed is not None else random.SystemRandom().randrange(10_000)
    settings = replace(settings, seed=seed, remembers=settings.seed is None)
    contract = load_contract(path)
    check_names(contract, selection)
    noted = _Noted()
    with (
        CountedLibraries(noted) as counted,
        Session(settings, dict(selection.extra), counted=counted) as session,
    ):
        boundary = session.boundary(contract)
        items = _items(contract, selection, settings)
        run = _Coverage(contract, boundary, session, counted, noted, items)
        listener(_started(contract, items, settings))
        settle()
        try:
            for item in items:
                listener(ItemStarted(item.id))
                result = session.run(contract, item, listener)
                run.results.append(result)
                listener(result)
        except KeyboardInterrupt:
            return replace(run.report(selection), interrupted=True)
        return run.report(selection)


def _items(contract: Contract, selection: Selection, settings: Settings) -> tuple[Item, ...]:
    found = list_items(contract, selection, (BUILD,), settings.explore)
    calling = (item for item in found if makes_calls(item.id.phase) and item.id.phase not in LEFT_OUT)
    items = tuple(item for item in calling if VERSUS not in item.id.library)  # each library by itself
    if not items:
        message = f"nothing of `{contract.boundary}` is left to call"
        names = ", ".join(list(contract.functions)[:8]) or "none"
        raise NothingCollectedError(Diagnostic(NOTHING_SELECTED, message, help=f"functions: {names}"))
    if not all(item.id.library for item in items):
        raise no_library(contract)
    return items


def _started(contract: Contract, items: Sequence[Item], settings: Settings) -> RunStarted:
    return RunStarted(
        boundary=str(contract.boundary),
        contract=str(contract.path),
        functions=len({item.id.function for item in items} & contract.functions.keys()),
        libraries=tuple(dict.fromkeys(item.id.library for item in items)),
        builds=tuple(dict.fromkeys(item.id.build for item in items)),
        seed=settings.seed or 0,
        items=tuple(item.id for item in items),
        ends_at=settings.deadline.at if settings.deadline is not None else None,
    )


@dataclass(slots=True)
class _Noted:
    """What the cases of each library exercised, and how many there were."""

    reaches: dict[str, Reaches] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    stacks: dict[str, Counter[tuple[StackFrame, ...]]] = field(default_factory=dict)

    def __call__(self, library: str, trial: CaseResult) -> None:
        """Take in a case that is judged."""
        self.cases[library] = self.cases.get(library, 0) + 1
        if trial.death is not None:
            self.ended[library] = self.ended.get(library, 0) + 1
            self.stacks.setdefault(library, Counter())[trial.death.frames] += 1
        reaches = self.reaches.setdefault(library, Reaches(more=exercise))
        if not (trial.answered or trial.is_sequence):
            return
        with suppress(EvaluationError, CaseError):  # a clause without a value: `abidance run` tells why
            reaches.note(trial)

    def ends(self, library: str) -> dict[Spot, int]:
        """Return where calls ended their process, in each function that was under way then."""
        found: Counter[Spot] = Counter()
        for frames, times in self.stacks.get(library, Counter()).items():
            for frame in named(frames):
                found[frame.function, Path(frame.file).name, frame.line] += times
        return dict(found)


@dataclass(slots=True)
class _Coverage:
    """One contract's coverage, while its calls are made."""

    contract: Contract
    boundary: Boundary
    session: Session
    counted: CountedLibraries
    noted: _Noted
    items: tuple[Item, ...]
    results: list[ItemFinished] = field(default_factory=list)

    def report(self, selection: Selection) -> CoverageReport:
        """Return what the calls came to."""
        libraries = tuple(dict.fromkeys((item.id.library, item.id.build) for item in self.items))
        reached = tuple(self._library(name, build) for name, build in libraries)
        called = [each.library for each in reached if not each.problems]
        functions = [name for name in self.contract.functions if selection.takes_function(name)]
        return CoverageReport(
            boundary=str(self.contract.boundary),
            contract=self.contract.path,
            seed=self.session.settings.seed or 0,
            functions=len(functions),
            libraries=reached,
            exercises=(*self._exercises(functions, called), *self._laws(selection, called)),
            not_judged=tuple(self._not_judged(called)),
            content=content_of(self.contract),
        )

    def _library(self, name: str, build: str) -> LibraryReach:
        cases, ended = self.noted.cases.get(name, 0), self.noted.ended.get(name, 0)
        item = next((each.item for each in self.results if each.item.library == name), None)
        if item is None:
            return LibraryReach(name, untold=(f"which lines of `{name}` ran: nothing of it was called",))
        try:
            artifact = self.session.sources.artifact(self.contract, item)
        except AbidanceError as error:
            return LibraryReach(name, problems=error.diagnostics)
        whole = LibraryReach(name, cases=cases, ended=ended, prebuilt=build == PREBUILT)
        counters = self.counted.counters(artifact.path)
        header = self.contract.header
        if artifact.path in counters or (whole.prebuilt and counters):
            reach = source_reach(artifact.path, counters, header, self.noted.ends(name))
            return replace(whole, files=reach.files, counted=reach.whole, untold=reach.untold)
        if whole.prebuilt:
            return whole
        why = (
            f"which lines of `{name}` ran: `{artifact.path.name}` has no counters; its build does not take "
            "`CFLAGS` and `LDFLAGS`, or it is linked by neither GNU ld nor lld"
        )
        return replace(whole, untold=(why,))

    def _exercises(self, functions: Sequence[str], called: Sequence[str]) -> Iterator[Exercise]:
        """Yield what the contract says of functions, each with the libraries whose calls exercised it."""
        for name in functions:
            function = self.boundary.functions.get(name)
            if function is None:
                continue
            reach = {
                library: self.noted.reaches.get(library, Reaches()).by_name.get(name) for library in called
            }
            answered = {
                library: each for library, each in reach.items() if each is not None and each.answered
            }
            yield _exercise(
                "function", name, "called", f"`{name}`: no call of it came back", called, answered.keys()
            )
            for each in PromiseCoverage.of(function, exercise(function)).waiting:
                tested = {library for library, one in answered.items() if (name, each.clause) in one.tested}
                kind = _kind(each.clause)
                yield _exercise(kind, name, each.clause, each.words, tuple(answered), tested, each.behind)

    def _laws(self, selection: Selection, called: Sequence[str]) -> Iterator[Exercise]:
        for name, law in self.boundary.laws.items():
            if not selection.takes_function(name):
                continue
            mine = [each for each in self.results if each.item.function == name]
            for number, claim in enumerate(claim for each in law.ensures for claim in each.claims):
                tested = {each.item.library for each in mine if (name, f"law:{number}") in each.tested}
                yield _exercise("clause", name, f"law:{number}", untested(law, claim), called, tested)

    def _not_judged(self, built: Collection[str]) -> Iterator[str]:
        """Yield what kept calls of libraries that were built from being made, which `abidance run` tells in full."""
        found: dict[str, list[ItemId]] = {}
        for result in self.results:
            if result.reasons and not result.calls and result.item.library in built:
                for reason in result.reasons:
                    found.setdefault(reason.message, []).append(result.item)
        left = [item.id for item in self.items[len(self.results) :]]
        if left:
            found["interrupted, and not begun"] = left
        for words, items in found.items():
            where = str(items[0]) if len(items) == 1 else f"{len(items)} items"
            yield f"{words} ({where})"


def _exercise(
    kind: ExerciseKind,
    function: str,
    clause: str,
    words: str,
    called: Sequence[str],
    tested: Collection[str],
    behind: str = "",
) -> Exercise:
    by = tuple(library for library in called if library in tested)
    without = tuple(library for library in called if library not in tested)
    return Exercise(kind, function, clause, words, by, without, behind)


def _kind(clause: str) -> ExerciseKind:
    match clause.partition(":")[0]:
        case kind if kind in (PARAMETER, "null"):
            return "parameter"
        case kind if kind == ENUMERATOR:
            return "enumerator"
        case kind if kind == STATUS:
            return "status"
    return "clause"
