"""What follows from a call of a plan for the handles that it is given and leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.resolve.transfers import succeeded, success_when
from abidance.plan import plan as p

if TYPE_CHECKING:
    from abidance.boundary.encode.case_handles import Conditions
    from abidance.boundary.model.functions import BoundaryFunction


@dataclass(frozen=True, slots=True)
class PlanCall:
    """A call in a plan: that it `ran`, that it has `taken` what it is given, and its `success` by its status.

    `needs` is what must hold for it to be made.
    """

    ran: p.Condition
    taken: p.Condition
    success: Conditions = ()
    needs: Conditions = ()

    @classmethod
    def of(cls, function: BoundaryFunction, index: int, needs: Conditions = ()) -> PlanCall:
        """Return call `index` of a plan."""
        ran = p.Condition(index, (), signed=False)
        return cls(ran, success_when(function, index) or ran, succeeded(function, index), needs)
