"""The tiers of the tests: which are run when, what a `unit` test may not do, and what a merge must show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import shown

from abidance.checks import CHECKS
from abidance.core.catalogue import CATALOGUE

TESTS = Path(__file__).parents[1]
TIERS = "  unit: .\n  native: .\n  slow: .\n  full: .\n"
INI = f"[pytest]\naddopts = --strict-markers -p no:cacheprovider\nmarkers =\n{TIERS}"
PROJECT = """\
import os
import subprocess

import pytest
from tiers import one_of_each, sample

pytestmark = pytest.mark.full

def test_deep(): ...

@pytest.mark.native
def test_quick(): ...

@pytest.mark.native
@pytest.mark.parametrize("seed", sample(range(3), keep=[1]))
def test_seeds(seed): ...

@pytest.mark.native
@pytest.mark.parametrize(("name", "kind"), one_of_each([("a", 1), ("b", 2), ("c", 1)], lambda name, kind: kind))
def test_kinds(name, kind): ...

@pytest.mark.slow
@pytest.mark.parametrize("seed", sample(range(2), keep=[0]))
def test_long(seed): ...

@pytest.mark.unit
def test_pure(): ...

@pytest.mark.unit
def test_starts():
    try:
        subprocess.run(["true"])
    except Exception:
        pass  # as code that takes every error for the answer that it expects

@pytest.mark.unit
def test_forks():
    os.fork()

@pytest.fixture
def built():
    subprocess.run(["true"])

@pytest.mark.unit
def test_is_given_what_is_built(built): ...
"""
NATIVE = {"test_quick", "test_seeds[1]", "test_kinds[a-1]", "test_kinds[b-2]"}
UNIT = {"test_pure", "test_starts", "test_forks", "test_is_given_what_is_built"}
SLOW = {"test_long[0]"}
FULL = {"test_deep", "test_seeds[0]", "test_seeds[2]", "test_kinds[c-1]", "test_long[1]"}


@pytest.fixture
def project(pytester, monkeypatch):
    """A folder with the tests above, under the hooks that these tests are under."""
    monkeypatch.setenv("COLUMNS", "180")
    pytester.makeini(INI)
    for name in ("conftest.py", "tiers.py"):
        (pytester.path / name).write_text((TESTS / name).read_text())
    pytester.makepyfile(test_it=PROJECT)
    return pytester


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), UNIT | NATIVE),
        (("--full",), UNIT | NATIVE | SLOW | FULL),
        (("-m", "unit"), UNIT),
        (("-m", "native"), NATIVE),
        (("-m", "slow"), SLOW),
        (("-m", "full"), FULL),
        (("test_it.py::test_deep",), {"test_deep"}),
    ],
    ids=["make test", "make test-full", "make check", "native", "make test-slow", "full", "by name"],
)
def test_a_tier_has_the_tests_whose_nearest_marker_names_it(words, expected, project):
    output = project.runpytest_subprocess("--collect-only", "-q", *words).stdout.str()

    assert {*re.findall(r"^test_it\.py::(\S+)$", output, re.MULTILINE)} == expected


def test_a_unit_test_that_starts_a_process_fails_even_where_the_refusal_is_swallowed(project):
    done = project.runpytest_subprocess("-m", "unit")

    done.assert_outcomes(passed=2, failed=1, errors=4)
    said = done.stdout.str()
    for test in ("test_starts", "test_forks", "test_is_given_what_is_built"):
        assert re.search(rf"^ERROR test_it\.py::{test} - Failed: a `unit` test ", said, re.MULTILINE)


def test_each_check_has_a_defect_and_sound_code_before_a_merge():
    """What is found without a check of its own is a code of the catalogue that says what it flags."""
    flags = [code.id for code in CATALOGUE if code.explain.startswith("Flags ")]
    codes = {*(check.id for check in CHECKS), *flags}

    in_tier = collected()

    assert codes - {*in_tier["finds"]} == set(), "no defect of these is found before a merge"
    assert codes - {*in_tier["spares"]} == set(), "no sound code like these is held before a merge"


def collected():
    """Return what a merge runs of the tests that say what they find or spare."""
    says = re.compile(r"\bmark\.(finds|spares)\b|\b(found|spared)_in\(")
    files = [path for path in sorted(TESTS.glob("*/test_*.py")) if says.search(path.read_text())]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-m",
            "not full",
            "-p",
            "shown",
            "-p",
            "no:cacheprovider",
            *files,
        ],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTEST_ADDOPTS": ""},
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return shown.read(done.stdout)
