"""Text in arrays ends at its NUL, and what is handed over in other ways than by `create` has an owner all the same."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

from tiers import full

pytestmark = pytest.mark.full

# What must be found in the release build, and in the one with AddressSanitizer, whose stack is its own.
DEFECTS = {
    "tx_card_of": ("ABD325", "ABD325"),
    "tx_copy_of": ("ABD327", ""),
    "tx_parse": ("ABD371", "ABD371"),
    "tx_twin": ("ABD301", "ABD303"),
    "tx_upper": ("ABD321", "ABD321"),
}
SILENT = ("tx_made", "tx_again", "tx_new", "tx_free", "tx_node")
KEPT = ("ABD325",)


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_is_left_out_is_found(function, build, code, judge):
    found, reasons = judge("texts", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, *SILENT, keep=KEPT))
def test_what_follows_the_end_of_a_text_is_no_answer(function, build, judge):
    assert judge.in_turn(SOUND, "texts", function, build) == ([], [])


@pytest.mark.parametrize("function", [full("tx_card_of"), full("tx_copy_of"), "tx_made"])
def test_two_libraries_that_fill_the_rest_otherwise_answer_alike(function, judge):
    assert judge("texts", function, "sound=near", seed=1) == ([], [])


def test_two_libraries_that_have_another_text_do_not(judge):
    (found,), _ = judge("texts", "tx_made", "sound=wrong", seed=1)

    assert found.diagnostic.code.id == "ABD331"
    assert "name" in found.diagnostic.message
