"""What calls reached of the libraries, what stands before the rest, and what of the contract was never exercised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.core.coverage import KINDS
from abidance.pages.elements import Column, run_link, shown_path, table
from abidance.pages.frame import prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.coverage_event import Covered, CoveredFile, CoveredLibrary
    from abidance.core.source_reach import Barrier
    from abidance.evidence.model import RunOrigin
    from abidance.pages.report.scene import Scene

_MOST = 20
_PLURALS = {
    "function": "functions",
    "parameter": "parameters",
    "enumerator": "enumerators",
    "status": "statuses",
    "clause": "clauses",
}


def covered_lines(scene: Scene) -> h.Node:
    """Return what the last coverage has shown."""
    if scene.evidence.coverage is None:
        return h.p(".doubt")[
            "It is not known which lines calls reach: ",
            h.code[f"abidance coverage {scene.evidence.contract}"],
        ]
    covered, origin = scene.evidence.coverage.value, scene.evidence.coverage.origin
    partly = " Only some of the contract was called." if covered.chosen or covered.interrupted else ""
    return [
        h.p(".dim")[run_link(origin), f".{partly}"],
        _files(covered, scene),
        (_unreached(each, scene, origin) for each in covered.libraries),
        _exercised(covered),
        _unknown(covered),
    ]


def _files(covered: Covered, scene: Scene) -> h.Node:
    columns = [
        Column("source"),
        Column("library"),
        Column("lines", number=True),
        Column("of a hundred", number=True),
        Column("branches", number=True),
        Column("functions", number=True),
    ]
    rows: list[list[h.Node]] = [
        [
            h.code[shown_path(file.path, scene.root)],
            library.library,
            f"{file.reached:,} of {file.lines:,}",
            str(100 * file.reached // file.lines) if file.lines else "",
            f"{file.taken:,} of {file.branches:,}" if file.branches else "",
            f"{sum(1 for each in file.functions if each.entered):,} of {len(file.functions):,}",
        ]
        for library in covered.libraries
        for file in library.files
    ]
    return table("Lines, branches and functions that calls reached", columns, rows)


def _unreached(library: CoveredLibrary, scene: Scene, origin: RunOrigin) -> h.Node:
    barriers = [
        (file, barrier)
        for file in library.files
        for barrier in sorted(file.barriers, key=lambda each: -len(each.behind))
    ]
    silent = [(file, each) for file in library.files for each in file.functions if not each.entered]
    parts: list[h.Node] = []
    if barriers:
        items = [_barrier(file, barrier, scene, origin) for file, barrier in barriers[:_MOST]]
        parts.append(h.ul[items, _more(len(barriers))])
    if silent:
        named = [
            h.li[h.code[each.name], f" ({shown_path(file.path, scene.root)}:{each.line})"]
            for file, each in silent[:_MOST]
        ]
        parts += [h.h3["Functions that were never entered"], h.ul[named, _more(len(silent))]]
    if not parts:
        return None
    return h.details[h.summary[f"What was never reached in {library.library}"], parts]


def _more(number: int) -> h.Node:
    return h.li[f"and {number - _MOST:,} more"] if number > _MOST else None


def _barrier(file: CoveredFile, barrier: Barrier, scene: Scene, origin: RunOrigin) -> h.Node:
    line = scene.evidence.lines.get((origin.run.id, file.path, barrier.line), "")
    where = f"{shown_path(file.path, scene.root)}:{barrier.line}"
    behind = f"{len(barrier.behind):,} line{'' if len(barrier.behind) == 1 else 's'} behind it never ran"
    never = f" It was never {barrier.missing}." if barrier.missing else ""
    reached = f"come to {barrier.count:,} times" if barrier.count else "never come to"
    return h.li[
        h.code[where],
        f": {reached}, and {behind}.{never}",
        h.pre(tabindex="0")[h.code[line.strip()]] if line.strip() else None,
    ]


def _exercised(covered: Covered) -> h.Node:
    rows = []
    for kind in KINDS:
        every = [each for each in covered.exercises if each.kind == kind]
        done = sum(1 for each in every if each.by and not each.without)
        if every:
            rows.append([_PLURALS[kind], f"{done:,} of {len(every):,}"])
    missing = {(each.function, each.clause) for each in covered.exercises if each.without}
    never = [
        each for each in covered.exercises if each.without and (each.function, each.behind) not in missing
    ]
    listed = h.ul[
        (h.li[prose(each.words), f" (in {', '.join(each.without)})"] for each in never[: 3 * _MOST]),
        h.li[f"and {len(never) - 3 * _MOST:,} more"] if len(never) > 3 * _MOST else None,
    ]
    return [
        table(
            "What calls exercised of the contract",
            [Column("of the contract"), Column("exercised", number=True)],
            rows,
        ),
        h.details[h.summary[f"Never exercised ({len(never)})"], listed] if never else None,
    ]


def _unknown(covered: Covered) -> h.Node:
    told = dict.fromkeys(_not_counted(covered))
    return [h.h3["Not known"], h.ul(".doubt")[(h.li[prose(each)] for each in told)]] if told else None


def _not_counted(covered: Covered) -> Iterator[str]:
    for library in covered.libraries:
        yield from library.untold
        if not library.counted and not library.untold:
            yield f"which lines of `{library.library}` ran: it was not built here, so nothing counts them"
    yield from covered.not_judged
