"""Handles of which only some may be alive at a time, and that lock what they were made from: no call breaks that.

The libraries abort when one does, so that a sequence which is not lawful is a finding in the sound one.
"""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.run.inputs.applicability import too_few
from tiers import full

HANDLES = ("ex_store", "ex_write", "ex_walk", "ex_view", "ex_device", "ex_nest")
FUNCTIONS = ("ex_clear", "ex_begin", "ex_commit", "ex_walk_next", "ex_view_size", "ex_device_read")
DEFECTS = {
    "ex_write": "ex_begin",
    "ex_walk": "ex_clear",
    "ex_store": "ex_begin",
    "ex_device": "ex_device_open",
    "ex_nest": "ex_nest_put",
}
KEPT_LOCKED = ("ex_begin", "ex_clear", "ex_add", "ex_device_open", "ex_nest_put", "ex_nest_begin")


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("handle", ["ex_nest", *map(full, (h for h in HANDLES if h != "ex_nest"))])
def test_sequences_are_lawful(handle, library, judge):
    assert judge("exclusive_handles", handle, library, seed=1, phases=("lifecycle",)) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("asked", [*FUNCTIONS, "one_after_the_other"])
def test_single_calls_and_laws_are_lawful(asked, library, judge):
    phases = ("examples", "properties", "laws")
    assert judge("exclusive_handles", asked, library, seed=1, phases=phases, examples=30) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("handle", ["ex_walk", *map(full, (h for h in DEFECTS if h != "ex_walk"))])
def test_what_stays_locked_is_found(handle, judge):
    found, _ = judge("exclusive_handles", handle, "wrong", seed=1, phases=("lifecycle",), least=100)

    assert any(
        each.diagnostic.code.id == "ABD301"
        and any(f"{name}(" in each.call.splitlines()[-1] for name in KEPT_LOCKED)
        for each in found
    )


@pytest.mark.full
def test_handles_of_a_kind_are_made_one_after_the_other_and_beside_those_of_another_parent(judge):
    found, _ = judge("exclusive_handles", "one_after_the_other", "wrong", seed=1, phases=("laws",))

    assert [each.diagnostic.code.id for each in found] == ["ABD301"]


@pytest.mark.slow
def test_a_call_of_which_threads_cannot_have_a_handle_each_is_told_of_and_no_item(built, capsys):
    words = [
        "--library",
        "near",
        "--function",
        "ex_device_read",
        "--phase",
        "properties",
        "--phase",
        "threads",
    ]
    status = main(["run", str(built / "exclusive_handles.contract.yaml"), *words])

    assert status == 0
    said = "Not judged: `thread_safe` of `ex_device_read`: only 1 `ex_device` may be alive at a time"
    assert said in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_threads_call_with_handles_of_which_each_has_one_from_a_parent_of_its_own(judge):
    items = judge.items("exclusive_handles", "ex_put", "near", seed=1, phases=("threads",), examples=10)

    assert [(each.findings, each.reasons) for each in items if each.item.phase == "threads"] == [((), ())]


FEW = """\
abidance: 1
boundary: few
header: few.h
libraries: {{c: {{path: libfew.so}}}}
handles:
  base: {{create: base_new, destroy: base_free, {base}}}
  part: {{create: part_new, destroy: part_free, {part}}}
functions:
  part_new: {{params: {{b: {{handle: base}}}}, returns: {{handle: part}}, effects: [thread_safe]}}
  part_use: {{params: {{p: {{handle: part}}}}, effects: [thread_safe]}}
  base_use: {{params: {{b: {{handle: base}}}}, effects: [thread_safe]}}
"""


@pytest.mark.unit
@pytest.mark.parametrize(
    ("base", "part", "few"),
    [
        ("at_most: 1", "at_most: 9", {"part_new": "base", "part_use": "base", "base_use": "base"}),
        ("at_most: 3", "at_most: 9", {"part_new": "base", "part_use": "base", "base_use": "base"}),
        ("at_most: 4", "at_most: 1", {"part_new": "", "part_use": "", "base_use": ""}),
        ("concurrent: true", "at_most: 1", {"part_new": "part", "part_use": "", "base_use": ""}),
        ("at_most: 1, concurrent: true", "at_most: 8", {"part_new": "", "part_use": "base", "base_use": ""}),
        ("at_most: 8", "parent: none, at_most: 1", {"part_new": "part", "part_use": "part", "base_use": ""}),
    ],
)
def test_of_which_handle_threads_cannot_have_one_each(base, part, few, tmp_path):
    contract = load_text(FEW.format(base=base, part=part), tmp_path / "few.contract.yaml")

    assert {name: too_few(contract, each) for name, each in contract.functions.items()} == few
