"""Promises that held vacuously, or are suppressed: reported once at the end, from the reports of any process."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import TYPE_CHECKING

from abidance.core.gaps import Gap, left_open
from abidance.pytest_plugin.properties import properties_of
from abidance.report.watchers import watchers

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from abidance.core.events import ItemFinished
    from abidance.core.gaps import Tested

GAPS = "abidance_untested"
"""The property of a report that has the promises which the item's calls did not put to the test, and those they did."""
SUPPRESSED = "abidance_suppressed"
"""The property of a report that has a line for a finding of which the contract makes an exception."""
UNSEEN = "abidance_unseen"
"""The property of a report that says what the search past a finding did not see."""
WATCHED = "abidance_watched_by"
"""The property of a report that has the instruments that were live while the item was judged."""
_OF = ("abidance_boundary", "abidance_library")


def as_property(item: ItemFinished) -> str:
    """Return what an item tells of its gaps as text, which goes from one process to another."""
    gaps = [astuple(gap) for gap in item.gaps]
    return json.dumps([gaps, sorted(item.tested)])


def untested(reports: Iterable[pytest.TestReport]) -> tuple[str, ...]:
    """Return a sentence for each promise that no item of a contract put to the test."""
    contracts: dict[tuple[object, ...], list[tuple[str, list[Gap], list[Tested]]]] = {}
    for report in reports:
        properties = dict(properties_of(report))
        if report.when == "call" and GAPS in properties:
            gaps, tested = json.loads(str(properties[GAPS]))
            boundary, library = map(properties.get, _OF)
            told = (str(library or ""), [Gap(*each) for each in gaps], [(name, of) for name, of in tested])
            contracts.setdefault((report.nodeid.partition("::")[0], boundary), []).append(told)
    return tuple(dict.fromkeys(words for items in contracts.values() for words in left_open(items)))


def suppressed(reports: Iterable[pytest.TestReport]) -> tuple[str, ...]:
    """Return a line for each finding that decided nothing, and for what was not seen, however many items saw it."""
    told = (SUPPRESSED, UNSEEN)
    lines = (str(text) for report in reports for name, text in properties_of(report) if name in told)
    return tuple(dict.fromkeys(lines))


def watched_by(reports: Iterable[pytest.TestReport]) -> str:
    """Return in a line what watched the calls of all items; empty where none called anything."""
    values = (str(text) for report in reports for name, text in properties_of(report) if name == WATCHED)
    return watchers(tuple(value.split(", ")) for value in values)
