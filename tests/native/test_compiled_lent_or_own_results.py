"""Results in the caller's room or in a block of their own, compiled: in calls, and where a law passes NULL."""

from __future__ import annotations

import sys

import pytest
from built_contract import RUN, of_module

sys.path.append(str(RUN))
import test_lent_or_own_results as lent_or_own


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("lo"), "lo", lent_or_own)


@pytest.mark.parametrize("library", ["SOUND", "NEAR"])
@pytest.mark.parametrize("entry", ["lo_double", "twice"])
def test_a_result_in_either_is_held_to_the_contract(library, entry, target):
    ended = target.run(library, entry, 4_000, 1)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_a_step_without_room_returns_is_looked_at(target):
    assert "ABD376 twice" in target.run("OTHER", "twice").stderr


@pytest.mark.parametrize("entry", ["lo_double", "twice"])
def test_what_is_in_neither_is_no_block_to_free(entry, target):
    assert target.run("WITHIN", entry).returncode != 0


def test_nothing_is_left_to_run(target):
    assert not target.target.left
