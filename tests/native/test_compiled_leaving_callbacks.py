"""Callbacks that leave by a call where they fail, in compiled contracts."""

from __future__ import annotations

import sys

import pytest
from built_contract import BuiltContract, made
from native_twins import ROOT

from abidance.generate.strategies import cases

sys.path.append(str(ROOT / "tests/run"))
import test_readers_that_leave as leaving

AGAIN = leaving.SOURCE.replace("longjmp(parser->place, 1)", "longjmp(parser->place, parser->records + 1)")
"""It tells where it came from how far it was."""


@pytest.fixture(scope="module")
def parser(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rl")
    (folder / "rl.h").write_text(leaving.HEADER)
    (folder / "rl.c").write_text(leaving.SOURCE)
    (folder / "near.c").write_text(AGAIN)
    (folder / "rl.contract.yaml").write_text(leaving.CONTRACT)

    def sources(name):
        source, wrong = ("near.c", "NOTHING") if name == "NEAR" else ("rl.c", name)
        return folder / source, None, f"-DWRONG={wrong}", "-rdynamic"  # its stub calls what the header does

    return BuiltContract(folder, folder / "rl.contract.yaml", folder, sources)


@pytest.mark.parametrize(("wrong", "code"), [("LOSES", "ABD371"), ("COUNTS", "ABD321")])
@pytest.mark.parametrize("item", ["rl_try", "rl_struct"])
def test_what_is_lost_on_the_way_out_is_found(item, wrong, code, parser):
    assert not parser.target.left
    assert code in parser.run(wrong, item).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["NOTHING", "NEAR"])
def test_what_cares_for_those_that_leave_is_left_alone(library, parser):
    for entry in parser.target.entries:
        ended = parser.run(library, entry, 50_000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_what_there_is_to_read_goes_there_and_back(parser):
    wanted = made(cases(parser.boundary, parser.boundary.functions["rl_try"]))
    encoded, again = parser.again("NOTHING", "rl_try", wanted)

    assert len(encoded) * 2 > len(wanted)
    assert [case.arguments["get"] for case in again] == [case.arguments["get"] for case in encoded]
