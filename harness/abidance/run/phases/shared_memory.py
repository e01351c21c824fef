"""Phase `shared_memory`: valid calls, while which memory that they read becomes that of another valid call."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from abidance.checks.evidence.expectation import NOTHING
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError, HookError
from abidance.core.gaps import Gap
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.plan.access_trace import read_trace
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed
from abidance.run.phases.examples import not_ready
from abidance.run.search.search import Bug
from abidance.run.search.some_calls import bare, some_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case, Value
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.context import Context

CASES, CALLS = 40, 400
"""So many calls are made while memory changes, of so many that are made without that before."""
OTHERS, READS = 3, 8
"""So many other values of one call's memory are tried, each at so many times that it is read again."""


def judge(context: Context) -> ItemVerdict:
    """Make each call with its memory left alone, and then changed before each access to it."""
    runner, function = context.calls, context.function
    promise = function.promise
    assert promise is not None
    shared = [name for name, param in promise.params.items() if param.shared]
    bugs: dict[tuple[str, str], Bug] = {}
    changed = ran = 0
    last: CaseResult | None = None
    cases = list(some_calls(context, CASES))
    for case in cases:
        trial = bare(context, case)
        if trial is None or trial.death is not None or not trial.answered:
            last = trial or last
            continue
        ran += 1
        context.progress(ran)
        for name in shared:
            for other in islice(_others(context, case, name, cases), OTHERS):
                for at in range(1, READS + 1):
                    if changed >= CALLS or runner.exhausted:
                        break
                    over = replace(case, changed=(name, at, other))
                    with suppress(EvaluationError, CaseError):
                        seen = runner.again(over, NOTHING)
                        changed += 1
                        for each in runner.judge.apart(seen, context.excepted):
                            bugs.setdefault(each.cause, Bug(over, NOTHING, each, changed))
                        if _reads(seen, name) <= at:
                            break
    never = (not_ready(context, last),) if not ran and last is not None and last.death is None else ()
    words = f"`shared` of `{function.name}`: no two calls had memory of one size and other contents"
    gaps = () if changed else (Gap(function.name, "shared", words),)
    return ItemVerdict(confirmed(bugs.values(), runner, context), (*runner.reasons, *never), changed, gaps)


def _others(context: Context, case: Case, name: str, cases: list[Case]) -> Iterator[Value]:
    """Yield other valid values of a parameter beside the same other arguments."""
    value = case.arguments.get(name)
    hints = Hints.of(context.boundary, context.function)
    own: list[Value] = []
    if isinstance(value, bytes) and value:
        first, last = bytes([value[0] ^ 1]) + value[1:], value[:-1] + bytes([value[-1] ^ 0x7F])
        own = [first, bytes(255 - byte for byte in value), last]
    met = {repr(value)}
    for other in (*own, *(each.arguments.get(name) for each in cases)):
        if repr(other) in met or other is None or value is None:
            continue
        met.add(repr(other))
        with suppress(UnlawfulDrawError, EvaluationError, HookError):
            simplest(context.boundary, context.function, {**case.arguments, name: other}, FilterLog(), hints)
            yield other


def _reads(trial: CaseResult, name: str) -> int:
    """Return how many accesses of the call to a parameter's memory were trapped."""
    block = trial.subject.places.get(name)
    measured = trial.observation.calls[trial.encoded.plan.subject].measured
    if block is None or not measured:
        return 0
    traced = read_trace(measured).blocks
    return traced[block].reads if block in traced else 0
