"""How the cost of a call grows: the same call at sizes that double, counted in instructions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.values.length_parameters import ties
from abidance.checks.cost.cost_grows_faster import DOUBLINGS
from abidance.checks.evidence.costs import Growth
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.complete import complete
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.plan.call_order import FEWEST_STEPS
from abidance.run.search.shrink_values import cut, measure

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case, Value
    from abidance.contract.model.cost import Scaling
    from abidance.run.cost.execution import CostExecution

GROWTH_STEPS = 6
"""Instructions are counted up to `FEWEST_STEPS` times 2 to the power of this: each takes microseconds."""
LEAST_SIZE, SMALLEST = 1 << (DOUBLINGS + 2), 4
"""Growth is looked at in calls of at least this size, and down to the smallest."""


def growth(
    execution: CostExecution, function: BoundaryFunction, case: Case, clause: Scaling | None
) -> Growth | None:
    """Count a call's instructions at its size, and at its halves; None where those are too few to tell."""
    size = measure(case.arguments.get(clause.over.text)) if clause else None
    if clause is None or size is None or size < LEAST_SIZE:
        return None
    counts: list[tuple[int, int]] = []
    for halvings in range(min(DOUBLINGS + 2, (size // SMALLEST).bit_length() - 1), -1, -1):
        smaller = sized(execution.executor.boundary, function, case, clause.over.text, size >> halvings)
        count = execution.steps(smaller, GROWTH_STEPS) if smaller else 0
        if count >= FEWEST_STEPS << GROWTH_STEPS:
            break  # what came before may tell
        if not count:
            return None
        counts.append((size >> halvings, count))
    if len(counts) > DOUBLINGS:
        execution.told.add("scaling")
    return Growth(clause.over.text, clause.at_most, tuple(counts))


def complete_of_size(boundary: Boundary, function: BoundaryFunction, over: str, size: int) -> Case:
    """Return the simplest call with a parameter so large, where that is valid.

    Raises UnlawfulExampleError, EvaluationError or HookError where no call of that size is.
    """
    value = complete(boundary, function, {}).arguments.get(over)
    return complete(boundary, function, {over: b"a" * size if isinstance(value, bytes) else size})


def sized(boundary: Boundary, function: BoundaryFunction, case: Case, over: str, size: int) -> Case | None:
    """Return the case with a parameter so large, and what it is the length of; None where that is not valid."""
    given: dict[str, Value] = dict(case.arguments)
    given[over] = cut(given[over], size)
    for length, group in ties(function.members).items():
        tied = {length, *(buffer.name for buffer in group)}
        if over in tied:
            given.update(
                {name: cut(given[name], size) for name in tied if measure(given.get(name)) is not None}
            )
    try:
        made = simplest(boundary, function, given, FilterLog(), Hints.of(boundary, function))
    except (UnlawfulDrawError, EvaluationError, HookError, KeyError):
        return None
    return replace(made, flush=case.flush, fill=case.fill, shift=case.shift)
