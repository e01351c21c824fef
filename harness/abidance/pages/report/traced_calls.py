"""How programs called the boundary, as far as they were traced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.core.costs import PICOSECOND, in_time
from abidance.pages.elements import Column, run_link, table
from abidance.pages.frame import prose

if TYPE_CHECKING:
    from abidance.core.traces import Traced, TracedFunction
    from abidance.evidence.model import FromRun
    from abidance.pages.report.scene import Scene


def traced_calls(scene: Scene) -> h.Node:
    """Return a table for each trace; None where there is none, which is no lack: no promise is judged by one."""
    return [_trace(each) for each in scene.evidence.traces] or None


def _trace(trace: FromRun[Traced]) -> h.Node:
    told = trace.value
    columns = [
        Column("function"),
        Column("calls", number=True),
        Column("a second", number=True),
        Column("half within", number=True),
        Column("99 % within", number=True),
        Column("share of the time", number=True),
        Column("threads", number=True),
    ]
    whole = told.picoseconds
    functions = sorted(told.functions, key=lambda each: -each.calls)
    rows = [
        [
            [h.code[each.name], None if each.promised else h.span(".doubt")[" (nothing promised)"]],
            f"{each.calls:,}",
            f"{each.calls / told.seconds:,.0f}" if told.seconds else "",
            _time(each, 0.5),
            _time(each, 0.99),
            f"{_spent(each) / whole:.0%}" if whole and each.time is not None else "",
            f"{each.threads:,}",
        ]
        for each in functions
    ]
    lost = f" {told.lost:,} calls were made and not recorded." if told.lost else ""
    ended = f" It ended with status {told.status}." if told.status else ""
    recorded = f"recording one takes {in_time(told.overhead * PICOSECOND)}"
    return [
        h.h3[h.code[" ".join(told.command)], f", calls of {told.library}"],
        h.p(".dim")[
            f"{told.calls:,} calls in {told.seconds:.3g} s; {recorded}.{lost}{ended} ",
            run_link(trace.origin),
            ".",
        ],
        table(f"Calls of {told.library}", columns, rows),
        h.ul(".doubt")[(h.li[prose(each)] for each in told.not_judged)] if told.not_judged else None,
    ]


def _time(function: TracedFunction, share: float) -> str:
    return in_time(function.time.at(share) * PICOSECOND) if function.time is not None else "not timed"


def _spent(function: TracedFunction) -> float:
    if function.time is None:
        return 0.0
    return sum(each.count * (each.low + each.high) / 2 for each in function.time.buckets())
