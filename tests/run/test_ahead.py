"""Searching one case ahead finds what searching one case after the other finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, count, repeat
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.errors import UnsatisfiedAssumption

from abidance.boundary.model.values import Case
from abidance.checks.evidence.expectation import NOTHING, Expectation
from abidance.core.catalogue import BAD_CONFIGURATION as A_CODE
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CaseError
from abidance.run.inputs.settings import Settings
from abidance.run.search.pipeline import FIRST, GivenUpError, NothingRemembered, PipelinedSearch, searched
from abidance.run.search.search import CauseSignal, Search, TriedCase, search

pytestmark = pytest.mark.unit


@dataclass
class Told:
    """As much of a trial as a search looks at."""

    case: Case
    answered: bool
    death: None = None
    is_sequence: bool = False
    other: None = None
    run: None = None
    encoded: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            case=None,
            steps=(),
            plan=SimpleNamespace(subject=0),
            skipped={0},
            calls=(SimpleNamespace(preconditions=()),),
        )
    )
    expectation: Expectation = NOTHING

    @property
    def n(self):
        return self.case.arguments["n"]


@dataclass
class Library:
    """Stands in for a runner, and insists that one turn ends before the next begins."""

    fails: callable = lambda _: False
    answers: callable = lambda _: True
    exhausted: str = ""
    ran: list = field(default_factory=list)
    judged: list = field(default_factory=list)
    busy: bool = False

    def turn(self, case, _expectation):
        return Turn(self, case)

    def run(self, case, expectation):
        turn = self.turn(case, expectation)
        turn.begin()
        return turn.end()

    @property
    def judge(self):
        return self

    def apart(self, trial, _excepted, _known):
        self.judged.append(trial.n)
        broken = self.fails(trial.n)
        if isinstance(broken, Exception):
            raise broken
        return [Diagnostic(A_CODE, "broken", place="here")] if broken else []


@dataclass
class Turn:
    library: Library
    case: Case

    def begin(self):
        assert not self.library.busy
        self.library.busy = True
        self.library.ran.append(self.case.arguments["n"])

    def end(self):
        assert self.library.busy
        self.library.busy = False
        return Told(self.case, self.library.answers(self.case.arguments["n"]))


def searching(library):
    return Search(library, None, lambda _: None)


NUMBERS = st.integers(0, 10_000).map(lambda n: Case("f", {"n": n}))


def looked_for(body, database=None):
    search(NUMBERS, body, key="f", max_examples=60, seed=7, database=database)


def test_the_cases_are_the_same_and_all_are_judged():
    one, ahead = Library(), Library()
    looked_for(searching(one))

    body = searching(ahead)
    turns = PipelinedSearch(body)
    looked_for(turns.must_pass)
    turns.must_have_passed()

    assert ahead.ran == one.ran == ahead.judged
    assert body.valid == len(one.ran) == 60


def test_a_case_runs_while_the_one_before_it_is_judged():
    library = Library(fails=lambda _: None if library.busy else pytest.fail("nothing ran meanwhile"))
    turns = PipelinedSearch(searching(library))

    for n in range(3):
        turns(Case("f", {"n": n}))

    assert library.judged == [0, 1]


def test_a_case_that_fails_is_not_taken_for_the_next_one():
    body = searching(Library(fails=lambda n: n == 1))
    turns = PipelinedSearch(body)
    turns(Case("f", {"n": 1}))
    with pytest.raises(CauseSignal):
        turns(Case("f", {"n": 2}))
    turns.finish()

    (bug,) = body.bugs.values()
    assert bug.case.arguments == {"n": 1}
    assert body.valid == 2


def test_the_last_case_may_be_the_one_that_fails():
    library = Library(fails=lambda n: n == library.ran[59] if len(library.ran) == 60 else False)
    turns = PipelinedSearch(searching(library))
    looked_for(turns.must_pass)

    with pytest.raises(GivenUpError):
        turns.must_have_passed()


@pytest.mark.parametrize(
    "library",
    [
        Library(fails=lambda n: n > 5000),
        Library(answers=lambda n: n < 5000),
        Library(fails=lambda n: n > 5000 and CaseError(Diagnostic(A_CODE, "no value"))),
    ],
    ids=["fails", "is never ready", "has no value"],
)
def test_hypothesis_lets_go_of_a_search_in_which_a_case_does_not_pass(library):
    before = searching(library)
    body = before.copy()

    with pytest.raises(GivenUpError):
        looked_for(PipelinedSearch(body).must_pass)

    assert len(library.ran) < 60
    assert body.bugs or body.not_ready or body.unjudged
    assert (before.valid, before.bugs, before.not_ready, before.unjudged) == (0, {}, 0, {})


def test_what_is_made_up_while_nobody_has_patience_is_not_run():
    library = Library(exhausted="enough")
    turns = PipelinedSearch(searching(library))
    turns(Case("f", {"n": 1}))
    turns.finish()

    assert library.ran == []


def test_a_call_that_was_not_ready_does_not_count():
    body = searching(Library(answers=lambda n: n != 1))
    turns = PipelinedSearch(body)
    turns(Case("f", {"n": 1}))
    with pytest.raises(UnsatisfiedAssumption):
        turns(Case("f", {"n": 2}))
    turns.finish()

    assert (body.valid, body.not_ready) == (1, 1)


def test_what_is_remembered_is_left_to_a_search_that_can_forget_it():
    database = InMemoryExampleDatabase()
    looked_for(searching(Library(fails=lambda n: n > 5000)), database)
    kept = {key: set(values) for key, values in database.data.items()}
    assert any(kept.values())

    library = Library()
    with pytest.raises(GivenUpError):
        looked_for(PipelinedSearch(searching(library)).must_pass, NothingRemembered(database))

    assert library.ran == []
    assert {key: set(values) for key, values in database.data.items()} == kept


def test_nothing_is_remembered_of_a_search_that_was_given_up():
    database = InMemoryExampleDatabase()
    with pytest.raises(GivenUpError):
        looked_for(
            PipelinedSearch(searching(Library(fails=lambda n: n > 10))).must_pass, NothingRemembered(database)
        )

    assert not any(database.data.values())


def more_than(library, numbers, asked, choices=NUMBERS):
    """Return the search of a function whose further cases have these numbers, None for what is no valid call."""
    context = SimpleNamespace(settings=Settings(None, seed=3, remembers=False), key="f")
    further = (None if n is None else Case("f", {"n": n}) for n in numbers)
    body, _, _ = searched(
        context,
        searching(library),
        lambda _: choices,
        asked,
        further=lambda _: further,
        settle=lambda *_: None,
    )
    return body


def test_what_is_asked_for_beyond_the_first_hundred_is_further_cases_each_once():
    library = Library()
    body = more_than(library, chain.from_iterable((n, n, None) for n in count(20_000)), 250)

    assert library.ran[FIRST:] == [*range(20_000, 20_150)]
    assert all(n <= 10_000 for n in library.ran[:FIRST])
    assert body.valid == 250


def test_no_further_case_is_made_where_hypothesis_has_made_all_there_are_or_is_asked_for_few():
    few = st.integers(0, 9).map(lambda n: Case("f", {"n": n}))
    for choices, asked, ran in ((few, 1000, 10), (NUMBERS, 60, 60)):
        library = Library()
        assert more_than(library, count(20_000), asked, choices).valid == ran
        assert max(library.ran) <= 10_000


def test_further_cases_end_where_all_that_there_are_have_been_tried():
    assert more_than(Library(), repeat(20_000), 1000).valid == FIRST + 1


def test_a_further_case_that_fails_is_a_bug_whatever_hypothesis_finds_then():
    body = more_than(Library(fails=lambda n: n == 20_007), count(20_000), FIRST + 8)

    (bug,) = body.bugs.values()
    assert bug.case.arguments == {"n": 20_007}
    assert bug.found_after == FIRST + 8


class Interruptible(Library):
    """The same, of which a turn may be left alone when the search is given up."""

    def run(self, case, expectation):
        self.busy = False
        return super().run(case, expectation)


def test_what_passed_before_a_search_is_given_up_is_not_run_again():
    looked_for(searching(all_of_them := Library()))
    failing = all_of_them.ran[30]
    context = SimpleNamespace(settings=Settings(None, seed=7, remembers=False), key="f")
    library, alone = (Interruptible(fails=lambda n: n == failing) for _ in range(2))
    looked_for(one := searching(alone))

    body, _, _ = searched(
        context, searching(library), lambda _: NUMBERS, 60, shrink=False, settle=lambda *_: None
    )

    assert alone.ran[:31] == all_of_them.ran[:31]
    assert library.ran[:33] == [*all_of_them.ran[:32], failing]  # and one was running meanwhile
    assert [bug.found_after for search in (one, body) for bug in search.bugs.values()] == [31, 31]


def test_a_number_of_another_sign_is_another_case():
    tried = TriedCase(Case("f", {"x": 0.0}), not_ready=False)
    assert tried.is_same(Case("f", {"x": 0.0}))
    assert not tried.is_same(Case("f", {"x": -0.0}))
