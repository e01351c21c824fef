"""Files that callbacks write, in compiled contracts: at a position that others move, and at places."""

from __future__ import annotations

import sys

import pytest
from built_contract import made, of_module
from native_twins import ROOT

from abidance.generate.strategies import cases

sys.path.append(str(ROOT / "tests/run"))
import test_files_that_are_written as at_positions
import test_files_written_at_places as at_places

DEFECTS = [
    ("fw", "fw_backwards", "STAYS"),
    ("fw", "fw_raise", "STAYS"),
    ("fw", "fw_numbers", "SHORT"),
    ("pl", "pl_reverse", "ASTRAY"),
    ("pl", "pl_reverse", "STALE"),
    ("pl", "pl_scatter", "ASTRAY"),
    ("pl", "pl_open", "SHORT"),
]
HANDED_ON = {"fw": {"all_chunks_are_there"}, "pl": set()}
"""Whose promises look at the file of a callback that an earlier call was given."""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    built = {}

    def target(name):
        if name not in built:
            module = {"fw": at_positions, "pl": at_places}[name]
            built[name] = of_module(tmp_path_factory.mktemp(name), name, module)
        return built[name]

    return target


@pytest.mark.slow
@pytest.mark.parametrize(("name", "item", "wrong"), DEFECTS)
def test_what_is_written_elsewhere_is_found(name, item, wrong, files):
    ended = files(name).run(wrong, item, 20_000, 1)

    assert "ABD321" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", HANDED_ON)
def test_what_is_written_there_is_left_alone(name, files):
    target = files(name)

    for entry in target.target.entries:
        ended = target.run("NOTHING", entry, 50_000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
    assert {each.subject for each in target.target.left} == HANDED_ON[name]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "item"), [("fw", "fw_raise"), ("fw", "fw_numbers"), ("pl", "pl_reverse"), ("pl", "pl_scatter")]
)
def test_what_there_is_to_read_and_to_answer_goes_there_and_back(name, item, files):
    target = files(name)
    wanted = made(cases(target.boundary, target.boundary.functions[item]))
    encoded, again = target.again("NOTHING", item, wanted)

    assert len(encoded) * 2 > len(wanted)
    assert [case.arguments for case in again] == [case.arguments for case in encoded]
