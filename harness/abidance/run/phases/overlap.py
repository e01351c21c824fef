"""Phase `overlap`: valid calls whose parameters are in one memory, where the contract says that they may be."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.checks.evidence.expectation import NOTHING
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError
from abidance.core.gaps import Gap
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed
from abidance.run.phases.examples import not_ready
from abidance.run.search.search import Bug
from abidance.run.search.some_calls import bare, some_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.context import Context

CASES, CALLS = 48, 400
"""So many calls whose parameters overlap are made of so many that are made without that before."""


def judge(context: Context) -> ItemVerdict:
    """Make each call with memory of its own for every parameter, and then with two in one."""
    runner, function = context.calls, context.function
    bugs: dict[tuple[str, str], Bug] = {}
    overlapped = ran = 0
    last: CaseResult | None = None
    for case in some_calls(context, CASES):
        trial = bare(context, case)
        if trial is None or trial.death is not None or not trial.answered:
            last = trial or last
            continue
        ran += 1
        context.progress(ran)
        for written, distance in _overlaps(trial):
            if overlapped >= CALLS or runner.exhausted:
                break
            overlapped += 1
            over = replace(case, overlap=(written, distance))
            with suppress(EvaluationError, CaseError):
                for each in runner.judge.apart(runner.again(over, NOTHING), context.excepted):
                    bugs.setdefault(each.cause, Bug(over, NOTHING, each, overlapped))
    never = (not_ready(context, last),) if not ran and last is not None and last.death is None else ()
    words = f"`may_overlap` of `{function.name}`: no call had parameters that can overlap"
    gaps = () if overlapped else (Gap(function.name, "may_overlap", words),)
    return ItemVerdict(confirmed(bugs.values(), runner, context), (*runner.reasons, *never), overlapped, gaps)


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
