"""Pointers that lead nowhere, and stand for none in place of NULL; and macros that are fractions."""

from __future__ import annotations

import pytest

from tiers import full

DOMAIN, ACCEPTED, BROKEN = "ABD322", "ABD323", "ABD321"
DEFECTS = [
    ("nw_map", "properties", DOMAIN, "`nw_map` returned NULL, not a pointer"),
    ("nw_unmap", "rejects", ACCEPTED, "`nw_unmap` returned 0 for `memory: NW_FAILED`"),
    ("nw_open", "properties", DOMAIN, "`nw_open` returned (void *)-1, not a pointer"),
    ("nw_near", "properties", BROKEN, "after `nw_near` returned 1"),
    ("nw_part", "properties", BROKEN, "`result == NW_RATIO * whole` does not hold"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "phase", "code", "words"), [*DEFECTS[:3], *(full(*each) for each in DEFECTS[3:])]
)
def test_what_is_returned_for_none_is_that_pointer(function, phase, code, words, judge):
    found, reasons = judge("nowhere", function, "wrong", seed=1, phases=(phase,))

    assert code in [each.diagnostic.code.id for each in found]
    assert words in found[0].diagnostic.message
    assert reasons == []


@pytest.mark.parametrize(
    ("item", "phase"),
    [
        ("nw_map", "properties"),
        ("nw_map", "rejects"),
        full("nw_map", "examples"),
        ("nw_unmap", "rejects"),
        ("nw_open", "properties"),
        full("nw_close", "rejects"),
        ("nw_t", "lifecycle"),
        ("nw_near", "properties"),
        full("nw_part", "properties"),
    ],
)
def test_a_pointer_that_stands_for_none_is_no_finding(item, phase, judge):
    assert judge("nowhere", item, "near", seed=1, phases=(phase,)) == ([], [])
