"""Hypothesis in the parent, calls in the worker: search for failing cases and make each as small as it gets.

Hypothesis tells bugs apart by exception type, file and line, so every cause gets an exception type of its
own; otherwise all would look like one bug, and shrinking would slip from one to another.
"""

from __future__ import annotations

import copy
import math
import time
import warnings
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import (
    Flaky,
    HypothesisException,
    HypothesisWarning,
    Unsatisfiable,
    UnsatisfiedAssumption,
)

from abidance.checks.evidence.sequence_calls import is_judgeable
from abidance.checks.evidence.unmet_preconditions import unmet
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError, PlanTooLargeError
from abidance.generate.constants import without_constants_of_modules
from abidance.plan.observation import WorkerEnding
from abidance.run.execution.subsequences import without
from abidance.run.inputs.database import database
from abidance.run.search.asked_edges import at_edges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hypothesis import strategies as st

    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.expectation import Expectation
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.errors import AbidanceError
    from abidance.core.gaps import Gap, Tested
    from abidance.run.execution.context import Context
    from abidance.run.execution.runner import Runner
    from abidance.run.search.promise_coverage import PromiseCoverage, Reaches

    EdgeCase = tuple[Case, CaseResult]
    """A case with a number at the edge of what was told when it was run first, and what came of it."""

FIRST = 100
"""So many cases are always Hypothesis's: as many as it makes by default."""
WAITS = 8
"""So many cases that time out are tried to make that of one cause smaller: others are looked for with those left."""
LEFT_OUT = 3
"""So many calls of a sequence that show what is known are left out, to see what the others do."""

Cause = tuple[str, str]
"""What tells one bug from another: a code, and a place in the library or the contract."""


class CauseSignal(Exception):  # noqa: N818 - a signal to Hypothesis, not an error
    """Base of the exception types that stand for one cause each."""


NOT_READY = 4
"""A search ends when so many times as many calls could not be made, for want of a handle, as could and a hundred more.

Hypothesis goes on until a hundred times as many could not: where few handles of a kind can be made, it looks for others
of them for a minute, and finds none.
"""


class SearchOverError(BaseException):
    """Nothing more is tried: the run's time is up, or hardly a call can be made. Hypothesis lets it through."""


@dataclass(slots=True)
class Bug:
    """The smallest case known for one cause."""

    case: Case
    expectation: Expectation
    diagnostic: Diagnostic
    found_after: int


class TriedCase(NamedTuple):
    """A case that was run and judged already: it passed, or it was `not_ready`."""

    case: Case
    not_ready: bool

    def is_same(self, case: Case) -> bool:
        """Tell whether this is the same case: `-0.0` is equal to `0.0`, and is another number."""
        return self.case == case and repr(self.case) == repr(case)


@dataclass(slots=True)
class Search:
    """One search. `valid` counts the cases that really ran and were judged.

    Cases that are not `lawful` are not run. `unjudged` are the expressions that had no value on some case, each with
    the smallest such case.
    """

    runner: Runner
    expectation: Expectation
    progress: Callable[[int], None]
    reach: PromiseCoverage | Reaches | None = None
    lawful: Callable[[Case], bool] = lambda _: True
    bugs: dict[Cause, Bug] = field(default_factory=dict)
    valid: int = 0
    not_ready: int = 0
    unmet: int = 0
    """How many of those that were not ready were not made for what the library told before them."""
    deaths: int = 0
    """How many cases ended the worker."""
    last_not_ready: CaseResult | None = None
    unjudged: dict[Cause, tuple[Case, AbidanceError]] = field(default_factory=dict)
    excepted: Callable[[Diagnostic], bool] = lambda _: False
    """Whether the contract makes an exception of a finding: what is suppressed explains no other."""
    judgeable: Callable[[CaseResult], bool] = is_judgeable
    """Whether a case that ran has anything to judge."""
    every: bool = False
    """Whether all causes that a case shows are kept as bugs, and not only the one that it is said to fail for."""
    past: frozenset[Cause] = frozenset()
    """Causes that fail no case any more: what lies behind them is looked for."""
    until: float = math.inf
    """When, on the monotonic clock, nothing new is tried any more."""
    returned: int = 0
    """How many cases came back, in all."""
    ended: int = 0
    """How many cases, since the search goes on past something, ended the process for a cause of `past`."""
    late: bool = False
    tried: deque[TriedCase] = field(default_factory=deque)
    """What a search that was given up has had before, in its order: as far as it comes again, it is not run again."""
    _types: dict[Cause, type[CauseSignal]] = field(default_factory=dict)
    _known: dict[str, Cause] = field(default_factory=dict)
    _waits: Counter[Cause] = field(default_factory=Counter)
    """How many cases timed out while that of a cause was made smaller."""

    @property
    def unready(self) -> int:
        """Return how many cases were not made for want of a handle, or of what its calls lead to."""
        return self.not_ready - self.unmet

    def __call__(self, case: Case) -> None:
        """Run one case; raise when it fails."""
        if self.tried and self.tried[0].is_same(case):
            if self.tried.popleft().not_ready:
                raise UnsatisfiedAssumption
            return
        self.late = self.late or time.monotonic() > self.until
        if self.runner.exhausted or self.late:
            # The budget is used up: what is known to fail still fails, nothing new is tried.
            known = self._known.get(repr(case))
            if known is not None:
                raise self._types[known]
            return
        self.take(case, lambda: self._ran(case))

    def take(self, case: Case, run: Callable[[], tuple[CaseResult, Iterable[EdgeCase]]]) -> None:
        """Judge a case by what `run` returns or raises; raise when it fails, or when it does at an edge."""
        failing = case
        try:
            trial, at_edges = run()
            failing = trial.encoded.case or case
            before = self.not_ready, self.unmet, self.valid
            try:
                found = self._judged(trial)
            except UnsatisfiedAssumption:
                failing, found = self._made_ready(case, at_edges)
                if not found and self.valid == before[2]:
                    raise
                if not found:
                    self.not_ready, self.unmet, _ = before
                    return
            if not found and self.past and case.steps:
                failing, found = self._behind(case, trial)
            if not found:
                failing, found = self._failing(at_edges) or (failing, [])
        except (EvaluationError, CaseError) as error:
            if isinstance(error, PlanTooLargeError) and case.steps:
                return
            cause = (error.diagnostics[0].code.id, str(error.diagnostics[0].span))
            if cause in self.past:
                return
            self.unjudged[cause] = (case, error)
        else:
            if not found:
                return
            cause = found[0].cause
            for diagnostic in found if self.every else found[:1]:
                self._keep(failing, diagnostic)
        self._known[repr(case)] = cause
        raise self._types.setdefault(cause, type("_".join(cause), (CauseSignal,), {}))

    def _keep(self, case: Case, diagnostic: Diagnostic) -> None:
        cause = diagnostic.cause
        first = self.bugs.get(cause)
        found_after = first.found_after if first else self.valid
        self.bugs[cause] = Bug(case, self.expectation, diagnostic, found_after)

    def _behind(self, case: Case, trial: CaseResult) -> tuple[Case, list[Diagnostic]]:
        """Return what is new in a sequence when the calls that show what is known are left out, and that sequence."""
        for _ in range(LEFT_OUT):
            step = self.runner.judge.showing(trial, self.past)
            shorter = None if step is None else without(case, (step,))
            if shorter is None or not self.lawful(shorter):
                break
            case, trial = shorter, self.runner.run(shorter, self.expectation)
            found = self._new(trial)
            if found:
                return case, found
        return case, []

    def at_edges(self, case: Case, trial: CaseResult) -> Iterator[EdgeCase]:
        """Run a case that was run with a number at the edge of what was told, for each edge."""
        for edge in at_edges(case, trial):
            if self.runner.exhausted or not self.lawful(edge):
                continue
            with suppress(EvaluationError, CaseError):
                yield edge, self.runner.run(edge, self.expectation)

    def _failing(self, edges: Iterable[EdgeCase]) -> tuple[Case, list[Diagnostic]] | None:
        """Return the first case that fails at an edge, and what is wrong with it."""
        for case, trial in edges:
            found = self._new(trial)
            if found:
                return case, found
        return None

    def _made_ready(self, case: Case, edges: Iterable[EdgeCase]) -> tuple[Case, list[Diagnostic]]:
        """Judge in place of a case that was not made what it is at the edges of what was told: one counts as valid.

        Where a precondition asks the library, `size == 8 * channels(file)`, hardly any other is ever made.
        """
        counted = False
        for edge, trial in edges:
            found = self._new(trial)
            if found:
                return edge, found
            if not counted and trial.death is None and self.judgeable(trial):
                counted = True
                self._count(trial, found=False)
        return case, []

    def _new(self, trial: CaseResult) -> list[Diagnostic]:
        """Return the findings about a trial that nothing explains, but for those of `past`."""
        if not _worth(trial):
            return []
        apart = self.runner.judge.apart(trial, self.excepted, self.past)
        return [each for each in apart if each.cause not in self.past]

    def _ran(self, case: Case) -> tuple[CaseResult, Iterator[EdgeCase]]:
        if not self.lawful(case):
            raise UnsatisfiedAssumption
        trial = self.runner.run(case, self.expectation)
        return trial, self.at_edges(case, trial)

    @property
    def failing(self) -> frozenset[str]:
        """Return the functions that are known to fail in a way that may hide what others do."""
        stands_alone = self.runner.judge.by_itself
        known = (bug.diagnostic for cause, bug in self.bugs.items() if cause in self.past)
        return frozenset(each.subject for each in known if each.subject and each.code.id not in stands_alone)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Return the promises that none of the cases put to the test."""
        return self.reach.gaps if self.reach is not None else ()

    @property
    def tested(self) -> frozenset[Tested]:
        """Return the promises that some case put to the test."""
        return self.reach.tested if self.reach is not None else frozenset()

    def failed(self, case: Case) -> bool:
        """Tell whether a case that was run did not pass."""
        return repr(case) in self._known

    def copy(self) -> Search:
        """Return a search that goes on from what this one has seen, and leaves this one as it is."""
        return replace(
            self,
            bugs={**self.bugs},
            unjudged={**self.unjudged},
            reach=copy.copy(self.reach),
            _types={**self._types},
            _known={**self._known},
        )

    def go_on_from(self, before: Search, tried: Iterable[TriedCase]) -> None:
        """Take over what a copy of this search has seen of `tried`, before it was given up."""
        self.tried = deque(tried)
        self.valid, self.not_ready, self.unmet = before.valid, before.not_ready, before.unmet
        self.deaths, self.returned, self.ended = before.deaths, before.returned, before.ended
        self.last_not_ready, self.reach = before.last_not_ready, before.reach

    def fails(self, case: Case, cause: Cause) -> bool:
        """Run one case on the side and tell whether it fails for this cause, as far as that can be afforded."""
        if self.runner.exhausted or self._waits[cause] >= WAITS or not self.lawful(case):
            return False
        trial = self.runner.run(case, self.expectation)
        self._waits[cause] += trial.death is not None and trial.death.ending is WorkerEnding.TIMEOUT
        if not _worth(trial):
            return False
        with suppress(EvaluationError, CaseError):
            found = self.runner.judge.apart(trial, self.excepted, self.past - {cause})
            return any(each.cause == cause for each in found)
        return False

    def _judged(self, trial: CaseResult) -> list[Diagnostic]:
        found = self._new(trial)
        self.deaths += trial.death is not None
        if not (found or trial.death or self.judgeable(trial)):
            self.not_ready += 1
            kept_by = unmet(trial)
            self.unmet += kept_by is not None
            if kept_by is not None or not self.unmet:
                self.last_not_ready = trial
            raise UnsatisfiedAssumption
        self._count(trial, found=bool(found))
        return found

    def _count(self, trial: CaseResult, *, found: bool) -> None:
        """Take note of a case that was judged."""
        if self.reach is not None:
            self.reach.note(trial)
        self.valid += 1
        died = trial.death is not None
        self.returned += not died
        self.ended += died and not found
        self.progress(self.valid)


def _worth(trial: CaseResult) -> bool:
    """Tell whether the checks may find something.

    Two libraries differ as well in whether a handle comes into being, and in what they tell of it before a call.
    """
    if trial.death is not None or is_judgeable(trial):
        return True
    return trial.other is not None and (trial.is_sequence or bool(trial.encoded.asked_first))


def look_for(
    context: Context,
    strategy: st.SearchStrategy[Case],
    body: Callable[[Case], None],
    max_examples: int | None,
    *,
    part: str = "",
    remembered: hypothesis.database.ExampleDatabase | None = None,
    shrink: bool = True,
    number: int = 0,
) -> None:
    """Search as the settings of an item's run say; that no valid case could be generated is for others to tell.

    `part` tells several searches of one item apart, and `number` those that try other cases. `remembered` takes the
    place of the item's database.
    """
    seed, deadline = context.settings.seed, context.settings.deadline
    looked = body if isinstance(body, Search) else None
    # What was tried before, at the edges, says little of what is generated.
    valid, unready = (looked.valid, looked.unready) if looked is not None else (0, 0)

    def in_time(case: Case) -> None:
        if deadline is not None and deadline.passed:
            raise SearchOverError
        if looked is not None and looked.unready - unready > NOT_READY * (looked.valid - valid + FIRST):
            raise SearchOverError
        body(case)

    with suppress(Unsatisfiable, SearchOverError):
        search(
            strategy,
            in_time,
            key=f"{context.key}{part}{f'::past {number}' if number else ''}",
            max_examples=max_examples,
            seed=None if seed is None else seed + number,
            database=database(context.settings) if remembered is None else remembered,
            shrink=shrink,
        )


def search(
    strategy: st.SearchStrategy[Case],
    body: Callable[[Case], None],
    *,
    key: str,
    max_examples: int | None,
    seed: int | None,
    database: hypothesis.database.ExampleDatabase | None,
    shrink: bool = True,
) -> None:
    """Search with Hypothesis's current profile; `body`, such as a Search, keeps what it finds.

    Without `shrink`, failing cases are left as they were found. `key` names the item in the `database`, so that a
    failing case is tried first next time.
    Raises Unsatisfiable when no valid case could be generated.
    """
    profile = settings.default
    assert profile is not None

    def property_holds(case: Case) -> None:
        body(case)

    test = given(strategy)(property_holds)
    # Hypothesis keys its database by the test's source, which all our items share; its own pytest plugin
    # adds the node id through this attribute for the same reason.
    inner = test.hypothesis.inner_test  # type: ignore[attr-defined]
    inner._hypothesis_internal_add_digest = key.encode()  # noqa: SLF001
    options: dict[str, object] = {
        "database": database,
        "deadline": None,
        "suppress_health_check": list(HealthCheck),
        "print_blob": False,
        "report_multiple_bugs": True,
        "phases": [
            phase
            for phase in profile.phases
            if phase is not Phase.explain and (shrink or phase is not Phase.shrink)
        ],
    }
    if max_examples is not None:
        options["max_examples"] = max_examples
    if seed is not None:
        test = hypothesis.seed(seed)(test)  # before the settings, for it takes the database away
    test = settings(profile, **options)(test)  # type: ignore[arg-type]
    silent = hypothesis.reporting.with_reporter(_silent)
    with silent, without_constants_of_modules(), warnings.catch_warnings():
        # The text of a failing case, which it complains of when it is long, is never shown.
        warnings.filterwarnings("ignore", "Generating overly large repr", HypothesisWarning)
        _run(test)


def _run(test: Callable[[], None]) -> None:
    try:
        test()
    except CauseSignal:
        pass
    except Unsatisfiable:
        raise
    except Flaky:
        # A memory error may not happen twice; what was seen is kept, and repeated by the caller.
        pass
    except BaseExceptionGroup as group:
        _, rest = group.split((CauseSignal, HypothesisException))
        if rest is not None:
            raise rest.exceptions[0] from None


def _silent(text: object) -> None:
    """Swallow what Hypothesis would print: findings are reported once, by the reporters."""
