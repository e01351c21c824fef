"""What is read here of counters is what gcov and llvm-cov say of the same calls."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest

SUBJECT = Path(__file__).with_name("subject.c")


def needed(*tools):
    missing = [tool for tool in tools if not shutil.which(tool)]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} is not installed")


@needed("gcc", "gcov")
def test_gcc_reaches_what_gcov_says(called, program):
    ours = called("gcc").reach()
    folder = program("gcc", "--coverage")
    subprocess.run(["gcov", "--json-format", "-b", "subject.o"], cwd=folder, check=True, capture_output=True)
    (told,) = json.loads(gzip.decompress(next(folder.glob("*.gcov.json.gz")).read_bytes()))["files"]

    assert {line: bool(count) for line, count in ours.lines.items()} == {
        each["line_number"]: bool(each["count"]) for each in told["lines"]
    }
    taken = {}
    for each in told["lines"]:
        for branch in each["branches"]:
            taken.setdefault(each["line_number"], []).append(branch["count"])
    mine = {}
    for branch in ours.branches:
        mine.setdefault(branch.line, []).append(branch.taken or 0)
    assert {line: sorted(counts) for line, counts in mine.items()} == {
        line: sorted(counts) for line, counts in taken.items()
    }
    assert {(each.name, each.count) for each in ours.functions} == {
        (each["name"], each["execution_count"]) for each in told["functions"]
    }


@pytest.mark.slow
@needed("clang", "llvm-profdata", "llvm-cov")
def test_clang_reaches_what_llvm_cov_says(called, program):
    ours = called("clang").reach()
    flags = ("-fprofile-instr-generate", "-fcoverage-mapping")
    folder = program("clang", *flags, LLVM_PROFILE_FILE="raw")
    subprocess.run(["llvm-profdata", "merge", "raw", "-o", "data"], cwd=folder, check=True)
    words = ["llvm-cov", "export", "-format=lcov", "-instr-profile=data", "program", "subject.c"]
    lcov = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout
    told = [line.partition(":")[2].split(",") for line in lcov.splitlines() if line.startswith("DA:")]
    text = (folder / "subject.c").read_text().splitlines()

    assert ours.lines == {int(line): int(count) for line, count in told if text[int(line) - 1].strip()}
    branches = sorted(
        (int(line), 0 if count == "-" else int(count))
        for name, _, words in (each.partition(":") for each in lcov.splitlines())
        if name == "BRDA"
        for line, _, _, count in [words.split(",")]
    )
    assert sorted((each.line, each.taken or 0) for each in ours.branches) == branches


def line(text):
    """Return the first line of the subject with this text."""
    lines = SUBJECT.read_text().splitlines()
    return next(number for number, words in enumerate(lines, 1) if text in words)


@pytest.mark.parametrize("family", ["gcc", "clang"])
def test_the_condition_before_what_was_not_reached_is_told(called, family):
    barriers = {each.behind: each for each in called(family).reach().barriers}
    by_line = {line: each for behind, each in barriers.items() for line in behind}

    assert by_line[line("r = 7;")].line == line("n > 100")
    # gcc tells of the `switch`, clang of the `case`.
    assert by_line[line("alone(r)")].line == line("switch (" if family == "gcc" else "case 9")
    assert by_line[line("r = 1;")].line == line("n == 1000")
    assert line("r += 2;") not in by_line
    assert all(each.count for each in barriers.values())
    if family == "clang":
        short = by_line[line("r = 7;")]
        assert (short.missing, short.column, short.end_column) == ("true", 13, 20)
        assert by_line[line("r = 1;")].missing == "true"
