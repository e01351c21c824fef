"""Sequences over two libraries in which calls are given what earlier ones were allowed to answer otherwise."""

from __future__ import annotations

import pytest

from tiers import full


def compared(judge, library, seed):
    return judge("handed_on", "ho_pot", f"sound={library}", seed=seed, phases=("equivalence",), examples=60)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, *map(full, (2, 3))])
def test_what_follows_from_an_allowed_answer_is_no_difference(seed, judge):
    assert compared(judge, "near", seed) == ([], [])


@pytest.mark.slow
def test_a_call_that_answers_alike_all_the_same_was_given_another_value(judge):
    """Made twice, it returns 0 the second time."""
    assert compared(judge, "near", 2001) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, *map(full, (2, 3))])
def test_what_does_not_is_one(seed, judge):
    found, _ = compared(judge, "wrong", seed)

    assert [each.diagnostic.place for each in found] == ["ho_uses:result"]
