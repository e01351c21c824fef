"""Functions that are given several handles at a time: who takes them over, keeps or loses one is seen."""

from __future__ import annotations

import pytest

from tiers import full

FOUND = {
    "ar_put_all": (
        "properties",
        {"ABD371", "ABD301", "ABD314"},
    ),  # one is forgotten, or all are destroyed twice
    "ar_item": ("lifecycle", {"ABD371", "ABD301", "ABD314"}),
    "ar_ready": ("properties", {"ABD321"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("item", ["ar_ready", *map(full, ["ar_put_all", "ar_item"])])
def test_one_that_is_lost_is_found(item, judge):
    phase, codes = FOUND[item]

    found, _ = judge("handle_arrays", item, "wrong", seed=1, phases=(phase,), examples=40)

    assert codes & {each.diagnostic.code.id for each in found}


@pytest.mark.full
@pytest.mark.parametrize("item", [*FOUND, "ar_box", "ar_heaviest", "fd"])
@pytest.mark.parametrize("library", ["sound", "near"])
def test_those_that_are_kept_account_of_are_left_alone(library, item, judge):
    assert judge("handle_arrays", item, library, seed=2, phases=("properties", "lifecycle")) == ([], [])


@pytest.mark.slow
def test_a_finding_shows_the_array(judge):
    found, _ = judge("handle_arrays", "ar_ready", "wrong", seed=1, phases=("properties",), examples=40)

    assert found[0].call.splitlines() == [
        "int fd = ar_open();",
        "int fd2 = ar_open();",
        "const int fds[2] = {fd, fd2};",
        "ar_ready(fds, 2);        // returned 1",
    ]
