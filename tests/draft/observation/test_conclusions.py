"""How what was seen stands beside what names suggest, in a draft."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from abidance.core.span import Span
from abidance.draft.model import Certainty, HandleDraft, PlaceDraft, Rank, gap, guessed, sure
from abidance.draft.observation.conclusions import (
    handle_seen,
    take_in,
    taken_in,
    with_answers,
    with_hint,
    with_lifetime,
)
from abidance.draft.observation.expressions import candidates, constant
from abidance.draft.observation.facts import (
    CallbackFacts,
    FunctionObservation,
    MemoryFacts,
    ResultFacts,
)
from abidance.draft.observation.observing import LibraryObservation
from abidance.plan.access_trace import AccessTrace, BlockTrace, DecoyCalls, Pointed, Whose, read_trace

pytestmark = pytest.mark.unit
SEEN = guessed("length", "n", Rank.OBSERVED, "read up to `n` bytes and no further in 72 calls")


def place(*guesses):
    return PlaceDraft("a", "const char *a", guesses)


def test_what_agrees_is_evidence_for_the_same_guess():
    (guess,) = taken_in(place(guessed("length", "n", Rank.NAME, "the size after it")), [SEEN]).guesses
    assert guess.evidence.text == f"the size after it; {SEEN.evidence.text}"
    assert guess.value == "n"


def test_calls_win_over_names_and_say_so():
    (guess,) = taken_in(place(guessed("length", "m", Rank.NAME, "the size after it")), [SEEN]).guesses
    assert (guess.value, guess.evidence.rank) == ("n", Rank.OBSERVED)
    assert guess.evidence.text.endswith("not `m`, as the size after it suggests")


def test_documentation_wins_over_calls_and_the_calls_are_told():
    (guess,) = taken_in(place(sure("length", "m", Rank.COMMENT, "the comment says so")), [SEEN]).guesses
    assert guess.value == "m"
    assert "but when called: read up to `n` bytes" in guess.evidence.text


def test_a_gap_is_filled():
    (guess,) = taken_in(place(gap("length", None, "how much `a` points to")), [SEEN]).guesses
    assert (guess.certainty, guess.value) == (Certainty.GUESSED, "n")


def test_another_kind_of_place_takes_its_clauses_along():
    string = place(guessed("in", "string", Rank.NAME, "a lone `const char *`"))
    seen = [guessed("in", "bytes", Rank.OBSERVED, "only read"), SEEN]
    assert [(g.clause, g.value) for g in taken_in(string, seen).guesses] == [("in", "bytes"), ("length", "n")]


def library(**freed_by):
    facts = {
        name: FunctionObservation(name, 9, result=ResultFacts(new=3, freed_by=by, frees=3))
        for name, by in freed_by.items()
    }
    return LibraryObservation(facts, {}, ())


def handle(destroy):
    span = Span(Path("t.h"), 1, 1, 1, 2)
    return HandleDraft(
        "t",
        span,
        (sure("create", "t_new", Rank.TYPE, ""), guessed("destroy", destroy, Rank.NAME, "its name")),
    )


def test_what_frees_all_ends_a_handle():
    guess = handle_seen(handle("t_clear"), library(t_new=("t_free",))).get("destroy")
    assert (guess.value, guess.evidence.rank) == ("t_free", Rank.OBSERVED)


def test_a_destroyer_that_frees_all_stays():
    guess = handle_seen(handle("t_free"), library(t_new=("t_end", "t_free"))).get("destroy")
    assert guess.value == "t_free"
    assert "its name; it freed all that was made" in guess.evidence.text


def test_a_handle_of_which_nothing_was_freed_stays():
    assert handle_seen(handle("t_free"), library(t_new=())) == handle("t_free")


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("n", {"n": 5, "m": 3}, 5),
        ("2 * n + 1", {"n": 5, "m": 3}, 11),
        ("(n + 7) // 8", {"n": 9, "m": 3}, 2),
        ("n * m", {"n": 5, "m": 3}, 15),
        ("n", {"n": -1, "m": 3}, 0),
    ],
)
def test_a_candidate_comes_to_what_it_says(text, values, result):
    found = next(each for each in candidates(("n", "m")) if each.text == text)
    assert found.value(values) == result
    assert constant(16).value(values) == 16


def test_a_trace_survives_being_numbers():
    numbers = (1, 1, 1, *(2, 3, 4, 0, 7, 2**64 - 3, 9, 1, 0), *(5, 2, 1, 2, 3, 4, 5, 6), *(0x1000, 4, 2, 8))
    assert read_trace(numbers) == AccessTrace(
        {2: BlockTrace(3, 4, 0, 7, -3, 9, written_first=True, cut=False)},
        (DecoyCalls(5, 2, (1, 2, 3, 4, 5, 6)),),
        (Pointed(0x1000, Whose.BLOCK, 2, 8),),
    )


@pytest.mark.parametrize(
    "numbers", [(), (1, 0), (1, 0, 0), (0, 0, 1, 2, 3, 4), (0, 0, 0, 1), (0, 0, 1, 0, 99, 0, 0)]
)
def test_numbers_that_are_no_trace_are_refused(numbers):
    with pytest.raises(ValueError):
        read_trace(numbers)


def test_numbers_that_came_back_are_told_beside_a_status():
    known = place(guessed("status", {"ok": (0,)}, Rank.NAME, "`-5` and `0` in the header"))
    (guess,) = with_answers(known, {0: 148, -5: 203}).guesses
    assert guess.evidence.text.endswith("; -5 203 times, 0 148 times when called")


def test_a_result_that_is_no_bool_after_all_is_not_called_one():
    assert (
        with_answers(place(guessed("one_of", (0, 1), Rank.NAME, "`is_` in its name")), {0: 3, 2: 5}).guesses
        == ()
    )
    sure_one = place(sure("bool", True, Rank.TYPE, "its type"))
    assert with_answers(sure_one, {2: 5}) == sure_one


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        (MemoryFacts("a", 9, 0, frees=9), "each of 9 calls freed it"),
        (MemoryFacts("a", 54, 0), "none of 54 calls followed it"),
        (MemoryFacts("a", 30, 30, strayed="read as far as byte 20"), "calls have read as far as byte 20"),
    ],
)
def test_what_calls_did_not_answer_they_may_still_help_with(facts, hint):
    (guess,) = with_hint(place(gap("in", None, "how much `a` points to")), facts).guesses
    assert guess.evidence.text == f"how much `a` points to; {hint}"
    assert guess.certainty is Certainty.GAP


def test_a_few_calls_that_followed_nothing_say_nothing():
    known = place(gap("in", None, "how much `a` points to"))
    assert with_hint(known, MemoryFacts("a", 3, 0)) == known


def test_who_frees_a_handle_is_not_said_of_a_result():
    seen = FunctionObservation("t_new", 9, result=ResultFacts(null=2, new=7, freed_by=("t_free",), frees=3))
    places = {"returns": PlaceDraft("returns", "t *", (guessed("handle", "t", Rank.TYPE, "its type"),))}
    take_in(seen, SimpleNamespace(memories=(), returns="", returns_string=False), places, [])
    assert [each.clause for each in places["returns"].guesses] == ["handle", "nullable"]
    places = {"returns": PlaceDraft("returns", "void *")}
    take_in(seen, SimpleNamespace(memories=(), returns="", returns_string=False), places, [])
    assert [each.clause for each in places["returns"].guesses] == ["nullable", "owner", "free"]


def test_one_more_than_names_say_is_a_question_and_no_claim():
    more = guessed("length", "n + 1", Rank.OBSERVED, "read up to `n + 1` bytes in 72 calls")
    (guess,) = taken_in(place(guessed("length", "n", Rank.NAME, "the size after it")), [more]).guesses
    assert (guess.certainty, guess.value) == (Certainty.GAP, "n + 1")
    assert "the size after it suggests `n`" in guess.evidence.text


def test_a_callback_that_a_handle_keeps_may_be_called_for_as_long_as_that():
    drafted = place(guessed("callback", {"returns": {"one_of": (0,)}}, Rank.TYPE, "a pointer to a function"))
    facts = CallbackFacts("a", 9, 2, kept="h", later="t_run")
    (guess,) = with_lifetime(drafted, facts, "handle(t)").guesses
    assert guess.value == {"returns": {"one_of": (0,)}, "lifetime": "handle(t)"}
    assert guess.evidence.text == "a pointer to a function; `t_run` called it back"
    open_ = place(gap("callback", None, "what `a` does"))
    assert with_lifetime(open_, facts, "handle(t)") == open_
