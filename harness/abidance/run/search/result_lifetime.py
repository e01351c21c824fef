"""Whether a result with a static lifetime survives the function's next call, where no handle makes sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from abidance.boundary.encode.case_handles import STATIC
from abidance.boundary.encode.result_reads import lasting
from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import Case, Step
from abidance.checks.evidence.expectation import NOTHING
from abidance.checks.ownership.result_invalidated import ResultInvalidated
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import cases
from abidance.run.search.promise_coverage import Reaches
from abidance.run.search.search import Search, look_for

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.core.gaps import Tested
    from abidance.run.execution.context import Context
    from abidance.run.search.search import Bug, Cause

PAIRS = 20
"""So many times a function is called twice, at most."""


def lost(context: Context, known: frozenset[Cause]) -> tuple[list[Bug], frozenset[Tested]]:
    """Return the cases of two calls of which the second does away with what the first returned; none of `known`.

    With them what the calls put to the test.
    """
    if not _is_never_followed(context.boundary, context.function):
        return [], frozenset()
    body = Search(context.calls, NOTHING, lambda _: None, Reaches(), past=known, excepted=context.excepted)
    most = min(context.settings.max_examples or PAIRS, PAIRS)
    look_for(context, _twice(context.boundary, context.function), body, most, part="::lasting")
    return [bug for (code, _), bug in body.bugs.items() if code == ResultInvalidated.id], body.tested


def _is_never_followed(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a result is to last, and the calls of no handle's sequences come after it."""
    handles = any(isinstance(member.shape, HandleShape) for member in function.members)
    static = any(shape.lifetime == STATIC for shape in lasting(function).values())
    return static and not handles and function.name not in boundary.laws


def _twice(boundary: Boundary, function: BoundaryFunction) -> st.SearchStrategy[Case]:
    """Return a strategy for two calls of a function, one after the other."""
    one, other = (cases(boundary, function, log=FilterLog()) for _ in range(2))
    return st.builds(
        lambda a, b: Case(
            function.name,
            {},
            a.flush,
            a.fill,
            steps=(Step(function.name, a.arguments), Step(function.name, b.arguments)),
        ),
        one,
        other,
    )
