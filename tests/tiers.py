"""Tiers: which tests `make check`, `make test`, a merge and `make test-full` run.

Every test stands in one tier, which a marker names: `unit` starts no process, so no compiler and no worker; `native`
may, and needs no marker; `slow` may, and takes about half a second or more, so that it runs before a merge and not
after each change; `full` is what another test shows as well, in other builds, from other seeds, in more depth.
"""

from __future__ import annotations

import os
import sys

import pytest
from _pytest.mark.structures import ParameterSet

TIERS = ("unit", "native", "slow", "full")
"""From the cheapest on."""
UNASKED = {"slow", "full"}
"""What `pytest` leaves out where neither a tier nor a test is named."""
WHOLE = "ABIDANCE_TESTS_WHOLE"
"""Is set with `--full`, before any test module is imported, for this process and those that it starts."""
STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"}
"""What Python tells its audit hooks when a process is started."""


def tier_of(item):
    """Return the tier that the nearest markers name: those of a test, or else of its class, or else of its file."""
    for node in reversed(item.listchain()):
        named = [marker.name for marker in node.own_markers if marker.name in TIERS]
        if named:
            return max(named, key=TIERS.index)
    return "native"


def settle(items):
    """Give each test the marker of its tier and no other, so that `-m` goes by that of the nearest."""
    tiers = [tier_of(item) for item in items]
    for node in {node for item in items for node in item.listchain()}:
        node.own_markers[:] = [marker for marker in node.own_markers if marker.name not in TIERS]
    for item, tier in zip(items, tiers, strict=True):
        item.add_marker(tier)


def full(*values, marks=()):
    """Return one set of parameters for the tier `full`."""
    return pytest.param(*values, marks=(pytest.mark.full, *marks))


def sample(values, keep):
    """Return the values of a parameter, of which those that are not in `keep` are for the tier `full`."""
    values = list(values)
    assert all(value in values for value in keep), f"not all of {keep} is among the values"
    return [value if value in keep else full(value) for value in values]


def depth(cases):
    """Return how many of that many random cases are tried: a third of them, and all with `--full`.

    What a change of ours breaks shows in a few dozen; the rest looks for what nobody has thought of.
    """
    return cases if os.environ.get(WHOLE) else max(10, cases // 3)


def first(cases, count=1):
    """Return sets of parameters, of which all but the first few are for the tier `full`."""
    params = [_param(case) for case in cases]
    return [
        *params[:count],
        *(case._replace(marks=(*case.marks, pytest.mark.full)) for case in params[count:]),
    ]


def _param(case):
    if isinstance(case, ParameterSet):
        return case
    return pytest.param(*case) if isinstance(case, tuple) else pytest.param(case)


def one_of_each(cases, kind):
    """Return sets of parameters, of which all but the first of each kind are for the tier `full`."""
    by_kind = {}
    for case in cases:
        by_kind.setdefault(kind(*_param(case).values), []).append(case)
    return [param for alike in by_kind.values() for param in first(alike)]


class Guard:
    """Refuses to start a process while a test of the tier `unit` is set up or called."""

    def __init__(self):
        self.test = None
        self.refused = []
        sys.addaudithook(self._heard)

    def _heard(self, event, arguments):
        if self.test is not None and event in STARTS:
            what = f"{event}({', '.join(map(repr, arguments[:2]))})"
            self.refused.append(what)
            raise AssertionError(f"a `unit` test starts a process: {what}")

    def watch(self, item):
        """Refuse from now on, if this is a test of that tier."""
        self.test = item if item.get_closest_marker("unit") else None

    def rest(self):
        """Refuse no longer; return what was refused, which may have been taken for some other error."""
        refused, self.test, self.refused = self.refused, None, []
        return refused
