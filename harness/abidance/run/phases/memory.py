"""Phase `memory`: valid calls, each made again for every block that it asks of the heap, without that block.

Those of a function that is given a handle are made in sequences as well, on handles that others have used, which others
use after a call that was refused memory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.checks.evidence.sequence_calls import each_call
from abidance.core.gaps import Gap
from abidance.generate.python_strategies import asks_python
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences_around
from abidance.run.phases.altered_calls import altered_calls, some_calls
from abidance.run.search.fitting_operations import with_fits
from abidance.run.search.promise_coverage import PromiseCoverage
from abidance.run.search.promise_questions import of_failure

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
SEQUENCES, IN_SEQUENCE = 48, 4
"""So many sequences are made, of which a call is refused so many blocks."""
_CLAUSE = "may_fail"
_ALIKE = 20
"""So many calls that ask for as many blocks as one another are made again."""


def judge(context: Context) -> ItemVerdict:
    """Make each call with its memory and, where it succeeds, without."""
    name = context.function.name
    met: Counter[int | None] = Counter()
    failing = PromiseCoverage(context.function, waiting=tuple(of_failure(context.function)))

    def note(trial: CaseResult | None) -> None:
        for one in each_call(trial) if trial is not None and failing.waiting else ():
            failing.note(one)

    def without(case: Case, trial: CaseResult) -> Alterations:
        if case.steps:
            for at, number in islice(_refusals(name, case, trial), IN_SEQUENCE):
                refused = replace(case.steps[at], refuses=number)
                note((yield replace(case, steps=(*case.steps[:at], refused, *case.steps[at + 1 :]))))
            return
        asked = trial.observation.calls[trial.encoded.plan.subject].side_effects.allocations
        met[asked] += 1
        if asked and trial.seen.success and met[asked] <= _ALIKE:
            for number in _numbers(asked):
                note((yield replace(case, refuses=number)))

    cases = (*some_calls(context, CASES), *_sequences(context))
    calls = altered_calls(context, cases, without, CALLS + SEQUENCES * IN_SEQUENCE)
    why = (
        "nobody counts what a build asks of the heap" if met[None] else "no call that succeeded asked for any"
    )
    found = calls.verdict(Gap(name, _CLAUSE, f"`may_fail: memory` of `{name}`: {why}"), (name, _CLAUSE))
    return replace(found, tested=found.tested | failing.tested)


def _sequences(context: Context) -> Iterator[Case]:
    """Yield sequences with a call of the function on a handle, where it is given one and does not end it."""
    boundary, name = context.boundary, context.function.name
    shapes = (member.shape for member in context.function.members)
    for kind in dict.fromkeys(shape.handle for shape in shapes if isinstance(shape, HandleShape)):
        model = with_fits(context, SequenceModel.of(boundary, kind, context.words))
        roles = [each for each in model.roles if not asks_python(boundary, each.function, model.handles)]
        model = replace(model, roles=tuple(roles))
        role = next((each for each in roles if each.function.name == name), None)
        if role is not None and role.takes and role.ends is None:
            seed = f"{context.settings.seed}:{name}".encode()
            yield from sequences_around(boundary, model, role, seed, SEQUENCES)
            return


def _refusals(name: str, case: Case, trial: CaseResult) -> Iterator[tuple[int, int]]:
    """Yield which calls of a function in a sequence can be refused a block, the last of them first, and which block."""
    for at, index in reversed([*enumerate(trial.encoded.steps)]):
        step, call = case.steps[at], trial.observation.calls[index]
        if step.function == name and step.times == 1 and call.ran:
            yield from ((at, number) for number in _numbers(call.side_effects.allocations or 0))


def _numbers(asked: int) -> Iterator[int]:
    """Yield which blocks are refused, below 0 with all after."""
    first = range(1, min(asked, EACH // 2) + 1)
    later = range(max(asked - EACH // 2, EACH // 2) + 1, asked + 1)
    for number in chain(first, later):
        yield from (number, -number)
