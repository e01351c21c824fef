"""How many cases each function was given: told at the end with `-v`, from the reports of any process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

CASES = "abidance_cases"
"""The property of a report that has how many cases of its item were judged."""


def effort_lines(reports: Iterable[pytest.TestReport]) -> tuple[str, ...]:
    """Return a line for each function of which something was called, with its cases over all phases and builds."""
    cases: dict[tuple[str, str], int] = {}
    for report in reports:
        properties = dict(report.user_properties)
        if report.when == "call" and CASES in properties and properties.get("abidance_library"):
            key = (str(properties["abidance_boundary"]), str(properties["abidance_function"]))
            cases[key] = cases.get(key, 0) + int(str(properties[CASES]))
    widest = max((len(function) for _, function in cases), default=0)
    return tuple(
        f"abidance: {function:{widest}}  {number:,} cases"
        for (boundary, function), number in cases.items()
        if function != boundary
    )
