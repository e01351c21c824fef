"""A few dozen valid calls, for phases that make each again in many ways: examples, edge cases, any."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError, HookError
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.generate.python_strategies import asks_hypothesis
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import further_cases
from abidance.generate.sweep import edge_cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.context import Context


def some_calls(context: Context, most: int) -> Iterator[Case]:
    """Yield so many valid calls of the function under test, if there are as many."""
    return islice(_calls(context, most), most)


def _calls(context: Context, most: int) -> Iterator[Case]:
    boundary, function = context.boundary, context.function
    hints = Hints.of(boundary, function)
    for example in function.examples:
        with suppress(UnlawfulExampleError, EvaluationError, HookError):
            yield complete(boundary, function, example.given, hints)
    edges = edge_cases(boundary, function, context.words(function.declaration.symbol))
    first = most // 4
    yield from edges[:first]
    yield from edges[first :: max(len(edges) // first, 1)]
    if not asks_hypothesis(boundary, function):
        seed = f"{context.settings.seed}:{function.name}".encode()
        drawn = further_cases(boundary, function, seed, FilterLog(), hints)
        yield from (case for case in islice(drawn, 4 * most) if case is not None)


def bare(context: Context, case: Case) -> CaseResult | None:
    """Return a call as it is made once, None where a clause has no value on it."""
    with suppress(EvaluationError, CaseError):
        return context.calls.bare(case)
    return None
