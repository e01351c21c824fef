"""Parts that pages are made of: tables, standings, runs and places, each readable without its colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import htpy as h

from abidance.core.outcome import Outcome
from abidance.evidence.model import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from abidance.core.span import Span
    from abidance.evidence.model import RunOrigin

_MARKS = {
    Standing.FINDINGS: ("bad", "\u2717"),
    Standing.NOT_JUDGED: ("doubt", "?"),
    Standing.PARTLY: ("doubt", "?"),
    Standing.OUTDATED: ("doubt", "?"),
    Standing.SUPPRESSED: ("doubt", "!"),
    Standing.NOTHING: ("dim", "\u2013"),
    Standing.HOLDS: ("good", "\u2713"),
}
_OUTCOMES = {
    Outcome.PASSED: ("good", "\u2713", "passed"),
    Outcome.FAILED: ("bad", "\u2717", "failed"),
    Outcome.SUPPRESSED: ("doubt", "!", "suppressed"),
    Outcome.ERRORED: ("doubt", "?", "not judged"),
    Outcome.SKIPPED: ("doubt", "?", "not run"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand at the right."""

    title: str
    number: bool = False


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[h.Node]]) -> h.Node:
    """Return a table whose rows begin with what each is about; a narrow screen moves it sideways, by keyboard too."""
    body = [
        h.tr[
            h.th(scope="row")[row[0]],
            (
                h.td(class_="number" if column.number else None)[cell]
                for cell, column in zip(row[1:], columns[1:], strict=True)
            ),
        ]
        for row in rows
    ]
    if not body:
        return None
    return h.div(".scroll", role="region", aria_label=caption, tabindex="0")[
        h.table[
            h.caption[caption],
            h.thead[
                h.tr[
                    (
                        h.th(scope="col", class_="number" if each.number else None)[each.title]
                        for each in columns
                    )
                ]
            ],
            h.tbody[body],
        ]
    ]


def standing_tag(standing: Standing) -> h.Node:
    """Return what the evidence on something comes to, in words."""
    tone, mark = _MARKS[standing]
    return tag(tone, mark, standing.value)


def outcome_tag(outcome: Outcome, *, applies: bool = True) -> h.Node:
    """Return how an item has ended, in words; one that had nothing to judge is none that was left out."""
    tone, mark, words = _OUTCOMES[outcome] if applies else ("dim", "\u2013", "does not apply")
    return tag(tone, mark, words)


def tag(tone: str, mark: str, words: str) -> h.Node:
    """Return words in a frame, whose tone, ``good``, ``bad``, ``doubt`` or ``dim``, a mark tells as well."""
    return h.span(class_=f"tag {tone}")[h.span(aria_hidden="true")[f"{mark} "], words]


def run_link(origin: RunOrigin) -> h.Node:
    """Return the number of a run, which leads to where the page says what it was."""
    stale = None if origin.is_current else h.span(".doubt")[" (before a change)"]
    return h.span[h.a(href=f"#{run_anchor(origin.run.id)}")[f"run #{origin.run.id}"], stale]


def run_anchor(run: int) -> str:
    """Return where the page says what a run was."""
    return f"run-{run}"


def place(span: Span, base: Path) -> str:
    """Return such as ``src/guard.c:41``."""
    return f"{shown_path(span.path, base)}:{span.line}"


def shown_path(path: Path, base: Path) -> str:
    """Return a path as the project has it, where it is inside."""
    return str(path.relative_to(base) if path.is_relative_to(base) else path)
