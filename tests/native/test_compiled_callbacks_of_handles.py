"""Callbacks that handles were given before, as later calls invoke them, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_module
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
import test_callbacks_that_handles_keep as keep


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("kb"), "kb", keep)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", keep.DEFECTS)
def test_what_it_is_invoked_with_is_looked_at(wrong, target):
    ended = target.run(wrong, "kb_bus", 60_000, 1)

    assert ended.returncode != 0
    assert any(code in ended.stderr for code in keep.DEFECTS[wrong].split())


@pytest.mark.slow
@pytest.mark.parametrize("right", keep.SOUND)
def test_a_sound_library_is_left_alone(right, target):
    for entry in target.target.entries:
        ended = target.run(right, entry, 20_000, 1)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


def test_nothing_is_left_to_run(target):
    assert not target.target.left
