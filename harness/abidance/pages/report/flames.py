"""Where calls spend their time: a flame graph for each profile, C beside Rust, and the same as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.pages.elements import Column, run_link, table
from abidance.pages.flame_graph import flame_graph
from abidance.report.hot_frames import hot_functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.profiles import Profiled
    from abidance.evidence.model import FromRun, SubjectEvidence
    from abidance.pages.report.scene import Scene

_LISTED = 12


def flames(subject: SubjectEvidence, scene: Scene) -> h.Node:
    """Return the flame graphs of a function; None where no profile is kept of it."""
    mine = [each for each in scene.evidence.profiles if each.value.function == subject.name]
    return [h.h4["Where the time goes"], list(_graphs(mine))] if mine else None


def _graphs(profiles: list[FromRun[Profiled]]) -> Iterator[h.Node]:
    for each in profiles:
        told = each.value
        where = " ".join(filter(None, (told.library, told.build)))
        inputs = f", called with {told.inputs}" if told.inputs else ""
        words = f"{told.function} in {where}: {told.weight:,} {told.unit} by {told.tool}{inputs}, "
        if not told.weight:
            yield h.p(".doubt")[words, run_link(each.origin), ": nothing was seen in it."]
            continue
        yield h.figure[h.figcaption[words, run_link(each.origin)], flame_graph(told, still=True), _list(told)]
    first = profiles[0].value
    for each in profiles[1:]:
        library = each.value.library
        if each.value.weight and first.weight and each.value.unit == first.unit:
            yield h.figure[
                h.figcaption[
                    f"{library} beside {first.library}: red frames take a larger share in {library}, ",
                    "blue ones a smaller one",
                ],
                flame_graph(each.value, first, still=True),
            ]


def _list(told: Profiled) -> h.Node:
    """Return the functions in which most was spent, for who does not see the picture, or wants figures."""
    rows: list[list[h.Node]] = [
        [h.code[each.name], f"{each.own:.1%}", f"{each.total:.1%}", each.place or each.object]
        for each in hot_functions(told)[:_LISTED]
    ]
    columns = [
        Column("function"),
        Column("itself", number=True),
        Column("with callees", number=True),
        Column("where"),
    ]
    caption = f"Where {told.function} of {told.library} {told.build} spends most"
    return h.details[h.summary["The same as a list"], table(caption, columns, rows)]
