"""The simplest valid call that has some arguments given: explicit examples leave out what does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample, Unsatisfiable
from hypothesis.statistics import collector

from abidance.generate.constants import without_constants_of_modules
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import cases, simplest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis import strategies as st

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.core.span import Span


class UnlawfulExampleError(ValueError):
    """No valid call has these arguments; `span` is the precondition in the way, when one is."""

    def __init__(self, span: Span | None) -> None:
        super().__init__("no valid call")
        self.span = span


def complete(
    boundary: Boundary, function: BoundaryFunction, given: Mapping[str, object], hints: Hints | None = None
) -> Case:
    """Return the simplest case with these arguments; the same one every time. Raises UnlawfulExampleError.

    `hints` are those of the function, for whoever completes many: to mine them takes a look at every example.
    """
    log = FilterLog()
    hints = hints or Hints.of(boundary, function)
    try:
        return simplest(boundary, function, given, log, hints)
    except UnlawfulDrawError:
        pass
    return simplest_case(cases(boundary, function, given=given, log=log, hints=hints), log)


def simplest_case(strategy: st.SearchStrategy[Case], log: FilterLog) -> Case:
    """Return the simplest case of a strategy; raises UnlawfulExampleError where it has none, as `log` says why."""
    try:
        # Under pytest, statistics are those of what is put to the test.
        with without_constants_of_modules(), collector.with_value(None):
            case: Case = find(
                strategy,
                lambda _: True,
                settings=settings(
                    max_examples=200,
                    database=None,
                    derandomize=True,
                    deadline=None,
                    phases=[Phase.generate, Phase.shrink],
                    suppress_health_check=list(HealthCheck),
                ),
            )
    except (NoSuchExample, Unsatisfiable):
        raise UnlawfulExampleError(log.worst) from None
    return case
