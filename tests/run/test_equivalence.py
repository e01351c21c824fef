"""Two libraries are given the same lawful calls: what has a meaning is compared, and nothing else."""

from __future__ import annotations

import pytest

DIFFERENT = {
    "al_trim": "al_trim:result",
    "al_copy": "al_copy:out",
    "al_parse": "al_parse:result",
    "al_mean": "al_mean:result",
    "al_middle": "al_middle:result.mark",
    "al_swap": "al_swap:point.x",
    "al_name": "al_name:result",
    "al_over": "al_over:result",
    "al_divide": "al_divide:",
    "al_bag_add": "al_bag_add:result",
}
VARYING = ("al_clock", "al_address")
SAME = (*DIFFERENT, "al_bag_new", "al_bag_free", "al_bag_sum")


@pytest.fixture
def compare(judge):
    def run(function, against, seed):
        return judge("alike", function, f"first={against}", seed=seed, phases=("equivalence",))

    return run


@pytest.mark.parametrize("function", SAME)
def test_answers_that_agree_in_all_that_has_a_meaning_are_alike(function, compare):
    for seed in range(3):
        assert compare(function, "same", seed) == ([], [])


@pytest.mark.parametrize("function", DIFFERENT)
def test_an_answer_that_differs_is_found_from_any_seed(function, compare):
    for seed in range(3):
        found, reasons = compare(function, "wrong", seed)

        assert [finding.diagnostic.code.id for finding in found] == ["ABD331"]
        assert found[0].diagnostic.place == DIFFERENT[function]
        assert reasons == []


def test_both_answers_stand_in_the_finding(compare):
    (found,), _ = compare("al_parse", "wrong", 1)

    assert found.diagnostic.message == "`al_parse` returns AL_BAD in `first` and AL_SHORT in `wrong`"
    assert found.call.splitlines()[-1].endswith("// returned AL_BAD in first, returned AL_SHORT in wrong")
    assert found.repeats == (5, 5)


def test_one_that_does_not_come_back_differs_from_one_that_does(compare):
    (found,), _ = compare("al_divide", "wrong", 1)

    assert found.diagnostic.message == "`al_divide` returns 0 in `first` and crashes in `wrong`"


@pytest.mark.parametrize("function", VARYING)
def test_what_varies_by_itself_is_not_compared(function, compare):
    found, reasons = compare(function, "same", 1)

    assert found == []
    assert [reason.code.id for reason in reasons] == ["ABD332"]
    assert "does not answer the same call alike twice" in reasons[0].message
