"""Calls have an order: none is made out of it, and what the library makes of it is judged."""

from __future__ import annotations

import pytest

from abidance.run.commands.emit_c import emit_c
from abidance.run.commands.replay import replay
from tiers import full, sample

FOUND = {
    "accepts": ("cs_send", "ABD323"),
    "forgets": ("cs_channel", "ABD334"),
    "strays": ("cs_connect", "ABD334"),
    "reuses": ("cs_channel", "ABD301"),
    "loses": ("cs_reset", "ABD371"),
    "doubles": ("cs_channel", "ABD301"),
}
FUNCTIONS = ("cs_label", "cs_connect", "cs_send", "cs_read", "cs_abort", "cs_reset", "cs_look", "cs_total")


@pytest.mark.slow
@pytest.mark.parametrize("library", sample(FOUND, keep=["accepts", "doubles"]))
def test_what_is_wrong_with_the_order_is_found(library, judge):
    function, code = FOUND[library]
    found, reasons = judge(
        "call_states", function, library, seed=1, phases=("properties", "rejects", "lifecycle")
    )

    assert code in {finding.diagnostic.code.id for finding in found}
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", FOUND)
def test_what_is_wrong_with_the_order_is_found_by_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    function, code = FOUND[library]
    found, reasons = judge("call_states", function, library, seed=1, phases=("explore",))

    assert code in {finding.diagnostic.code.id for finding in found}
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
def test_no_call_is_made_out_of_order_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for function in ("cs_channel", *FUNCTIONS):
        (item,) = judge.items("call_states", function, library, seed=1, phases=("explore",))
        assert (item.findings, item.reasons) == ((), ())
        assert item.explored.executions > 10_000


@pytest.mark.full
@pytest.mark.parametrize("library", [full("sound"), "near"])
def test_no_call_is_made_out_of_order(library, judge):
    """The sound ones abort when one is."""
    assert judge("call_states", "cs_channel", library, seed=2, phases=("lifecycle",), examples=40) == ([], [])


@pytest.mark.slow
def test_calls_are_generated_though_none_at_the_edges_reaches_the_state(judge):
    """The simplest port is refused, so no channel is open in 700 cases: they are not counted as searched."""
    (item,) = judge.items("call_states", "cs_send", "sound", seed=3, phases=("properties",))

    assert (item.findings, item.reasons) == ((), ())
    assert item.calls > 700


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_single_call_is_made_in_a_lawful_state(function, library, judge):
    items = judge.items("call_states", function, library, seed=3, phases=("properties", "rejects"))
    assert [(each.findings, each.reasons) for each in items] == [((), ())] * len(items)
    assert all(each.calls for each in items)


@pytest.mark.full
def test_a_finding_shows_the_calls_that_led_there_and_is_made_again(judge, execute, tmp_path):
    several, _ = judge("call_states", "cs_channel", "forgets", seed=1, phases=("lifecycle",))

    (found,) = (each for each in several if each.diagnostic.code.id == "ABD334")
    assert found.call.splitlines() == [
        "cs_channel *channel = cs_new();",
        "cs_connect(channel, 1);",
        "cs_abort(channel);",
        "cs_reset(channel);",
        "cs_look(channel);        // returned CS_CLOSED",
    ]
    events = []
    replay(found.case, judge.session.settings, events.append)
    (again,) = events[-1].items
    assert again.findings[0].diagnostic.message == found.diagnostic.message
    (tmp_path / "case.c").write_text(emit_c(found.case, judge.session.settings, "case.c"))
    assert execute("call_states_forgets") == 1
    assert execute("call_states_sound") == 0
