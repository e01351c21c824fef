"""Diagnostics of `check`, as an editor shows them, and mends for those that name one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve
from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    Location,
    Position,
    PositionEncodingKind,
    Range,
)

from abidance.contract.source.marked_questions import marked_questions
from abidance.core.codes import Severity
from abidance.core.nearest import suggested
from abidance.editor.outline import Pairs, ScalarText
from abidance.editor.positions import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from abidance.core.codes import Code
    from abidance.core.diagnostic import Diagnostic as Problem
    from abidance.core.diagnostic import Label
    from abidance.core.span import Span
    from abidance.editor.outline import Tree

SOURCE = "abidance"
_SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.NOTE: DiagnosticSeverity.Information,
}


def shown(
    problems: Iterable[Problem],
    path: Path,
    document: Document,
    tree: Tree | None,
    link: Callable[[Code], str | None] = lambda _code: None,
) -> list[Diagnostic]:
    """Return problems of a contract for its document.

    What stands elsewhere, such as in the header, is shown where the contract names that file. `link` returns where the
    explanation of a code can be opened.
    """
    others = _Others(document.encoding)
    return [_shown(each, path, document, tree, link(each.code), others) for each in problems]


def _shown(
    problem: Problem, path: Path, document: Document, tree: Tree | None, link: str | None, others: _Others
) -> Diagnostic:
    labels = list(problem.labels)
    here = next((label for label in labels if label.span.path == path), None)
    if here is not None:
        labels.remove(here)
        place = document.range_of(here.span)
        words = here.text
    else:
        place, words = naming(document, tree), ""
    related = [others.related(label, path, document) for label in labels]
    message = problem.message + (f": {words}" if words else "")
    message += "".join(f"\nnote: {note}" for note in problem.notes)
    message += f"\nhelp: {problem.help}" if problem.help else ""
    suggestion = suggested(words)
    wrong = _between(problem.message)
    data = {"replace": wrong, "with": suggestion} if suggestion and wrong else None
    return Diagnostic(
        range=place,
        message=message,
        severity=_SEVERITIES[problem.code.severity],
        code=problem.code.id,
        code_description=CodeDescription(link) if link else None,
        source=SOURCE,
        related_information=related or None,
        data={"name": problem.code.name, **(data or {})},
    )


def _between(message: str) -> str:
    """Return the first thing that a message has in backticks."""
    _, tick, rest = message.partition("`")
    return rest.partition("`")[0] if tick else ""


def naming(document: Document, tree: Tree | None) -> Range:
    """Return where a contract says which header or contract it depends on."""
    for key in ("header", "extends", "include"):
        pair = tree.pair(key) if isinstance(tree, Pairs) else None
        if pair is not None:
            value = pair.value if isinstance(pair.value, ScalarText) else pair.key
            return document.range(value.start, value.end)
    return Range(Position(0, 0), Position(0, 0))


class _Others:
    """Places in other files, which are read for their columns."""

    def __init__(self, encoding: PositionEncodingKind) -> None:
        self._encoding = encoding
        self._documents: dict[Path, Document | None] = {}

    def related(self, label: Label, path: Path, document: Document) -> DiagnosticRelatedInformation:
        span = label.span
        place = document.range_of(span) if span.path == path else self.range(span)
        return DiagnosticRelatedInformation(Location(span.path.as_uri(), place), label.text or "see here")

    def range(self, span: Span) -> Range:
        document = self._documents.get(span.path)
        if document is None:
            document = self._documents[span.path] = read_document(span.path, self._encoding)
        return document.range_of(span)


def questions(document: Document) -> list[Diagnostic]:
    """Return the questions that the contract's comments leave open."""
    lines = document.lines()
    made = []
    for line, column, text in marked_questions(lines):
        start = document.start_of(line - 1) + column - 1
        place = document.range(start, start + len(text))
        words = text.partition("TODO")[2].strip(" :") or "open"
        made.append(Diagnostic(place, f"open: {words}", DiagnosticSeverity.Information, source=SOURCE))
    return made


def carried(before: Sequence[Diagnostic], old: Document, new: Document) -> list[Diagnostic]:
    """Return problems of a text for one that it became, as far as they are about lines that did not change."""
    old_lines, new_lines = old.lines(), new.lines()
    top = _same(old_lines, new_lines)
    bottom = min(_same(old_lines[::-1], new_lines[::-1]), min(len(old_lines), len(new_lines)) - top)
    moved = len(new_lines) - len(old_lines)
    made = []
    for each in before:
        if each.range.end.line < top:
            made.append(each)
        elif each.range.start.line >= len(old_lines) - bottom:
            start, end = (Position(p.line + moved, p.character) for p in (each.range.start, each.range.end))
            made.append(evolve(each, range=Range(start, end)))
    return made


def _same(one: list[str], other: list[str]) -> int:
    """Return how many lines two texts begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def read_document(path: Path, encoding: PositionEncodingKind) -> Document:
    """Return a file of the disk; one that cannot be read is empty."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    return Document(text, encoding, yaml=path.suffix in (".yaml", ".yml"))
