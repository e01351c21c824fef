"""Sequences of calls over several handles find what no single call shows."""

from __future__ import annotations

import subprocess

import pytest
from families import found_as

from abidance.run.commands.emit_c import emit_c
from abidance.run.commands.replay import replay
from tiers import first, full

DEFECTS = {
    "after_free": "ABD301",  # a removed entry is looked at: freed memory is filled
    "twice": "ABD301",  # and freed once more with its table
    "shared": "ABD375",  # a count that all tables have together
    "kept": "ABD373",  # the caller's key, instead of a copy
    "left": "ABD371",  # entries that are left when their table goes
    "order": "ABD321",  # what was never added and what was removed are distinguished
    "child": "ABD371",  # a cursor that has been used leaves something behind
    "outlived": "ABD373",  # a tag that is the caller's again once its cursor is gone
    "buffer": "ABD374",  # one buffer for the names of all tables
}
HANDLES = ("lv_table", "lv_cursor")
OF_CURSORS = ("shared", "child", "outlived")  # which sequences of a cursor show


def of_handles(judge, library, seed, handles=HANDLES, examples=100):
    """Return what phase `lifecycle` finds for these handles, and what it could not judge."""
    found, reasons = [], []
    for handle in handles:
        one, why = judge(
            "handle_lifetimes", handle, library, seed=seed, phases=("lifecycle",), examples=examples
        )
        found += one
        reasons += why
    return found, reasons


@pytest.mark.parametrize("everywhere", [False, full(True)])
@pytest.mark.parametrize(("defect", "code"), found_as(DEFECTS))
def test_what_shows_only_after_other_calls_is_found(defect, code, everywhere, judge):
    own = "lv_cursor" if defect in OF_CURSORS else "lv_table"
    found, reasons = of_handles(judge, defect, 1, HANDLES if everywhere else (own,))

    assert {finding.diagnostic.code.id for finding in found} == {code}
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize(("defect", "code"), [("kept_asan", "ABD373"), ("twice_asan", "ABD303")])
def test_sanitizers_see_it_as_well(defect, code, judge):
    found, reasons = of_handles(judge, defect, seed=2)

    assert {finding.diagnostic.code.id for finding in found} == {code}
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near", "sound_asan", "near_asan"])
@pytest.mark.parametrize("handles", ["lv_table", "lv_table lv_cursor"])
def test_sound_handles_are_left_alone(library, handles, judge):
    assert of_handles(judge, library, 3, handles.split()) == ([], [])


@pytest.mark.full
def test_no_single_call_shows_it(judge):
    for defect in ("after_free", "twice", "shared", "left", "order"):
        for function in ("lv_remove", "lv_table_free", "lv_empty"):
            assert judge("handle_lifetimes", function, defect, seed=1, phases=("properties",)) == ([], [])


@pytest.mark.full
def test_the_smallest_sequence_is_told(judge):
    found, _ = judge("handle_lifetimes", "lv_table", "order", seed=2, phases=("lifecycle",))

    assert found[0].call.splitlines() == [
        'lv_table *table = lv_table_new("a");',
        'lv_add(table, "", 0);',
        'lv_remove(table, "");',
        "size_t count;",
        "lv_empty(table, &count);        // returned false",
    ]


@pytest.mark.full
def test_the_cause_of_a_kept_pointer_names_who_was_lent_it(judge):
    found, _ = judge("handle_lifetimes", "lv_table", "kept", seed=1, phases=("lifecycle",))

    assert (
        "reads the memory of `key`, which `lv_add` borrowed for its own call only"
        in found[0].diagnostic.message
    )
    assert found[0].diagnostic.span.path.name == "handle_lifetimes.contract.yaml"


@pytest.mark.slow
@pytest.mark.parametrize("defect", first(["order", "kept"]))
def test_a_sequence_is_replayed_and_written_in_c(defect, judge, tmp_path):
    found, _ = judge("handle_lifetimes", "lv_table", defect, seed=1, phases=("lifecycle",))
    case, settings, events = found[0].case, judge.session.settings, []

    replay(case, settings, events.append)
    (again,) = events[-1].items
    assert [each.diagnostic.message for each in again.findings] == [found[0].diagnostic.message]
    assert again.findings[0].call == found[0].call

    program = tmp_path / "again.c"
    program.write_text(emit_c(case, settings, program.name))
    library = judge.folder / f"libhandle_lifetimes_{defect}.so"
    made = ["gcc", "-g", f"-I{judge.folder}", str(program), str(library), f"-Wl,-rpath,{judge.folder}"]
    subprocess.run([*made, "-o", str(tmp_path / "again")], check=True, capture_output=True)
    ended = subprocess.run([str(tmp_path / "again")], check=False, capture_output=True, timeout=10)
    assert ended.returncode != 0
    assert ended.returncode != 2  # a call that was not made
