"""Handles that a call may be given for two of its parameters: what it writes, it must not read again."""

from __future__ import annotations

import pytest

from tiers import full

BROKEN, DIFFER = "ABD321", "ABD331"


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize(
    ("handle", "functions"), [("sh_number", {"sh_times", "sh_turn"}), full("sh_pair", {"sh_pair_swap"})]
)
def test_what_reads_its_own_writes_is_found(handle, functions, judge):
    found, reasons = judge("same_handles", handle, "wrong", seed=1, phases=("lifecycle",), examples=100)

    assert {(each.diagnostic.code.id, each.diagnostic.subject) for each in found} == {
        (BROKEN, name) for name in functions
    }
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("function", ["sh_turn", full("sh_times"), full("sh_pair_swap")])
def test_what_reads_its_own_writes_is_found_by_calls_of_the_function_alone(function, judge):
    """Whatever else there is to call on the handle, and whether or not sequences come to this one."""
    found, reasons = judge("same_handles", function, "wrong", seed=1, phases=("properties",), examples=60)

    assert {(each.diagnostic.code.id, each.diagnostic.subject) for each in found} == {(BROKEN, function)}
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("function", ["sh_turn", "sh_take", full("sh_times"), full("sh_pair_swap")])
def test_calls_of_sound_functions_with_one_handle_are_no_finding(function, library, judge):
    assert judge("same_handles", function, library, seed=1, phases=("properties",), examples=60) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("handle", ["sh_number", full("sh_pair")])
@pytest.mark.parametrize("phase", ["lifecycle", full("explore")])
def test_what_keeps_what_it_needs_is_sound(handle, library, phase, judge, monkeypatch):
    """Nor are two parameters of `sh_take` the same, of which the contract does not say that they may be."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "2")

    assert judge("same_handles", handle, library, seed=1, phases=(phase,), examples=100) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("handle", ["sh_number", "sh_pair"])
def test_two_libraries_are_given_the_same_handle(handle, judge):
    found, _ = judge("same_handles", handle, "near=wrong", seed=1, phases=("equivalence",), examples=100)

    assert found
    assert {each.diagnostic.code.id for each in found} == {DIFFER}
