"""Defects that take calls in a certain order, in fourteen small libraries: each is found from any seed."""

from __future__ import annotations

import pytest

from abidance.run.commands.emit_c import emit_c
from abidance.run.commands.replay import replay
from tiers import full

pytestmark = pytest.mark.full

HANDLES = (
    "ho_journal", "ho_session", "ho_list", "ho_ring", "ho_tally", "ho_dict", "ho_meter", "ho_store", "ho_parser",
    "ho_registry", "ho_map", "ho_buffer", "ho_ids", "ho_context",
)  # fmt: skip
READS = frozenset(("ho_list", "ho_map", "ho_parser"))
"""What does no more than read freed memory, and shows on a build that watches that."""


def lifecycle(judge, handle, library, seed, examples=None):
    return judge("handle_orders", handle, library, seed=seed, phases=("lifecycle",), examples=examples)


@pytest.mark.parametrize("seed", [1, *map(full, (2, 3))])
def test_a_counter_of_eight_bits_is_counted_past_its_end(seed, judge):
    found, reasons = lifecycle(judge, "ho_tally", "wrong", seed)

    assert {each.diagnostic.code.id for each in found} <= {"ABD321", "ABD301"}
    assert all(each.repeats[0] == each.repeats[1] for each in found)
    assert "n++) ho_tally_mark(tally, " in found[0].call
    assert len(found[0].call.splitlines()) <= 5  # and not 256 of them
    assert reasons == []


@pytest.mark.full
def test_one_that_writes_its_answer_is_as_well(judge):
    found, reasons = lifecycle(judge, "ho_ids", "wrong", 1)

    (taken,) = found
    assert "`implies(result == HO_OK, id < 200)` does not hold" in taken.diagnostic.message
    assert "n++) ho_ids_take(ids, &id);" in taken.call
    assert reasons == []


@pytest.mark.parametrize("handle", ["ho_tally", "ho_ids"])
def test_sound_counters_have_no_finding(handle, judge):
    assert lifecycle(judge, handle, "near", 2, examples=40) == ([], [])


@pytest.mark.full
def test_repeated_calls_are_stored_and_emitted_as_such(judge, execute, tmp_path):
    (taken,), _ = lifecycle(judge, "ho_ids", "wrong", 1)

    events = []
    replay(taken.case, judge.session.settings, events.append)
    (again,) = events[-1].items
    assert again.findings[0].call == taken.call
    (tmp_path / "case.c").write_text(emit_c(taken.case, judge.session.settings, "case.c"))
    assert execute("handle_orders_wrong") == 1
    assert execute("handle_orders_sound") == 0


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("handle", HANDLES)
def test_each_is_found_from_each_seed(handle, seed, judge):
    found, _ = lifecycle(judge, handle, "wrong", seed)
    found += lifecycle(judge, handle, "wrong_asan", seed)[0] if not found or handle in READS else []
    assert found


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near", "sound_asan", "near_asan"])
@pytest.mark.parametrize("handle", HANDLES)
def test_sound_twins_have_no_finding(handle, library, judge):
    assert lifecycle(judge, handle, library, 4) == ([], [])
