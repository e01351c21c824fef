"""Which handle a callback is given of those in memory of the library's, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_module
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
import test_handles_handed_on as handed


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("hh"), "hh", handed)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", sorted(handed.DEFECTS))
def test_which_one_it_is_is_judged(wrong, target):
    ended = target.run(wrong, handed.DEFECTS[wrong], 4_000, 1)

    assert ended.returncode != 0
    assert "ABD321" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("wrong", handed.SOUND)
def test_the_one_of_the_call_is_known(wrong, target):
    for entry in target.target.entries:
        ended = target.run(wrong, entry, 4_000, 1)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


def test_nothing_is_left_to_run(target):
    assert not target.target.left
