"""Says from how many of ten seeds the tests of some families pass: `ten_seeds.py tests/run/test_forms.py ...`.

What a test finds from one seed, it is to find from nine of ten; what is sound is to be silent from all. With `--record`
the outcome goes to `docs/explanation/ten-seeds.json`, and the page beside it is written anew.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

STEP = 1000
"""No test has so many seeds of its own."""
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "ten-seeds.md"
RECORD = PAGE.with_suffix(".json")
SCHEMA = ROOT / "harness" / "abidance" / "contract" / "schema.json"
MARK = "<!-- ten_seeds.py -->\n"
WITHOUT = (
    "Clauses that no contract of these tests has, but for those about builds, interfaces and suppressions:"
)
BUILDS = ("Select", "Library", "CMakeProject", "Abi", "Policy", "Suppression")
"""Parts of the language about how a library is built, what its interface was, and what is accepted of it."""


class Round:
    """One run of the tests: adds to the seed of each item that is judged, and notes how each test ended.

    It does not matter how a test has said which seed to take; only what it judges in other processes keeps its own.
    """

    def __init__(self, first: int) -> None:
        self.first = first
        self.passed: set[str] = set()
        self.failed: set[str] = set()
        self.clauses: dict[str, set[str]] = defaultdict(set)
        """Which clauses the contracts have to which the tests of a file held something, in this process."""
        self._file = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[object]:
        """Have every session of this process judge its items from other seeds."""
        from abidance.run.engine.session import Session  # noqa: PLC0415 - pytest would warn that it comes before it

        judged = Session.run

        def run(session, contract, *asked):
            self.clauses[self._file] |= clauses_of(contract)
            said = session.settings
            session.settings = replace(said, seed=(said.seed or 0) + self.first)
            try:
                return judged(session, contract, *asked)
            finally:
                session.settings = said

        with patch.object(Session, "run", run):
            return (yield)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note whose test begins."""
        self._file = nodeid.partition("::")[0]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the call of a test, and whatever fails around it."""
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)


def main() -> int:
    """Run the tests once for each seed; fail where one does not pass from nine of ten."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="+", help="files of tests/run, or what else pytest takes")
    parser.add_argument("--seeds", type=int, default=10, metavar="N")
    parser.add_argument(
        "--from", type=int, default=0, metavar="N", dest="first", help="how many seeds are left out"
    )
    parser.add_argument("-k", default="", metavar="EXPRESSION", help="as pytest's")
    parser.add_argument("--tb", default="no", metavar="STYLE", help="as pytest's")
    parser.add_argument(
        "--record", action="store_true", help="keep what came of whole files, and write the page"
    )
    asked = parser.parse_args()
    if asked.record and (asked.k or asked.first not in (0, 1) or asked.seeds + asked.first < 10):
        parser.error(
            "what is recorded is of whole files, and of all ten seeds or the nine after the tests' own"
        )
    outcomes: dict[str, list[bool]] = defaultdict(list)
    clauses: dict[str, set[str]] = defaultdict(set)
    for number in range(asked.first, asked.first + asked.seeds):
        noted = Round(STEP * number)
        options = [
            "-q",
            "-rfE",
            "--full",
            "--no-header",
            f"--tb={asked.tb}",
            "-p",
            "no:cacheprovider",
            "-k",
            asked.k,
        ]
        pytest.main([*options, *asked.tests], [noted])
        sys.stdout.flush()
        for file, words in noted.clauses.items():
            clauses[file] |= words
        for test in noted.passed | noted.failed:
            outcomes[test].append(test not in noted.failed)
    for file in sorted({_file(test) for test in outcomes} - {*clauses}):
        print(
            f"{file} judges nothing in this process: it has run from its own seed alone, and is not recorded"
        )
    if asked.record:
        record(outcomes, clauses, asked.seeds)
    return _table(outcomes, asked.seeds)


def clauses_of(value: object) -> set[str]:
    """Return the clauses that a part of a contract has, as `Param.on_failure`."""
    from abidance.contract.language.clauses import Clauses, table  # noqa: PLC0415 - pytest would warn, as above

    if isinstance(value, Clauses):
        record, within = type(value), table(type(value)).values()
        said = {f"{record.__name__}.{each.key}" for each in within if value.says(each.key)}
        return said.union(*(clauses_of(getattr(value, each.attribute)) for each in within))
    if isinstance(value, dict):
        value = tuple(value.values())
    return set().union(*map(clauses_of, value)) if isinstance(value, tuple) else set()


def record(outcomes: Mapping[str, list[bool]], clauses: Mapping[str, Iterable[str]], seeds: int) -> None:
    """Keep what came of each file that judged something, in place of what was known of it, and write the page."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=8", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    known = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    by_file: dict[str, dict[str, int]] = defaultdict(dict)
    for test, passes in outcomes.items():
        if (file := _file(test)) in clauses:
            by_file[file][test.removeprefix(f"{file}::")] = sum(passes)
    for file, tests in by_file.items():
        known[file] = {
            "commit": commit.stdout.strip(),
            "date": datetime.now(UTC).date().isoformat(),
            "seeds": seeds,
            "tests": len(tests),
            "missed": {name: passes for name, passes in sorted(tests.items()) if passes < seeds},
            "clauses": " ".join(sorted(clauses[file])),
        }
    RECORD.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")
    write_page(known)


def not_held() -> list[str]:
    """Return the clauses, but for those about builds and texts, that no contract of a recorded file has."""
    known = json.loads(RECORD.read_text())
    held = {clause for told in known.values() for clause in told["clauses"].split()}
    definitions = json.loads(SCHEMA.read_text())["definitions"]
    said = {
        f"{name}.{key}"
        for name, each in definitions.items()
        for key in each["properties"]
        if key != "summary"
    }
    return sorted(each for each in said - held if each.partition(".")[0] not in BUILDS)


def write_page(known: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a row for each file of tests below the page's text, and one for each test that missed a seed."""
    rows = ["| Tests | Of what | Tests | From all | Seeds | Commit |", "|---|---|---|---|---|---|"]
    missed = ["", "| Test | Passed from |", "|---|---|"]
    for file, told in sorted(known.items()):
        about = (ast.get_docstring(ast.parse((ROOT / file).read_text())) or "").partition("\n")[0]
        tests, seeds = told["tests"], told["seeds"]
        rows.append(
            f"| [{Path(file).stem}](../../{file}) | {about} | {tests} | {tests - len(told['missed'])} | {seeds} "
            f"| `{told['commit']}` |"
        )
        missed += [f"| `{name}` | {passes} of {seeds} |" for name, passes in told["missed"].items()]
    without = ["", f"{WITHOUT} {', '.join(f'`{each}`' for each in not_held())}."]
    table = "\n".join([*rows, *(missed if len(missed) > 3 else []), *without])
    PAGE.write_text(f"{PAGE.read_text().partition(MARK)[0]}{MARK}{table}\n<!-- end -->\n")


def _file(test: str) -> str:
    return test.partition("::")[0]


def _table(outcomes: Mapping[str, list[bool]], seeds: int) -> int:
    missed = {test: sum(each) for test, each in outcomes.items() if sum(each) < seeds}
    for test, passes in sorted(missed.items()):
        print(f"{passes:>3} of {seeds}  {test}")
    print(f"{len(outcomes) - len(missed)} of {len(outcomes)} tests pass from all of {seeds} seeds")
    return int(not outcomes or any(10 * passes < 9 * seeds for passes in missed.values()))


if __name__ == "__main__":
    sys.exit(main())
