"""What lies behind pointers that a call leaves: texts, bytes, and what records lead to."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

BROKEN = "ABD321"
FOUND = dict.fromkeys(("lp_name", "lp_copies", "lp_parse", "lp_tail", "lp_head"), BROKEN)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "library", "code"), found_in(FOUND, keep=(BROKEN,)))
def test_what_is_left_and_wrong_is_found(function, library, code, judge):
    found, reasons = judge("left_pointers", function, library, seed=1, phases=("properties",), examples=60)

    assert ({each.diagnostic.code.id for each in found}, reasons) == ({code}, [])


@pytest.mark.parametrize(("function", "library"), spared_in(FOUND, keep=(BROKEN,)))
def test_what_is_left_as_promised_is_left_alone(function, library, judge):
    assert judge("left_pointers", function, library, seed=2, phases=("examples", "properties")) == ([], [])
