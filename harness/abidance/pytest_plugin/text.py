"""Diagnostics as pytest shows them: the terminal reporter's blocks, without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.diagnostic import Diagnostic, Finding
from abidance.report.text.block import headline, render
from abidance.report.text.chars import one_line as on_one_line
from abidance.report.text.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pytest
    from _pytest._code.code import TerminalRepr
Subject = Diagnostic | Finding


def shown(
    excinfo: pytest.ExceptionInfo[BaseException], subjects: Sequence[Subject], text: str
) -> TerminalRepr:
    """Return `text` in place of a traceback, with the first subject for pytest's one-line summaries.

    It is made of pytest's own parts, because those alone cross from an xdist worker whole.
    """
    representation = excinfo.getrepr(style="value", chain=False)
    (entry,) = representation.reprtraceback.reprentries
    entry.lines = text.split("\n")
    crash = representation.reprcrash
    if crash is not None and subjects:
        crash.message = summary(subjects)
        span = diagnostic_of(subjects[0]).span
        if span is not None:
            crash.path, crash.lineno = str(span.path), span.line
    return representation


def blocks(subjects: Iterable[Subject]) -> str:
    """Return one block for each, an empty line between them."""
    return "\n\n".join(render(subject, Style()) for subject in subjects)


def summary(subjects: Sequence[Subject]) -> str:
    """Return the first of them on one line, and how many more there are."""
    first = diagnostic_of(subjects[0])
    more = f" (and {len(subjects) - 1} more)" if len(subjects) > 1 else ""
    return f"[{first.code.id}] {first.code.name}: {on_one_line(first.message)}{more}"


def reference(subject: Subject, node_id: str) -> str:
    """Return lines that stand for a block already shown under `node_id`."""
    again = (
        f"\n   = again: `abidance replay {subject.case}`"
        if isinstance(subject, Finding) and subject.case
        else ""
    )
    return f"{headline(diagnostic_of(subject))}\n   = in full under {node_id}{again}"


def one_line(subjects: Iterable[Diagnostic]) -> str:
    """Return messages and remedies on one line, for a skip reason."""
    return "; ".join(": ".join(filter(None, (d.message, d.help))) for d in subjects)


def diagnostic_of(subject: Subject) -> Diagnostic:
    """Return what a finding is about."""
    return subject.diagnostic if isinstance(subject, Finding) else subject
