"""Handles that others take over, share, lend and give back: who forgets whose they are is found, in sequences."""

from __future__ import annotations

import pytest

from tiers import full

FOUND = {
    "ow_list": {"ABD301"},  # destroyed by the call that did not take it, and by the caller
    "ow_box": {"ABD371"},  # by nobody
    "ow_note": {"ABD374"},  # the text is another one before it may be
    "ow_value": {"ABD301", "ABD314", "ABD371"},  # a reference too few
    "ow_node": {"ABD301"},  # taken out, and not quite
    "ow_bus": {"ABD301", "ABD314"},  # another one is detached
}
SEEDS = range(1, 4)


def lifecycle(judge, handle, library, seed, examples=None):
    return judge("handle_owners", handle, library, seed=seed, phases=("lifecycle",), examples=examples)


@pytest.mark.full
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("handle", FOUND)
def test_one_that_forgets_whose_they_are_is_found(handle, seed, judge):
    found, _ = lifecycle(judge, handle, "wrong", seed)

    assert FOUND[handle] & {each.diagnostic.code.id for each in found}


@pytest.mark.full
@pytest.mark.parametrize("library", ["near", *map(full, ("sound", "sound_asan", "near_asan"))])
@pytest.mark.parametrize("handle", ["ow_bus", *map(full, [each for each in FOUND if each != "ow_bus"])])
def test_one_that_keeps_account_is_left_alone(handle, library, judge):
    assert lifecycle(judge, handle, library, 4, examples=20) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("handle", FOUND)
def test_one_that_forgets_whose_they_are_is_found_by_exploring(handle, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("handle_owners", handle, "wrong_asan", seed=1, phases=("explore",))

    assert (FOUND[handle] | {"ABD303", "ABD371"}) & {each.diagnostic.code.id for each in found}
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
def test_one_that_keeps_account_is_left_alone_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for handle in FOUND:
        (item,) = judge.items("handle_owners", handle, library, seed=1, phases=("explore",))
        assert (item.findings, item.reasons, item.gaps) == ((), (), ())
        assert item.explored.executions > 10_000


@pytest.mark.slow
def test_a_finding_shows_no_call_that_was_not_made(judge):
    found, _ = lifecycle(judge, "ow_list", "wrong", 1, examples=40)

    crash = next(each for each in found if each.diagnostic.code.id == "ABD301")
    lines = crash.call.splitlines()
    assert all(line.startswith("ow_item *") for line in lines if "ow_item_new" in line)
    assert sum("ow_list_push" in line for line in lines) == 3  # the third has no room
    assert lines[-1].startswith("ow_item_free(")
