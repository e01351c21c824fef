"""Callbacks that read all that they are asked for, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import made, of_module
from native_twins import ROOT

from abidance.generate.strategies import cases

sys.path.append(str(ROOT / "tests/run"))
import test_readers_of_all_or_nothing as all_or_nothing
import test_readers_to_the_end as to_the_end

DEFECTS = [
    *(("wh", item, wrong) for item, wrong, _ in all_or_nothing.DEFECTS),
    *(("te", item, wrong) for item, wrong in to_the_end.DEFECTS if (item, wrong) == ("te_length", "STOPS")),
    ("te", "te_length", "TRUSTS"),
    ("te", "te_sum", "TRUSTS"),
    ("te", "te_append", "STOPS"),
]
TARGETS = ("wh", "te")


@pytest.fixture(scope="module")
def readers(tmp_path_factory):
    built = {}

    def target(name):
        if name not in built:
            module = {"wh": all_or_nothing, "te": to_the_end}[name]
            built[name] = of_module(tmp_path_factory.mktemp(name), name, module)
        return built[name]

    return target


@pytest.mark.slow
@pytest.mark.parametrize(("name", "item", "wrong"), DEFECTS)
def test_what_takes_a_part_for_all_is_found(name, item, wrong, readers):
    ended = readers(name).run(wrong, item, 20_000, 1)

    assert ended.returncode != 0
    assert "ABD321" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_what_takes_all_or_nothing_is_left_alone(name, readers):
    target = readers(name)

    for entry in target.target.entries:
        ended = target.run("NOTHING", entry, 10_000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
    assert not [each for each in target.target.left if "all that it is asked for" in each.reason]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "item"), [("wh", "wh_last"), ("wh", "wh_words"), ("te", "te_length")])
def test_what_there_is_to_read_goes_there_and_back(name, item, readers):
    target = readers(name)
    wanted = made(cases(target.boundary, target.boundary.functions[item]))
    encoded, again = target.again("NOTHING", item, wanted)

    assert len(encoded) * 2 > len(wanted)
    assert [case.arguments for case in again] == [case.arguments for case in encoded]
