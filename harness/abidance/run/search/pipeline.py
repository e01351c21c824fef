"""One case ahead: while one runs in the worker, the next is generated, and the one before is judged.

Hypothesis wants to know at once whether a case passed. Each is said to have passed, as nearly all do. When
one did not, the search is given up and made again with the same seed, one case after the other. What has passed by
then is not run again.
"""

from __future__ import annotations

import copy
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from hypothesis import settings
from hypothesis.database import ExampleDatabase
from hypothesis.errors import UnsatisfiedAssumption

from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError
from abidance.generate.scope import FilterLog
from abidance.run.inputs.database import database
from abidance.run.search.known_causes import go_on
from abidance.run.search.search import FIRST, CauseSignal, TriedCase, look_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hypothesis import strategies as st

    from abidance.boundary.model.values import Case
    from abidance.core.events import Beyond
    from abidance.run.execution.context import Context
    from abidance.run.execution.pending import Turn
    from abidance.run.search.search import Bug, Cause, Search

NOT_PASSED = (CauseSignal, UnsatisfiedAssumption)
NOT_MADE = 0.125
"""So many sequences, of those that were made, may be left out for want of a handle: others are as good."""
REMEMBERED = 1000
"""So many cases are not run again where a search is made again."""
MISSES = 200
"""So many choices in a row that make no valid call, or one that was made before, end a search."""


def searched(
    context: Context,
    body: Search,
    made_up: Callable[[FilterLog], st.SearchStrategy[Case]],
    max_examples: int | None,
    *,
    shrink: bool = True,
    further: Callable[[FilterLog], Iterator[Case | None]] | None = None,
    settle: Callable[[Search, Cause, Bug | None], None],
) -> tuple[Search, FilterLog, Beyond | None]:
    """Go on with a search by what Hypothesis generates, past whatever it finds; return all that was found, and how.

    That is the search, what could not be generated, and how far it went past its findings. Where no valid case can be
    generated, the log says why. `further` yields cases without end: what is asked for beyond the first hundred is taken
    from it as long as all pass, since Hypothesis takes as long to make a case up as all else does. `settle` shrinks the
    case of a bug of the search; it is given the bug as it was met while running ahead, if it was.
    """
    met: dict[Cause, Bug] = {}
    if not (body.bugs or body.not_ready or body.unjudged):
        # What passed so far will pass, as a rule; and where it does not, what was done for nothing is little.
        passing, log = body.copy(), FilterLog()
        ahead = PipelinedSearch(passing, 0 if shrink else NOT_MADE)
        remembered = database(context.settings)
        unknown = NothingRemembered(remembered) if remembered is not None else None
        try:
            asked = settings().max_examples if max_examples is None else max_examples
            first = asked if further is None else min(asked, FIRST)
            look_for(context, made_up(log), ahead.must_pass, first, remembered=unknown, shrink=shrink)
            ahead.must_have_passed()
            if further is not None and asked > first and passing.valid - body.valid >= first:
                _go_further(context, ahead, further(log), asked - first)
                ahead.must_have_passed()
        except GivenUpError:
            met = passing.bugs
            body.bugs.update(met)
            body.go_on_from(ahead.before, ahead.tried)
        else:
            return passing, log, go_on(passing, _never)
    log = FilterLog()

    def once_more(number: int) -> None:
        look_for(context, made_up(log), body, max_examples, shrink=shrink, number=number)

    once_more(0)
    body.tried.clear()
    return body, log, go_on(body, once_more, lambda cause: settle(body, cause, met.get(cause)))


def _go_further(context: Context, ahead: PipelinedSearch, cases: Iterator[Case | None], wanted: int) -> None:
    """Have so many cases pass, each another one; fewer where those that there are have all been tried."""
    deadline, met, missed = context.settings.deadline, set[str](), 0
    for case in cases:
        if len(met) >= wanted or missed >= MISSES or (deadline is not None and deadline.passed):
            return
        key = "" if case is None else repr(case.arguments)
        if case is None or key in met:
            missed += 1
            continue
        missed = 0
        met.add(key)
        ahead.must_pass(case)


class GivenUpError(BaseException):
    """Not every case passed, or would. Hypothesis lets it through: it is no Exception."""


class NothingRemembered(ExampleDatabase):
    """A database that must have nothing for the search that is made with it, and keeps nothing."""

    def __init__(self, remembered: ExampleDatabase) -> None:
        super().__init__()
        self._remembered = remembered

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Return nothing; raise GivenUpError when a case is remembered, which may well fail again."""
        for _ in self._remembered.fetch(key):
            raise GivenUpError
        return ()

    def save(self, key: bytes, value: bytes) -> None:
        """Keep nothing: what the search is given up at is not the case that fails."""

    def delete(self, key: bytes, value: bytes) -> None:
        """Forget nothing."""


class PipelinedSearch:
    """A search's cases, each judged when the next is given: it raises what the search raises of the one before."""

    def __init__(self, search: Search, left_out: float = 0) -> None:
        """Begin; `left_out` is how many cases need not be made, as a share of those that are."""
        self.search = search
        self._left_out = left_out
        self._not_made = 0
        self._running: tuple[Case, Turn] | None = None
        self._broken: Exception | None = None
        """What went wrong in the search itself, which Hypothesis would take for a case that fails."""
        self.tried: list[TriedCase] = []
        """The first of the cases that passed, or were not ready."""
        self.before = copy.copy(search)
        """The search as it was when the last of them had been judged."""

    def __call__(self, case: Case) -> None:
        """Have one case run, and judge the one before; raise when that one fails."""
        runner = self.search.runner
        turn = None
        if not runner.exhausted:
            with suppress(EvaluationError, CaseError):  # the search tells, when it is given the case
                turn = runner.turn(case, self.search.expectation)
        if turn is None:
            try:
                self.finish()
            finally:
                self._judge(case, partial(self.search, case))
            return
        judge_the_one_before = self._ended()
        turn.begin()
        self._running = (case, turn)
        judge_the_one_before()

    def must_pass(self, case: Case) -> None:
        """Do the same; raise GivenUpError when the one before does not pass."""
        try:
            self._pass(partial(self, case))
        except Exception as error:
            self._broken = error
            raise

    def must_have_passed(self) -> None:
        """Judge the last case; raise GivenUpError when it does not pass."""
        if self._broken is not None:
            raise self._broken
        self._pass(self.finish)

    def _pass(self, judged: Callable[[], None]) -> None:
        try:
            judged()
        except CauseSignal:
            raise GivenUpError from None
        except UnsatisfiedAssumption:
            self._not_made += 1
            if self._not_made > self._left_out * self.search.valid:
                raise GivenUpError from None

    def finish(self) -> None:
        """Judge the last case; raise when it fails."""
        self._ended()()

    def _ended(self) -> Callable[[], None]:
        """Wait for the case that runs, if one does, and return what judges it."""
        if self._running is None:
            return _nothing
        (case, turn), self._running = self._running, None
        try:
            trial = turn.end()
        except (EvaluationError, CaseError) as error:
            return partial(self._judge, case, partial(self.search.take, case, partial(_raise, error)))
        edges = [*self.search.at_edges(case, trial)]  # before the worker has another one
        return partial(self._judge, case, partial(self.search.take, case, lambda: (trial, edges)))

    def _judge(self, case: Case, judged: Callable[[], None]) -> None:
        """Judge a case, and note it unless it fails."""
        try:
            judged()
        except UnsatisfiedAssumption:
            self._note(case, not_ready=True)
            raise
        self._note(case, not_ready=False)

    def _note(self, case: Case, *, not_ready: bool) -> None:
        if len(self.tried) < REMEMBERED:
            self.tried.append(TriedCase(case, not_ready))
            self.before = copy.copy(self.search)


def _never(number: int) -> None:
    """Search no further: there was no finding to go past."""


def _nothing() -> None:
    """Judge nothing: the first case has none before it."""


def _raise(error: Exception) -> NoReturn:
    raise error
