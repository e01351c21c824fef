"""A call that fails for what earlier calls left behind says so, and which of the same calls is the first that fails."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from abidance.cli.main import main
from tiers import full

pytestmark = pytest.mark.full

HEADER = """\
int pl_count(int step);
int pl_slot(int step);
int pl_first(int step);
int pl_twin(int step);
int pl_fill(int by);
"""
SOURCE = """\
#include "pl.h"
#include <stdlib.h>
static int counted, slots, begun, level;
int pl_count(int step) { return ++counted + 0 * step; }
int pl_slot(int step) { if (++slots > 70) abort(); return step; }
int pl_first(int step) { int first = !begun; begun = 1; return step ^ first; }
int pl_twin(int step) { return step == 7 ? 8 : step; }
int pl_fill(int by) { if (by == 1) level = 1; return by == 9 && level ? 0 : by; }
"""
CONTRACT = """\
abidance: 1
boundary: pl
header: pl.h
libraries: {c: {path: libpl.so}}
functions:
  pl_count: {ensures: [result < 100]}
  pl_slot: {ensures: [result == step]}
  pl_first: {ensures: [result == step]}
  pl_twin: {ensures: [result == step]}
  pl_fill: {params: {by: {range: [1, 9]}}, ensures: [result == by]}
"""


@pytest.fixture
def piles(written, capsys):
    """Return what runs `abidance` in a folder with the library, and returns its exit status and what it printed."""
    written("pl", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "-g", "-o", "libpl.so", "pl.c"], check=True)

    def run(*words):
        code = main([*words])
        out, err = capsys.readouterr()
        return code, out + err

    return run


def found(piles, *functions):
    code, out = piles("run", "pl.contract.yaml", "--seed=1", *(f"--function={each}" for each in functions))
    assert code == 1
    return out, re.search(r"abidance replay (\w+)", out)[1]


def emitted(piles, case):
    """Return the exit status of the C program for a case."""
    assert piles("replay", case, "--emit", "c", "--output", "case.c")[0] == 0
    strict = ["-Wall", "-Wextra", "-Werror"]
    subprocess.run(["gcc", *strict, "-I.", "case.c", "./libpl.so", "-Wl,-rpath,.", "-o", "case"], check=True)
    return subprocess.run(["./case"], capture_output=True, check=False).returncode


@pytest.mark.parametrize(("function", "nth"), [full("pl_count", "100th"), ("pl_slot", "71st")])
def test_what_adds_up_until_it_fails(piles, function, nth):
    out, case = found(piles, function)

    assert f"= not by itself: in a new process it is the {nth} such call that fails" in out
    code, again = piles("replay", case)
    assert code == 1
    assert "repeats 2 of 2" in again
    assert emitted(piles, case) != 0


def test_what_only_the_first_call_in_a_process_does(piles):
    out, case = found(piles, "pl_first")

    assert "= in a new process only the first such call fails" in out
    assert "repeats 2 of 2" in out
    assert piles("replay", case)[0] == 1
    assert emitted(piles, case) == 1


def test_what_needs_other_calls_before_it(piles):
    out, case = found(piles, "pl_fill")

    assert "= not in a new process: it depends on earlier calls" in out
    code, again = piles("replay", case)
    assert code == 3
    assert f"`{case}` failed only after other calls, and these are not stored" in again
    assert emitted(piles, case) == 0
    assert "only after other calls" in Path("case.c").read_text()


def test_what_fails_by_itself_says_nothing(piles):
    out, case = found(piles, "pl_twin")

    assert "repeats 5 of 5" in out
    assert "process" not in out.replace("process state", "")
    assert piles("replay", case)[0] == 1
    assert emitted(piles, case) == 1
