"""The figures are no test; that they are still measured is one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def printed():
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    "goal",
    [
        "two ints, 100 asked for: speed against by hand",
        "buffer up to 4 KiB, 100 asked for: speed against by hand",
        "buffer of 4 KiB, 100 asked for: speed against by hand",
        "rg_admit: executions a second against by hand",
        "first crash to minimal call, release, slowest function",
        "empty function: native loop apart from a loop by hand",
        "p99 of 200 ns: native loop apart from HDR by hand",
        "abidance --help",
        "abidance --help imports hypothesis",
        "pytest --co of 100 functions",
        "pytest --co of contracts imports hypothesis",
        "100 functions, 100 cases each, one build, -j 2",
        "gate: the same header against ten times the library",
    ],
)
def test_quick_run_says_whether_a_goal_is_met(printed, goal):
    _, _, goals = printed.partition("\nGoals\n")
    lines = [re.split(" {2,}", line.strip()) for line in goals.splitlines()]
    ((verdict, _, _, limit),) = [words for words in lines if words[1:2] == [goal]]

    assert verdict in ("met", "missed")
    assert limit.startswith("goal ")


def test_quick_run_prints_every_round_trip(printed):
    assert "release: two ints " in printed
    assert "release: a crash and the next case" in printed


def test_quick_run_times_a_header_beside_the_preprocessor_and_other_tools(printed):
    assert "stdio.h: cc -E" in printed
    for step in ("read", "probe", "bind"):
        assert re.search(rf"stdio\.h: {step}, cold .* times cc -E", printed)
        assert re.search(rf"stdio\.h: {step}, warm .* times cc -E", printed)
    for tool in ("ctypesgen", "clang2py"):
        assert re.search(rf"stdio\.h: {tool}(, as a process| is not installed)", printed)
