"""Phase `memory`: valid calls, each made again for every block that it asks of the heap, without that block."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from abidance.core.gaps import Gap
from abidance.run.phases.altered_calls import altered_calls, some_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.context import Context, ItemVerdict
    from abidance.run.phases.altered_calls import Alterations

CALLS, CASES = 600, 60
"""So many calls are refused a block, of so many that are made with all their memory before."""
EACH = 24
"""Of one call so many blocks are refused, each alone and then with all after it: the first ones and the last."""
_CLAUSE = "may_fail"
_ALIKE = 20
"""So many calls that ask for as many blocks as one another are made again."""


def judge(context: Context) -> ItemVerdict:
    """Make each call with its memory and, where it succeeds, without."""
    name = context.function.name
    met: Counter[int | None] = Counter()

    def without(case: Case, trial: CaseResult) -> Alterations:
        asked = trial.observation.calls[trial.encoded.plan.subject].side_effects.allocations
        met[asked] += 1
        if asked and trial.seen.success and met[asked] <= _ALIKE:
            for number in _numbers(asked):
                yield replace(case, refuses=number)

    calls = altered_calls(context, some_calls(context, CASES), without, CALLS)
    why = (
        "nobody counts what a build asks of the heap" if met[None] else "no call that succeeded asked for any"
    )
    return calls.verdict(Gap(name, _CLAUSE, f"`may_fail: memory` of `{name}`: {why}"), (name, _CLAUSE))


def _numbers(asked: int) -> Iterator[int]:
    """Yield which blocks are refused, below 0 with all after."""
    first = range(1, min(asked, EACH // 2) + 1)
    later = range(max(asked - EACH // 2, EACH // 2) + 1, asked + 1)
    for number in chain(first, later):
        yield from (number, -number)
