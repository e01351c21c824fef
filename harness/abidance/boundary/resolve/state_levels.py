"""The states of a handle that counts: each number is a state of its own, and calls count from one to another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from abidance.contract.expression import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abidance.boundary.resolve.counting import CountedBy
    from abidance.contract.expression import Expression
    from abidance.contract.model.states import TransitionPromise

ONLY = "new"
"""What the only state of a handle is called of which the contract names none."""
MOST_STATES = 4096
"""In more states than these no handle may be, each number that it counts for one."""


def are_too_many(states: Sequence[str], counters: Mapping[str, int]) -> bool:
    """Tell whether there would be more states than a handle may be in."""
    return math.prod(most + 1 for most in counters.values()) * max(len(states), 1) > MOST_STATES


@dataclass(frozen=True, slots=True)
class StateLevels:
    """The states by the names that the contract has for them, `named`, and what was `counted` in each.

    `counters` have the highest numbers; `values` are those of the header's constants.
    """

    named: Mapping[str, tuple[str, ...]]
    counted: Mapping[str, Mapping[str, int]]
    counters: Mapping[str, int]
    values: Mapping[str, int]

    @classmethod
    def of(cls, states: Iterable[str], counters: Mapping[str, int], values: Mapping[str, int]) -> StateLevels:
        """Return the levels of some states, or of the only one where the contract names none."""
        named, counted = {}, {}
        known = [*states]
        for name in known or [ONLY]:
            found = []
            for each in product(*(range(most + 1) for most in counters.values())):
                level = ", ".join(f"{c} {n}" for c, n in zip(counters, each, strict=True))
                state = ", ".join(part for part in (name if known or not level else "", level) if part)
                found.append(state)
                counted[state] = dict(zip(counters, each, strict=True))
            named[name] = tuple(found)
        return cls(named, counted, counters, values)

    def at(self, name: str, counted: Mapping[str, int]) -> str:
        """Return the state of one name in which so much was counted."""
        return next(state for state in self.named[name] if self.counted[state] == counted)

    def after(
        self, promise: TransitionPromise, counted: Mapping[str, int], without: CountedBy | None = None
    ) -> dict[str, int] | None:
        """Return what is counted after a call, None where that is more than may be, or less than nothing.

        What is counted `without` what the call is given is as before.
        """
        found = dict(counted)
        for name, expression in promise.counts.items() if self.counters else ():
            if without is not None and expression is without.expression:
                continue
            value = self._number(expression, counted)
            if value is None or not 0 <= value <= self.counters[name.text]:
                return None
            found[name.text] = value
        return found

    def holds(self, condition: Expression | None, counted: Mapping[str, int]) -> bool:
        """Tell whether a condition on what is counted holds; where nothing is, none is broken."""
        return condition is None or not self.counters or bool(self._number(condition, counted))

    def _number(self, expression: Expression, counted: Mapping[str, int]) -> int | None:
        """Return a number over what is counted, and constants; None where it has no value."""
        try:
            value = expression.evaluate({**self.values, **counted})
        except EvaluationError:
            return None
        return int(value) if isinstance(value, int) else None
