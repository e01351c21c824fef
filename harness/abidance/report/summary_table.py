"""The outcome of each library and build of a contract, as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from abidance.core.diagnostic import VERSUS
from abidance.core.outcome import Outcome
from abidance.report.record import causes, reasons, suppressed_only
from abidance.report.text.chars import one_line, width
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.events import ItemFinished
    from abidance.report.record import Run
    from abidance.report.text.style import Style

Key = TypeVar("Key")

_STEP = "  "


def standing(run: Run, look: Style, verbosity: int = 0) -> list[str]:
    """Return a line for each library and build; with `verbosity` 1 each function and all cases, with 2 each phase."""
    groups = _grouped(run.items, _row_of)
    explored = any(item.explored is not None for item in run.items)
    libraries = max((width(_spaced(library)) for library, build in groups if build), default=0)
    table: list[list[Cell]] = []
    for (library, build), items in groups.items():
        name = _spaced(library)
        padding = " " * (libraries - width(name))
        label = f"{name}{padding}   {_spaced(build)}" if build else name
        rows = _rows(label, items, verbosity, explored=explored)
        # A library for which no phase applied was not judged, so it has no line that could read as well.
        if verbosity or any(item.applies for item in items):
            table += rows
    return columns(table, look)


def standing_of(run: Run) -> list[tuple[str, str, str, str]]:
    """Return library, build, outcome and what was tried, for each library and build that something applied to."""
    rows = []
    for (library, build), items in _grouped(run.items, _row_of).items():
        if any(item.applies for item in items):
            _, status, *tried = _row("", items, 0, explored=False)
            rows.append(
                (
                    _spaced(library),
                    _spaced(build),
                    status.text,
                    ", ".join(cell.text for cell in tried if cell.text),
                )
            )
    return rows


def elsewhere(run: Run) -> tuple[Diagnostic, ...]:
    """Return the reasons for not judging that the rows do not say in full."""
    said: set[Diagnostic] = set()
    for items in _grouped(run.items, _row_of).values():
        reason = _inline(items)
        if reason is not None:
            said.add(reason)
    return tuple(reason for reason in reasons(run.items) if reason not in said)


def _rows(label: str, items: Sequence[ItemFinished], verbosity: int, *, explored: bool) -> list[list[Cell]]:
    rows = [_row(label, items, verbosity, explored=explored)]
    reason = _inline(items)
    if reason is not None and reason.help:
        rows.append([Cell(""), Cell(f"help: {one_line(reason.help)}")])
    # What holds for the whole row need not be said again for each function.
    if verbosity < 1 or not any(item.judged for item in items):
        return rows
    for function, of_function in _grouped(items, lambda item: item.item.function).items():
        rows.append(_row(_STEP + function, of_function, verbosity, explored=explored))
        if verbosity > 1:
            rows += [
                _row(_STEP * 2 + item.item.phase, [item], verbosity, explored=explored)
                for item in of_function
            ]
    return rows


def _row(label: str, items: Sequence[ItemFinished], verbosity: int, *, explored: bool) -> list[Cell]:
    counted = [item for item in items if item.applies]
    cells = [Cell(one_line(label)), _status(items, counted)]
    if not counted:
        messages = dict.fromkeys(reason.message for item in items for reason in item.reasons)
        return [*cells, Cell(one_line("; ".join(messages)))]
    cells.append(Cell(count(len(counted), "item"), right=True))
    if not any(item.judged for item in counted):
        return [*cells, Cell(_why(counted))]
    if verbosity:
        cases = sum(item.cases for item in items)
        cells.append(Cell(count(cases, "case") if cases else "", right=True))
    if verbosity and explored:
        edges = sum(item.explored.edges for item in items if item.explored)
        cells.append(Cell(count(edges, "edge") if edges else "", right=True))
    calls = sum(item.calls for item in items)
    cells.append(Cell(count(calls, "call") if calls else "", right=True))
    cells.append(Cell(f"{sum(item.seconds for item in items):,.1f} s", right=True))
    return cells


def _why(counted: Sequence[ItemFinished]) -> str:
    found = reasons(counted)
    if len(found) > 1:
        return f"{len(found)} reasons (above)"
    return one_line(found[0].message) + ("" if _inline(counted) else " (above)") if found else ""


def _status(items: Sequence[ItemFinished], counted: Sequence[ItemFinished]) -> Cell:
    found = [cause.fails for cause in causes(items)]
    failed = sum(found) or sum(item.outcome is Outcome.FAILED for item in items)
    warned = len(found) - sum(found)
    missing = sum(not item.judged for item in counted)
    words = [count(failed, "finding")] if failed else []
    words += [count(warned, "warning")] if warned else []
    hidden = len(causes(suppressed_only(items)))
    words += [f"{hidden:,} suppressed"] if hidden else []
    if not counted:
        return Cell("does not apply")
    if missing == len(counted):
        words.append("not run")
    elif missing:
        words.append(f"{missing:,} not judged")
    color = Color.ERROR if failed else Color.WARNING if words else Color.GOOD
    return Cell(", ".join(words) or "ok", color)


def _inline(items: Sequence[ItemFinished]) -> Diagnostic | None:
    """Return the one reason why none of `items` was judged, when a line can say all of it."""
    counted = [item for item in items if item.applies]
    found = reasons(items)
    if any(item.judged for item in counted) or len(found) != 1:
        return None
    reason = found[0]
    return None if reason.labels or reason.notes else reason


def _grouped(
    items: Iterable[ItemFinished], key: Callable[[ItemFinished], Key]
) -> dict[Key, list[ItemFinished]]:
    groups: dict[Key, list[ItemFinished]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _spaced(names: str) -> str:
    return names.replace(VERSUS, f" {VERSUS} ")


def _row_of(item: ItemFinished) -> tuple[str, str]:
    return item.item.library or item.item.phase, item.item.build
