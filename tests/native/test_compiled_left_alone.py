"""What a call that fails or is refused leaves alone, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_module
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
import test_left_alone as alone


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("la"), "la", alone)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", sorted(alone.COMPILED))
def test_what_is_to_be_left_alone_is_looked_at(wrong, target):
    function, _, code, _ = alone.DEFECTS[wrong]
    ended = target.run(wrong, function, 4_000, 1)

    assert ended.returncode != 0
    assert code in ended.stderr


@pytest.mark.slow
def test_others_are_left_alone(target):
    for entry in target.target.entries:
        ended = target.run("NOTHING", entry, 4_000, 1)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


def test_nothing_is_left_to_run(target):
    assert not target.target.left
