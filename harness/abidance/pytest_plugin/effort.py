"""How much was tried of each function: told at the end with `-v`, from the reports of any process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.pytest_plugin.properties import properties_of
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pytest

CASES = "abidance_cases"
"""The property of a report that has how many cases of its item were judged."""
EXECUTIONS, EDGES = "abidance_executions", "abidance_edges"
"""The properties of a report that have what exploring came to; all builds of a library have the same."""


def effort_lines(reports: Iterable[pytest.TestReport]) -> tuple[str, ...]:
    """Return a line for each function and library of which something was called, over all phases and builds."""
    efforts: dict[tuple[str, str, str], list[int]] = {}
    for report in reports:
        properties = dict(properties_of(report))
        library = properties.get("abidance_library")
        name, boundary = properties.get("abidance_function"), properties.get("abidance_boundary")
        if report.when == "call" and CASES in properties and library and name != boundary:
            effort = efforts.setdefault((str(boundary), str(name), str(library)), [0, 0, 0])
            effort[0] += _number(properties, CASES)
            effort[1:] = map(max, effort[1:], (_number(properties, EXECUTIONS), _number(properties, EDGES)))
    widest = max((len(name) for _, name, _ in efforts), default=0)
    several = len({library for _, _, library in efforts}) > 1
    return tuple(
        f"abidance: {name:{widest}}  {_words(*effort)}" + (f" in {library}" if several else "")
        for (_, name, library), effort in efforts.items()
    )


def _words(cases: int, executions: int, edges: int) -> str:
    explored = f", explored {count(executions, 'time')}" if executions else ""
    return f"{count(cases, 'case')}{explored}" + (f", {count(edges, 'edge')}" if edges else "")


def _number(properties: Mapping[str, object], name: str) -> int:
    return int(str(properties.get(name, 0)))
