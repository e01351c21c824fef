"""Coverage as a JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.coverage import CoverageReport, Exercise, LibraryReach
    from abidance.core.source_reach import FileReach
    from abidance.report.text.style import Style

VERSION = 1


def document(reports: Sequence[CoverageReport], look: Style) -> str:
    """Return the text of the document; its paths are relative where they can be."""
    told = {"schema_version": VERSION, "contracts": [_contract(each, look) for each in reports]}
    return json.dumps(told, indent=2) + "\n"


def _contract(report: CoverageReport, look: Style) -> dict[str, Any]:
    return {
        "boundary": report.boundary,
        "contract": look.path(report.contract),
        "seed": report.seed,
        "libraries": [_library(each, look) for each in report.libraries],
        "exercises": [_exercise(each) for each in report.exercises],
        "not_judged": [*report.not_judged],
    }


def _library(library: LibraryReach, look: Style) -> dict[str, Any]:
    return {
        "name": library.library,
        "prebuilt": library.prebuilt,
        "counted": library.counted,
        "cases": library.cases,
        "cases_that_ended_the_process": library.ended,
        "lines": {"all": library.lines, "reached": library.reached} if library.counted else None,
        "files": [_file(each, look) for each in library.files],
        "not_judged": [*library.untold, *(each.message for each in library.problems)],
    }


def _file(file: FileReach, look: Style) -> dict[str, Any]:
    return {
        "path": look.path(file.path),
        "lines": {str(line): count for line, count in file.lines.items()},
        "branches": [
            {"line": each.line, "condition": each.condition, "way": each.way, "taken": each.taken}
            for each in file.branches
        ],
        "functions": [
            {"name": each.name, "line": each.line, "entered": each.count} for each in file.functions
        ],
        "conditions": [
            {
                "line": each.line,
                "column": each.column or None,
                "end_column": each.end_column or None,
                "reached": each.count or None,
                "never": each.missing or None,
                "decides": each.decides,
                "lines_behind": [*each.behind],
            }
            for each in file.barriers
        ],
    }


def _exercise(exercise: Exercise) -> dict[str, Any]:
    return {
        "kind": exercise.kind,
        "function": exercise.function,
        "clause": exercise.clause,
        "exercised_in": [*exercise.by],
        "never_in": [*exercise.without],
        "words": exercise.words,
    }
