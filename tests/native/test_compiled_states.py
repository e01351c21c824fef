"""States of handles in a compiled contract: no call is made out of order, and what comes of each is judged."""

from __future__ import annotations

import sys

import pytest
from built_contract import made, of_family
from native_twins import ROOT

from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences
from abidance.generate.strategies import cases

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
from subjects import COUNTED, ORDERED  # noqa: E402 - it lies with the sources

CHANNEL = "cs_channel"
FOUND = {
    "accepts": ("cs_send", "ABD323 cs_send"),
    "forgets": (CHANNEL, ""),
    "strays": ("cs_connect", "ABD334 cs_connect"),
    "reuses": (CHANNEL, "double-free"),
    "loses": ("cs_reset", "ABD371"),
    "doubles": (CHANNEL, ""),
}


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    built = of_family(tmp_path_factory.mktemp("call_states"), "call_states", ORDERED.index)
    assert built.target.left == ()
    return built


@pytest.mark.slow
@pytest.mark.parametrize("library", FOUND)
def test_what_is_wrong_with_the_order_is_found(library, states):
    entry, words = FOUND[library]
    ended = states.run(library, entry)

    assert ended.returncode != 0
    assert words in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_no_call_is_made_out_of_order(library, states):
    """The sound ones abort when one is."""
    for entry in states.target.entries:
        ended = states.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.parametrize("entry", ["cs_send", "cs_read", "cs_abort", "cs_reset"])
def test_the_calls_that_lead_to_a_state_become_bytes_and_the_same_calls_again(entry, states):
    wanted = made(cases(states.boundary, states.boundary.functions[entry]))
    encoded, again = states.again("sound", entry, wanted)

    assert len(encoded) * 2 > len(wanted)
    # `cs_connect` fails now and then: it is tried again where a case says nothing of that.
    pairs = zip(encoded, again, strict=True)
    led = [
        (case, other) for case, other in pairs if all(each.arguments.get("port") for each in ways(case)[:1])
    ]
    assert len(led) > 5
    assert [other for _, other in led] == [case for case, _ in led]


def ways(case):
    return case.arguments["channel"].calls


@pytest.mark.slow
def test_a_sequence_is_made_as_far_as_its_calls_are_lawful(states):
    model = SequenceModel.of(states.boundary, CHANNEL)
    wanted = made(sequences(states.boundary, model, FilterLog()), 120)
    encoded, again = states.again("sound", CHANNEL, wanted)

    assert len(encoded) * 2 > len(wanted)
    assert sum(case == other for case, other in zip(encoded, again, strict=True)) * 5 > len(encoded)
    for case, other in zip(encoded, again, strict=True):
        names = iter([step.function for step in case.steps])
        assert all(step.function in names for step in other.steps)


@pytest.fixture(scope="module")
def cups(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("counted_states"), "counted_states", COUNTED.index)


@pytest.mark.slow
def test_calls_move_on_what_their_handle_was_made_from(cups):
    """What flows into a cup fills it, step by step; the wrong library leaves it empty."""
    assert {"co_cup", "co_flow", "co_flow_step"} <= {*cups.target.entries}
    for entry in ("co_cup", "co_flow"):
        assert cups.run("dries", entry).returncode != 0


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_a_handle_was_made_from_is_called_in_order(library, cups):
    """The sound ones abort when it is not."""
    for entry in ("co_cup", "co_flow", "co_flow_step", "co_pour", "co_taste", "co_is_full"):
        ended = cups.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
