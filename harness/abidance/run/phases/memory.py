"""Phase `memory`: valid calls, each made again for every block that it asks of the heap, without that block."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import chain
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
    from abidance.core.gaps import Tested
    from abidance.run.execution.context import Context

CALLS, CASES = 600, 60
"""So many calls are refused a block, of so many that are made with all their memory before."""
EACH = 24
"""Of one call so many blocks are refused, each alone and then with all after it: the first ones and the last."""
_CLAUSE = "may_fail"
_ALIKE = 20
"""So many calls that ask for as many blocks as one another are made again."""


def judge(context: Context) -> ItemVerdict:
    """Make each call with its memory and, where it succeeds, without."""
    runner = context.calls
    bugs: dict[tuple[str, str], Bug] = {}
    refused = ran = 0
    last: CaseResult | None = None
    met: dict[int, int] = {}
    counted = True
    for case in some_calls(context, CASES):
        trial = bare(context, case)
        if trial is None or trial.death is not None or not trial.answered:
            last = trial or last
            continue
        ran += 1
        context.progress(ran)
        asked = trial.observation.calls[trial.encoded.plan.subject].side_effects.allocations
        counted = counted and asked is not None
        if not asked or not trial.seen.success or met.get(asked, 0) >= _ALIKE:
            continue
        met[asked] = met.get(asked, 0) + 1
        for number in _numbers(asked):
            if refused >= CALLS or runner.exhausted:
                break
            without = replace(case, refuses=number)
            with suppress(EvaluationError, CaseError):
                refused += 1
                found = runner.judge.apart(runner.again(without, NOTHING), context.excepted)
                for each in found:
                    bugs.setdefault(each.cause, Bug(without, NOTHING, each, refused))
    findings = confirmed(bugs.values(), runner, context)
    never = (not_ready(context, last),) if not ran and last is not None and last.death is None else ()
    gaps, tested = _gaps(context, refused, counted=counted)
    return ItemVerdict(findings, (*runner.reasons, *never), refused, gaps, tested)


def _numbers(asked: int) -> Iterator[int]:
    """Yield which blocks are refused, below 0 with all after."""
    first = range(1, min(asked, EACH // 2) + 1)
    later = range(max(asked - EACH // 2, EACH // 2) + 1, asked + 1)
    for number in chain(first, later):
        yield from (number, -number)


def _gaps(context: Context, refused: int, *, counted: bool) -> tuple[tuple[Gap, ...], frozenset[Tested]]:
    """Return that no call was refused memory, where none was, and else that the clause was put to the test."""
    name = context.function.name
    if refused:
        return (), frozenset({(name, _CLAUSE)})
    why = "no call that succeeded asked for any" if counted else "nobody counts what a build asks of the heap"
    return (Gap(name, _CLAUSE, f"`may_fail: memory` of `{name}`: {why}"),), frozenset()
