"""Handles that are looked up, which conditions ask about, and those in records of the library's that callers see."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

BROKEN = "ABD321"
FOUND = {"lu_name": BROKEN, "lu_card_copy": BROKEN}
PHASES = ("properties", "lifecycle")


@pytest.mark.slow
@pytest.mark.parametrize(("function", "library", "code"), found_in(FOUND, ("wrong",), keep=(BROKEN,)))
def test_what_another_lookup_does_not_find_again_is_found(function, library, code, judge):
    found, reasons = judge("lookups", function, library, seed=1, phases=PHASES, examples=40)

    assert ({each.diagnostic.code.id for each in found}, reasons) == ({code}, [])


@pytest.mark.parametrize(
    ("function", "library"),
    spared_in(FOUND, "lu_number", "lu_card", wrong=("wrong",), builds=("sound", "near"), keep=(BROKEN,)),
)
def test_what_is_found_again_has_no_finding(function, library, judge):
    assert judge("lookups", function, library, seed=2, phases=PHASES, examples=40) == ([], [])
