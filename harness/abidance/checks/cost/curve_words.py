"""What calls of two libraries cost at several sizes, in a sentence and in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.evidence.costs import Beside
from abidance.core.costs import CostKind, in_time, in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from abidance.checks.evidence.costs import ComparedSize, SizeCurves


def curve_message(function: str, curves: SizeCurves, *, timed: bool) -> str:
    """Return where a function costs more than is allowed, and where less than the other library's."""
    how: Callable[[ComparedSize], Beside] = _in_time if timed else _in_instructions
    worse = [point for point in curves.points if how(point) is Beside.MORE]
    worst = max(worse, key=lambda point: _ratio(point, curves, timed=timed))
    here = point_words(worst, curves)
    if timed:
        assert worst.seconds is not None
        mine, theirs = worst.seconds
        words = (
            f"takes {in_time(mine)}, where `{curves.against}` takes less than {in_time(curves.tellable)}, {here}"
            if theirs < curves.tellable
            else f"takes {_times(mine / theirs)} as long as in `{curves.against}` {here}"
        )
    else:
        assert worst.instructions is not None
        times = _times(worst.instructions[0] / max(worst.instructions[1], 1))
        words = f"executes {times} the instructions of `{curves.against}` {here}"
    others = _sizes(point for point in worse if point.size != worst.size)
    words += f", and more than is allowed at {others} as well" if others else ""
    bad = {point.size for point in worse}
    less = _sizes(
        point
        for point in curves.points
        if point.size not in bad
        and all(how(each) is Beside.LESS for each in curves.points if each.size == point.size)
    )
    words += f"; it {'takes' if timed else 'executes'} less at {less}" if less else ""
    return f"`{function}` {words}"


def point_words(point: ComparedSize, curves: SizeCurves) -> str:
    """Return such as ``at `length` 64 (zeros)``."""
    kinds = {each.contents for each in curves.points}
    return f"at `{curves.over}` {point.size:,}" + (f" ({point.contents})" if len(kinds) > 1 else "")


def curve_table(curves: SizeCurves) -> str:
    """Return what both libraries cost at each size, a line each below a heading."""
    kinds = {point.contents for point in curves.points} - {""}
    counted = any(point.instructions for point in curves.points)
    timed = any(point.seconds for point in curves.points)
    rows = [
        [
            f"`{curves.over}`",
            *(["contents"] if kinds else []),
            *([curves.library, curves.against, "in time"] if timed else []),
            *([curves.library, curves.against, "in instructions"] if counted else []),
        ]
    ]
    for point in curves.points:
        row = [f"{point.size:,}", *([point.contents] if kinds else [])]
        row += _timed(point, curves) if timed else []
        row += _counted(point, curves) if counted else []
        rows.append(row)
    allowed = [f"{curves.factor:g} times the time"] if curves.factor is not None else []
    allowed += [f"{curves.instructions:g} times the instructions"] if curves.instructions is not None else []
    heading = f"of one call, where {' and '.join(allowed)} of `{curves.against}` are allowed:"
    return "\n".join((heading, *_lines_up(rows, right=not kinds)))


def _timed(point: ComparedSize, curves: SizeCurves) -> list[str]:
    if point.seconds is None:
        return ["-", "-", ""]
    mine, theirs = point.seconds
    times = [
        f"< {in_time(curves.tellable)}" if each < curves.tellable else in_time(each)
        for each in (mine, theirs)
    ]
    if abs(mine - theirs) <= curves.tellable:
        return [*times, "alike"]
    ratio = _times(mine / max(theirs, curves.tellable))
    return [*times, f"{'> ' if theirs < curves.tellable else ''}{ratio}{_mark(point.in_time)}"]


def _counted(point: ComparedSize, curves: SizeCurves) -> list[str]:
    if point.instructions is None:
        return ["-", "-", ""] if curves.instructions is not None else ["", "", ""]
    mine, theirs = point.instructions
    ratio = _times(mine / max(theirs, 1))
    return [f"{mine:,}", f"{theirs:,}", f"{ratio}{_mark(point.in_instructions)}"]


def _times(ratio: float) -> str:
    return in_words(CostKind.RATIO, ratio)


def _mark(beside: Beside) -> str:
    return ", too much" if beside is Beside.MORE else ", not sure" if beside is Beside.UNTOLD else ""


def _lines_up(rows: Sequence[Sequence[str]], *, right: bool) -> list[str]:
    """Return one line for each row; figures stand at the right of their columns, words at the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    words = () if right else (1,)
    return [
        "    "
        + "   ".join(
            cell.ljust(width) if column in words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _sizes(points: Iterable[ComparedSize]) -> str:
    """Return such as ``0, 64 and 4,096``."""
    *most, last = [f"{size:,}" for size in sorted({point.size for point in points})] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _in_time(point: ComparedSize) -> Beside:
    return point.in_time


def _in_instructions(point: ComparedSize) -> Beside:
    return point.in_instructions


def _ratio(point: ComparedSize, curves: SizeCurves, *, timed: bool) -> float:
    mine, theirs = (point.seconds if timed else point.instructions) or (0.0, 1.0)
    return mine / max(theirs, curves.tellable if timed else 1)
