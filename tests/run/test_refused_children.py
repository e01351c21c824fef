"""What a call was to take over and has not taken ends before what it was made from, which others may end first."""

from __future__ import annotations

import pytest

from tiers import full

FOUND = {
    "taken": "ABD301",  # freed by the call that has refused it, and by the caller
    "lost": "ABD371",
}


@pytest.mark.slow
@pytest.mark.parametrize("library", FOUND)
def test_one_that_is_freed_twice_or_never_is_found(library, judge):
    found, _ = judge("refused_children", "rc_piece", library, seed=1, phases=("lifecycle",), least=60)

    assert FOUND[library] in {each.diagnostic.code.id for each in found}


@pytest.mark.slow
def test_a_finding_says_whose_a_handle_is_that_was_not_taken(judge):
    found, _ = judge("refused_children", "rc_piece", "taken", seed=1, phases=("lifecycle",), least=60)

    twice = next(each for each in found if each.diagnostic.code.id == "ABD301")
    remark = "        // returned -1, so it failed, and what it was given as `piece` is the caller's still"
    refused = [line for line in twice.call.splitlines() if "rc_put(" in line]
    assert [line.endswith(remark) for line in refused] == [False, True]


@pytest.mark.slow
@pytest.mark.spares("ABD301")
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("handle", ["rc_roll", full("rc_piece")])
def test_one_that_was_refused_ends_before_what_it_was_made_from(handle, library, judge):
    assert judge("refused_children", handle, library, seed=1, phases=("lifecycle",), least=100) == ([], [])
