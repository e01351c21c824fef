"""Phase `shared_memory`: valid calls, while which memory that they read becomes that of another valid call."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.core.gaps import Gap
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.plan.access_trace import read_trace
from abidance.run.phases.altered_calls import altered_calls, some_calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.values import Case, Value
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.context import Context, ItemVerdict
    from abidance.run.phases.altered_calls import Alterations

_CLAUSE = "shared"
CASES, CALLS = 40, 400
"""So many calls are made while memory changes, of so many that are made without that before."""
OTHERS, READS = 3, 8
"""So many other values of one call's memory are tried, each at so many times that it is read again."""


def judge(context: Context) -> ItemVerdict:
    """Make each call with its memory left alone, and then changed before each access to it."""
    function = context.function
    promise = function.promise
    assert promise is not None
    shared = [name for name, param in promise.params.items() if param.shared]
    cases = some_calls(context, CASES)

    def changed(case: Case, _: CaseResult) -> Alterations:
        for name in shared:
            for other in islice(_others(context, case, name, cases), OTHERS):
                for at in range(1, READS + 1):
                    seen = yield replace(case, changed=(name, at, other))
                    if seen is not None and _reads(seen, name) <= at:
                        break

    calls = altered_calls(context, cases, changed, CALLS)
    words = f"`shared` of `{function.name}`: no two calls had memory of one size and other contents"
    return calls.verdict(Gap(function.name, _CLAUSE, words), (function.name, _CLAUSE))


def _others(context: Context, case: Case, name: str, cases: Sequence[Case]) -> Iterator[Value]:
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
    block, at, calls = trial.subject.places.get(name), trial.encoded.plan.subject, trial.observation.calls
    if block is None or at >= len(calls) or not calls[at].measured:
        return 0  # of one that has not come back there is nothing to tell
    traced = read_trace(calls[at].measured).blocks
    return traced[block].reads if block in traced else 0
