"""Postconditions that ask in loops, `all(has(set, number) for number in numbers)`."""

from __future__ import annotations

import pytest

from tiers import full

BROKEN = "ABD321"
ASKING = ["an_list", "an_add_all", "an_drop"]


@pytest.mark.parametrize(
    ("item", "phase"),
    [
        *((item, "properties") for item in ASKING),
        full("an_set", "lifecycle"),
    ],
)
def test_what_is_asked_of_each_element_is_held_against_the_call(item, phase, judge):
    found, reasons = judge("asked_numbers", item, "wrong", seed=1, phases=(phase,), examples=100, least=60)

    assert {each.diagnostic.code.id for each in found} <= {BROKEN, "ABD323"}
    broken = {each.diagnostic.place.partition(":")[0] for each in found if each.diagnostic.code.id == BROKEN}
    assert broken >= ({*ASKING} if item == "an_set" else {item})
    assert all(each.call.count("an_has(") + each.call.count("an_at(") <= 1 for each in found)
    assert reasons == []


@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("item", ASKING)
def test_elements_that_are_not_there_are_not_asked_about(item, library, judge):
    found = judge("asked_numbers", item, library, seed=2, phases=("properties",), examples=100)

    assert found == ([], [])
