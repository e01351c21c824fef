"""Functions whose status depends on their arguments: success is `length`, or `0..count`."""

from __future__ import annotations

import pytest

from tiers import full

DEFECTS = [
    ("writes", "pr_parse", "properties", "ABD326", "which is a failure, and wrote to `words`"),
    ("goes_on", "pr_reader", "lifecycle", "ABD334", "where the `pr_reader` is to be in state `ended`"),
    ("beyond", "pr_parse", "properties", "ABD322", "`pr_parse` returned "),
    ("silent", "pr_put", "properties", "ABD361", "returned -1, which is a failure, and left `errno` at 0"),
    ("more", "pr_put", "properties", "ABD322", "`pr_put` returned 4, not one of -1, 0 to 3"),
    ("forgets", "pr_squeeze", "properties", "ABD361", "which is a failure, and left `errno` at 0"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "item", "phase", "code", "words"), [*DEFECTS[:3], *(full(*each) for each in DEFECTS[3:])]
)
def test_what_goes_against_the_status_of_a_call_is_found(library, item, phase, code, words, judge):
    found, reasons = judge("partial_results", item, library, seed=1, phases=(phase,))

    assert {each.diagnostic.code.id for each in found} == {code}
    assert words in found[0].diagnostic.message
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("item", ["pr_parse", "pr_reader", "pr_put", "pr_squeeze"])
def test_one_that_tells_how_much_it_did_is_left_alone(item, library, judge):
    phases = ("lifecycle",) if item == "pr_reader" else ("examples", "properties")
    assert judge("partial_results", item, library, seed=2, phases=phases, examples=60) == ([], [])
