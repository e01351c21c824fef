"""Cursors that are variables of the caller's, passed by macros of the contract's own header."""

from __future__ import annotations

import pytest

from tiers import full

FOUND = {
    "cu_tokens": ("ABD375", "lifecycle"),
    "tokens_are_what_is_between": ("ABD375", "laws"),
    "lines_are_as_long_as_they_come": ("ABD371", "laws"),
    "cu_wide": ("ABD321", "lifecycle"),
}


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize(
    "subject",
    ["cu_tokens", "cu_wide", "lines_are_as_long_as_they_come", full("tokens_are_what_is_between")],
)
def test_what_later_calls_are_given_is_judged(subject, judge):
    code, phase = FOUND[subject]
    found, reasons = judge("cursors", subject, "wrong", seed=1, phases=(phase,), examples=100, least=60)

    assert code in {each.diagnostic.code.id for each in found}
    assert reasons == []


@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("subject", FOUND)
def test_cursors_that_go_on_as_they_should_have_no_finding(subject, library, judge):
    assert judge("cursors", subject, library, seed=2, phases=(FOUND[subject][1],), examples=40) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["wrong", "near"])
def test_where_a_cursor_was_before_is_known_to_the_compiled_form(library, judge, monkeypatch):
    """A call that goes on with what is wrongly NULL crashes, where the exploration comes to one."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, _ = judge("cursors", "cu_wide", library, seed=1, phases=("explore",))

    codes = {each.diagnostic.code.id for each in found}
    assert {"ABD321"} <= codes <= {"ABD321", "ABD301"} if library == "wrong" else not codes
