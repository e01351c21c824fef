"""Phase `overlap`: valid calls whose parameters are in one memory, where the contract says that they may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.core.gaps import Gap
from abidance.run.phases.altered_calls import altered_calls, some_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.context import Context, ItemVerdict
    from abidance.run.phases.altered_calls import Alterations

_CLAUSE = "may_overlap"
CASES, CALLS = 48, 400
"""So many calls whose parameters overlap are made of so many that are made without that before."""


def judge(context: Context) -> ItemVerdict:
    """Make each call with memory of its own for every parameter, and then with two in one."""
    name = context.function.name

    def over(case: Case, trial: CaseResult) -> Alterations:
        for overlap in _overlaps(trial):
            yield replace(case, overlap=overlap)

    calls = altered_calls(context, some_calls(context, CASES), over, CALLS)
    words = f"`may_overlap` of `{name}`: no call had parameters that can overlap"
    return calls.verdict(Gap(name, _CLAUSE, words), (name, _CLAUSE))


def _overlaps(trial: CaseResult) -> Iterator[tuple[str, int]]:
    """Yield which parameter lies how many bytes after the one that it may overlap: in the same place first."""
    placed, blocks = trial.subject, trial.encoded.plan.blocks
    promise = placed.function.promise
    assert promise is not None
    for written, param in promise.params.items():
        read = param.may_overlap
        if read is None or written not in placed.places or read.text not in placed.places:
            continue
        here, there = blocks[placed.places[written]], blocks[placed.places[read.text]]
        if not here.size or not there.size:
            continue
        step = max(here.align, there.align)
        far = [there.size // 2, there.size - 1, -(here.size // 2), -(here.size - 1)]
        aligned = [
            distance // step * step if distance > 0 else -(-distance // step * step) for distance in far
        ]
        for distance in dict.fromkeys((0, step, -step, *aligned)):
            if -here.size < distance < there.size:
                yield written, distance
