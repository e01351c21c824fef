"""What clauses say together, in a compiled contract: refusals, failures without a handle, and statuses."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_module
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
import test_clauses_that_meet as meeting


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("cm"), "cm", meeting)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", sorted(meeting.COMPILED))
def test_what_they_say_together_is_judged(wrong, target):
    function, _, code, _ = meeting.DEFECTS[wrong]
    ended = target.run(wrong, function, 4_000, 1)

    assert ended.returncode != 0
    assert code in ended.stderr


@pytest.mark.slow
def test_others_are_left_alone(target):
    for entry in target.target.entries:
        ended = target.run("NOTHING", entry, 4_000, 1)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_only_what_takes_a_worker_is_left_to_run(target):
    assert {each.subject for each in target.target.left} <= {"cm_at"}
