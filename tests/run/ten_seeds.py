"""Says from how many of ten seeds the tests of some families pass: `ten_seeds.py tests/run/test_forms.py ...`.

What a test finds from one seed, it is to find from nine of ten; what is sound is to be silent from all.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from subjects import SEEDS_FROM

if TYPE_CHECKING:
    from collections.abc import Mapping

STEP = 1000
"""No test has so many seeds of its own."""


class Outcomes:
    """Notes how each test ended."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()

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
    parser.add_argument("-k", default="", metavar="EXPRESSION", help="as pytest's")
    asked = parser.parse_args()
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for number in range(asked.seeds):
        os.environ[SEEDS_FROM] = str(STEP * number)
        noted = Outcomes()
        pytest.main(
            ["-q", "--full", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-k", asked.k, *asked.tests],
            [noted],
        )
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
