"""Calls whose order is a number, and calls that are about one of several handles."""

from __future__ import annotations

import pytest

from tiers import full, sample

FOUND = {
    "short": ("co_begin", "ABD314"),
    "miscounts": ("co_writer", "ABD334"),
    "accepts": ("co_end", "ABD323"),
    "shares": ("co_cup", "ABD334"),
    "reverses": ("co_cup", "ABD334"),
    "dries": ("co_flow", "ABD301"),
    "indents": ("co_indent", "ABD321"),
    "spills": ("co_pool", "ABD334"),
}
PHASES = ("properties", "rejects", "lifecycle")


@pytest.mark.slow
@pytest.mark.parametrize("library", sample(FOUND, keep=["short", "indents", "spills"]))
def test_what_is_wrong_is_found(library, judge):
    function, code = FOUND[library]
    found, reasons = judge("counted_states", function, library, seed=1, phases=PHASES)

    assert code in {finding.diagnostic.code.id for finding in found}
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", [full("sound"), "near"])
@pytest.mark.parametrize("handle", ["co_writer", "co_pool", full("co_cup"), full("co_flow")])
def test_no_call_is_made_out_of_order(handle, library, judge):
    """The sound ones abort when one is."""
    assert judge("counted_states", handle, library, seed=2, phases=("lifecycle",), examples=40) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize(
    "function",
    [
        "co_begin",
        "co_end",
        "co_put",
        "co_depth",
        "co_indent",
        "co_pool_add",
        "co_pool_take",
        "co_pour",
        "co_taste",
        "co_flow_step",
    ],
)
def test_a_single_call_is_made_where_it_is_lawful(function, library, judge):
    items = judge.items("counted_states", function, library, seed=3, phases=("properties", "rejects"))
    assert [(each.findings, each.reasons) for each in items] == [((), ())] * len(items)
    assert all(each.calls for each in items)


@pytest.mark.slow
@pytest.mark.parametrize("library", ["indents", full("near")])
def test_a_law_sees_what_is_counted(library, judge):
    law = "what_is_begun_is_indented"
    found, reasons = judge("counted_states", law, library, seed=1, phases=("laws",), examples=20)

    assert {each.diagnostic.code.id for each in found} <= {"ABD376", "ABD321"}
    assert bool(found) == (library in FOUND)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["indents", full("near")])
def test_what_is_counted_is_a_number_of_postconditions_in_c(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("counted_states", "co_writer", library, seed=1, phases=("explore",))

    assert {each.diagnostic.code.id for each in found} == ({"ABD321"} if library in FOUND else set())
    assert reasons == []


@pytest.mark.full
def test_the_number_is_shown_where_it_is_another(judge):
    found, _ = judge("counted_states", "co_writer", "miscounts", seed=1, phases=("lifecycle",))

    assert any("`co_writer` is to be in state `depth" in each.diagnostic.message for each in found)


@pytest.mark.full
@pytest.mark.parametrize("library", ["miscounts", "sound", "near"])
def test_what_is_counted_is_counted_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("counted_states", "co_writer", library, seed=1, phases=("explore",))

    assert {each.diagnostic.code.id for each in found} <= {"ABD334", "ABD321"}
    assert bool(found) == (library in FOUND)
    assert reasons == []
