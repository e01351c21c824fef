"""The result of one case, as checks see it: how it ran, what it is held to, and what further runs have shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.checks.evidence.expectation import NOTHING, Expectation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.decode.call_values import CallValues
    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.python_hooks.model_function import Modelled
    from abidance.checks.evidence.case_run import CaseRun
    from abidance.checks.evidence.costs import Costs
    from abidance.checks.evidence.reruns import Reruns
    from abidance.core.errors import HookError
    from abidance.plan.observation import Death, Observation


@dataclass(frozen=True, slots=True)
class Threads:
    """Calls of one function on several threads at once, and the same calls on one thread.

    `pairs` are each thread's trial with that of the same call alone. `steady` tells that the answers alone do not
    depend on the order of the calls. `alone` is how they ended alone, when they did not come back. `granted` is how
    often a successful result came of identical calls on one handle: on threads at once, and one after the other.
    """

    count: int
    pairs: tuple[tuple[CaseResult, CaseResult], ...] = ()
    steady: bool = False
    alone: CaseResult | None = None
    granted: Granted | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """How many of so many identical calls on one handle succeeded with a result: at once, and one after the other."""

    value: int
    calls: int
    threads: int
    together: int
    in_turn: int


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case that was run, with all that is known of it beyond that run."""

    run: CaseRun
    phase: str
    expectation: Expectation = NOTHING
    other: CaseResult | None = None
    """The same case on the library that this one is compared with."""
    again: Reruns | None = None
    """The same case made again, where the first time gave reason to."""
    modelled: Modelled | HookError | None = None
    """What the contract's model says of the call, or why it says nothing."""
    threads: Threads | None = None
    """The same calls made on several threads at once, where they were."""
    costs: Costs | None = None
    """What the call was measured to cost, where it was."""
    alones: Mapping[int, CaseResult] = field(default_factory=dict)
    """Calls of a sequence as they answer without those on other handles, by their place in the plan."""
    sides: tuple[str, str] = ("", "")
    """What the two that are compared are called."""

    @property
    def boundary(self) -> Boundary:
        """Return what contract and header say together."""
        return self.run.boundary

    @property
    def encoded(self) -> Encoded:
        """Return the plan with its meaning."""
        return self.run.encoded

    @property
    def observation(self) -> Observation:
        """Return what came back."""
        return self.run.observation

    @property
    def subject(self) -> PlacedCall:
        """Return the call under test."""
        return self.run.subject

    @property
    def function(self) -> BoundaryFunction:
        """Return the function under test."""
        return self.run.function

    @property
    def seen(self) -> CallValues:
        """Return the values before and after the call under test, which must have answered."""
        return self.run.values

    @property
    def death(self) -> Death | None:
        """Return how the worker ended, if it did."""
        return self.run.observation.death

    @property
    def answered(self) -> bool:
        """Tell whether the call under test ran and came back, on both where two are compared."""
        other = self.other
        return self.run.answered and (other is None or other.answered or other.death is not None)

    @property
    def is_sequence(self) -> bool:
        """Tell whether several calls are under test together."""
        return bool(self.run.encoded.steps)

    def with_observation(self, observation: Observation) -> CaseResult:
        """Return the same result with more, or less, of what came back."""
        return replace(self, run=replace(self.run, observation=observation))
