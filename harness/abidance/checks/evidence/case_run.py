"""One run of a case: the plan, what came back, and its values, which are decoded when they are first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import decode
from abidance.checks.evidence.callback_order import judge_order
from abidance.checks.evidence.handle_states import passages

if TYPE_CHECKING:
    from abidance.boundary.decode.call_values import CallValues
    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.checks.evidence.callback_order import OrderJudgement
    from abidance.checks.evidence.handle_states import Passage
    from abidance.plan.observation import Death, Invocation, Observation


@dataclass(frozen=True)
class CaseRun:
    """A plan with its meaning and its observation. Not slotted: what is derived is stored."""

    boundary: Boundary
    encoded: Encoded
    observation: Observation
    _passages: list[dict[int, tuple[Passage, ...]]] = field(default_factory=list, repr=False, compare=False)
    """What `passages` holds once it was asked for: it is the same of every call of a plan."""

    _orders: list[tuple[Observation, OrderJudgement]] = field(default_factory=list, repr=False, compare=False)
    """What `callback_order` holds once it was asked for, with what it was seen in: it is the same of every call."""

    @property
    def callback_order(self) -> OrderJudgement:
        """Return what of all invocations is out of the order that the contract says."""
        if not self._orders or self._orders[0][0] is not self.observation:
            self._orders[:] = [(self.observation, judge_order(self))]
        return self._orders[0][1]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Return what the call under test had to do with the states of its handles."""
        if not self._passages:
            self._passages.append(passages(self))
        return self._passages[0].get(self.encoded.plan.subject, ())

    @cached_property
    def subject(self) -> PlacedCall:
        """Return the call under test."""
        return self.encoded.subject

    @cached_property
    def function(self) -> BoundaryFunction:
        """Return the function under test."""
        return self.subject.function

    @cached_property
    def values(self) -> CallValues:
        """Return the values before and after the call under test, which must have answered."""
        return decode(self.boundary, self.encoded, self.observation, self.encoded.plan.subject)

    @property
    def death(self) -> Death | None:
        """Return how the worker ended, if it did."""
        return self.observation.death

    @cached_property
    def answered(self) -> bool:
        """Tell whether the call under test ran and came back."""
        return self.observation.has_run(self.encoded.plan.subject)

    @property
    def running(self) -> BoundaryFunction:
        """Return the function that was running when the worker ended."""
        death = self.death
        index = self.encoded.plan.subject if death is None or death.call is None else death.call
        return self.encoded.calls[min(index, len(self.encoded.calls) - 1)].function

    @property
    def invocations(self) -> tuple[Invocation, ...]:
        """Return every time that the library called back while the plan ran, in order."""
        found = [each for call in self.observation.calls for each in call.invocations]
        return (*found, *self.observation.trailing)

    def at(self, index: int) -> CaseRun:
        """Return the same run with another call under test, whose values are decoded once however often it is asked."""
        found = self._calls.get(index)
        if found is None:
            found = self._calls[index] = replace(
                self, encoded=self.encoded.at(index), _passages=self._passages, _orders=self._orders
            )
        return found

    @cached_property
    def _calls(self) -> dict[int, CaseRun]:
        return {}
