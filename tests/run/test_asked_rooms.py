"""Room whose size another function tells, `capacity: f(x)`."""

from __future__ import annotations

import pytest

from tiers import full

BEYOND = "ABD311"


@pytest.mark.slow
@pytest.mark.parametrize(
    "item", [pytest.param("ar_sign", marks=pytest.mark.finds(BEYOND)), full("ar_say"), full("ar_key")]
)
def test_room_that_is_too_small_is_found(item, judge):
    found, _ = judge("asked_rooms", item, "wrong", seed=1, phases=("properties", "lifecycle"), examples=40)

    others = {"ABD321", "ABD325"}  # sequences call those functions as well that leave what they are to write
    assert {each.diagnostic.code.id for each in found} - others == {BEYOND}


@pytest.mark.slow
@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(BEYOND)), full("sound")])
@pytest.mark.parametrize("item", ["ar_sign", *map(full, ("ar_say", "ar_key"))])
def test_room_that_is_large_enough_is_no_finding(library, item, judge):
    phases = ("properties", "rejects", "lifecycle")

    assert judge("asked_rooms", item, library, seed=2, phases=phases) == ([], [])


@pytest.mark.full
def test_the_call_that_tells_is_shown_before(judge):
    (found, *_), _ = judge("asked_rooms", "ar_say", "wrong", seed=1, phases=("properties",), examples=40)

    assert found.call.splitlines()[1:3] == ["ar_room(key, 0);", "char out[2];"]


@pytest.mark.slow
@pytest.mark.finds("ABD376")
def test_what_a_law_passes_is_passed_whole(judge):
    """As many rows as its samples are: none of them is cut off, and none is said twice."""
    found, _ = judge("asked_rooms", "all_samples_are_summed", "wrong", seed=1, phases=("laws",), examples=60)

    assert {each.diagnostic.code.id for each in found} == {"ABD376"}


@pytest.mark.slow
@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares("ABD376")), full("sound")])
@pytest.mark.parametrize("seed", [1, *map(full, range(2, 8))])
def test_a_sum_of_all_that_is_passed_is_no_finding(library, seed, judge):
    assert judge("asked_rooms", "all_samples_are_summed", library, seed=seed, phases=("laws",)) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(("library", "codes"), [("near", []), ("wrong", ["ABD321"])])
def test_what_an_example_gives_is_passed_whole(library, codes, judge):
    """A key has two bytes or more, so four samples are two rows."""
    found, reasons = judge("asked_rooms", "ar_sum", library, seed=1, phases=("examples",))

    assert [each.diagnostic.code.id for each in found] == codes
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(("item", "code"), [("ar_seal", "ABD325"), full("ar_mix", "ABD321")])
def test_what_is_not_written_of_all_that_a_function_tells_is_found(item, code, judge):
    found, _ = judge("asked_rooms", item, "wrong", seed=1, phases=("properties",), examples=40)

    assert {each.diagnostic.code.id for each in found} == {code}


@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("item", ["ar_seal", "ar_mix", "a_seal_is_mixed_and_mixed_back"])
def test_all_that_a_function_tells_is_written(item, library, judge):
    assert judge("asked_rooms", item, library, seed=2, phases=("properties", "laws"), examples=40) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "code"),
    [("ar_sign", BEYOND), ("all_samples_are_summed", "ABD376"), full("ar_seal", "ABD325")],
)
def test_what_is_wrong_with_room_is_found_by_exploring(item, code, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("asked_rooms", item, "wrong", seed=1, phases=("explore",))

    assert code in {each.diagnostic.code.id for each in found}
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
def test_room_that_is_told_is_passed_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for item in ("ar_sign", "ar_say", "ar_sum", "ar_seal", "ar_key", "all_samples_are_summed"):
        (explored,) = judge.items("asked_rooms", item, library, seed=1, phases=("explore",))
        assert (explored.findings, explored.reasons) == ((), ()), item
        assert explored.explored.executions > 100


@pytest.mark.slow
def test_room_that_is_asked_with_a_number_that_is_worked_out_is_known(judge):
    """Of a base that no question may have nobody knows how much room it takes, so that call is not made."""
    phases = ("properties", "lifecycle")
    found, _ = judge("asked_rooms", "ar_spell", "wrong", seed=1, phases=phases, examples=40)

    assert {each.diagnostic.code.id for each in found} == {BEYOND}
    assert judge("asked_rooms", "ar_spell", "near", seed=1, phases=phases, examples=40) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
def test_calls_of_which_nobody_knows_the_room_are_no_part_of_sequences(library, judge):
    assert judge("asked_rooms", "ar_key", library, seed=3, phases=("lifecycle",), examples=40) == ([], [])
