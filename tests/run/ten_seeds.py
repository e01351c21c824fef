"""Says from how many of ten seeds the tests of some families pass: `ten_seeds.py tests/run/test_forms.py ...`.

What a test finds from one seed, it is to find from nine of ten; what is sound is to be silent from all.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STEP = 1000
"""No test has so many seeds of its own."""


class Round:
    """One run of the tests: adds to the seed of each item that is judged, and notes how each test ended.

    It does not matter how a test has said which seed to take; only what it judges in other processes keeps its own.
    """

    def __init__(self, first: int) -> None:
        self.first = first
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[object]:
        """Have every session of this process judge its items from other seeds."""
        from abidance.run.engine.session import Session  # noqa: PLC0415 - pytest would warn that it comes before it

        judged = Session.run

        def run(session, *asked):
            said = session.settings
            session.settings = replace(said, seed=(said.seed or 0) + self.first)
            try:
                return judged(session, *asked)
            finally:
                session.settings = said

        with patch.object(Session, "run", run):
            return (yield)

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
    asked = parser.parse_args()
    outcomes: dict[str, list[bool]] = defaultdict(list)
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
        for test in noted.passed | noted.failed:
            outcomes[test].append(test not in noted.failed)
    return _table(outcomes, asked.seeds)


def _table(outcomes: Mapping[str, list[bool]], seeds: int) -> int:
    missed = {test: sum(each) for test, each in outcomes.items() if sum(each) < seeds}
    for test, passes in sorted(missed.items()):
        print(f"{passes:>3} of {seeds}  {test}")
    print(f"{len(outcomes) - len(missed)} of {len(outcomes)} tests pass from all of {seeds} seeds")
    return int(not outcomes or any(10 * passes < 9 * seeds for passes in missed.values()))


if __name__ == "__main__":
    sys.exit(main())
