"""What a library does with what it is given, seen from outside, is what its source says."""

from __future__ import annotations

from pathlib import Path

import pytest
from truth import compare, read

from abidance.draft.observation.facts import Way

HERE = Path(__file__).parent
HEADER, SOURCE = HERE / "behaviours.h", HERE / "behaviours.c"
TRUTH = read("behaviours.truth.yaml")
FEW = (
    *(
        "b_bits",
        "b_text",
        "b_magic",
        "b_copy_text",
        "b_pack",
        "b_increment",
        "b_until_stop",
    ),
    *(
        "b_move",
        "b_maybe",
        "b_route",
        "b_null_checked",
        "b_duplicate",
        "b_release",
    ),
    *(
        "b_grow",
        "b_fell",
        "b_forget",
        "b_size",
        "b_label",
        "b_each",
        "b_keep",
        "b_replace",
        "b_call",
        "b_banner",
        "b_write_file",
        "b_remove",
        "b_spaces",
        "b_begin",
        "b_feed",
    ),
)
"""Of each kind of behaviour one that shows it, and one that is near to it."""


@pytest.fixture(scope="module")
def few(observed):
    return observed(HEADER, SOURCE, FEW)


@pytest.mark.slow
def test_nothing_is_guessed_that_is_not_so(few):
    assert compare(TRUTH, few.facts, FEW).errors == []


@pytest.mark.slow
def test_most_of_what_is_so_is_guessed(few):
    score = compare(TRUTH, few.facts, FEW)
    assert sum(score.right.values()) >= 0.85 * (sum(score.right.values()) + sum(score.missed.values()))


@pytest.mark.slow
def test_what_calls_do_not_show_is_left_open(few):
    for name in ("b_until_stop", "b_spaces"):
        (memory,) = few.facts.functions[name].memories
        assert memory.followed
        assert memory.read is None, "nothing tells where it ends"


@pytest.mark.slow
def test_harmful_functions_are_not_called_and_the_fence_stops_the_others(few):
    assert {each.function: each.why for each in few.facts.uncalled}[
        "b_remove"
    ] == "its code leads to `unlink`"
    assert few.facts.functions["b_write_file"].why == "it opens a file to write to it (`openat`)"
    assert few.left_out("b_write_file").harm


def test_what_ends_a_handle_besides_its_own_function_is_not_called(few):
    assert few.left_out("b_fell") is None
    assert "freed" in few.left_out("b_forget").evidence.text


def test_a_record_is_made_ready_before_it_is_used(few):
    _, fed, told = few.facts.functions["b_feed"].memories
    assert fed.read.expression == "c"
    assert told.way is Way.OUT


def test_it_says_what_it_called(few):
    assert any("b_remove" in each and "unlink" in each for each in few.notes())
    assert few.notes()[0].startswith("Observed: ")


@pytest.mark.full
def test_every_function_of_the_fixture(observed):
    score = compare(TRUTH, observed(HEADER, SOURCE).facts)
    assert score.errors == []
    assert sum(score.right.values()) >= 0.9 * (sum(score.right.values()) + sum(score.missed.values()))
