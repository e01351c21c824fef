"""Promises that held vacuously, or are suppressed: reported once at the end, from the reports of any process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.report.watchers import watchers

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

UNTESTED = "abidance_untested"
"""The property of a report that says so."""
REACHED = "abidance_reached"
"""The property of a report on sequences that has the functions of which they put something to the test."""
SUPPRESSED = "abidance_suppressed"
"""The property of a report that has a line for a finding of which the contract makes an exception."""
UNSEEN = "abidance_unseen"
"""The property of a report that says what the search past a finding did not see."""
WATCHED = "abidance_watched_by"
"""The property of a report that has the instruments that were live while the item was judged."""
_PHASES = frozenset({"examples", "properties"})
_FUNCTION = "abidance_function"
_OF = ("abidance_boundary", _FUNCTION, "abidance_library", "abidance_build")


def untested(reports: Iterable[pytest.TestReport]) -> tuple[str, ...]:
    """Return a sentence for each function that no item of one library and build put to the test, nor any sequence."""
    groups: dict[tuple[object, ...], list[str]] = {}
    reached: set[tuple[object, ...]] = set()
    for report in reports:
        properties = dict(report.user_properties)
        file = report.nodeid.partition("::")[0]
        for name in str(properties.get(REACHED, "")).split():
            of_it = {**properties, _FUNCTION: name}
            reached.add((file, *map(of_it.get, _OF)))
        if properties.get("abidance_phase") in _PHASES and report.when == "call":
            key = (file, *map(properties.get, _OF))
            groups.setdefault(key, []).append(str(properties.get(UNTESTED, "")))
    return tuple(
        dict.fromkeys(
            sentences[-1] for key, sentences in groups.items() if key not in reached and all(sentences)
        )
    )


def suppressed(reports: Iterable[pytest.TestReport]) -> tuple[str, ...]:
    """Return a line for each finding that decided nothing, and for what was not seen, however many items saw it."""
    told = (SUPPRESSED, UNSEEN)
    lines = (str(text) for report in reports for name, text in report.user_properties if name in told)
    return tuple(dict.fromkeys(lines))


def watched_by(reports: Iterable[pytest.TestReport]) -> str:
    """Return in a line what watched the calls of all items; empty where none called anything."""
    values = (str(text) for report in reports for name, text in report.user_properties if name == WATCHED)
    return watchers(tuple(value.split(", ")) for value in values)
