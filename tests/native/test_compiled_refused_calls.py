"""What a refused or failed call tells and leaves alone, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_module
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
import test_refused_calls_that_keep as keeping


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("rk"), "rk", keeping)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", sorted(keeping.COMPILED))
def test_what_a_refused_or_failed_call_does_is_judged(wrong, target):
    function, _, code = keeping.DEFECTS[wrong]
    ended = target.run(wrong, function, 4_000, 1)

    assert ended.returncode != 0
    assert code in ended.stderr


@pytest.mark.slow
def test_others_are_left_alone(target):
    for entry in target.target.entries:
        ended = target.run("NOTHING", entry, 4_000, 1)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
