"""Whether the calls of an item put the promises about success to the test: calls that all fail keep most of them."""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.checks.postcondition import relies_on_its_state
from abidance.contract.expression import EvaluationError

if TYPE_CHECKING:
    from abidance.boundary.model import Function
    from abidance.checks.trial import Trial
    from abidance.contract.expression import Expression


@dataclass(slots=True)
class Reach:
    """Counts the lawful calls of one function that answered, and what they led to.

    `waiting` are the postconditions that hold of themselves, because the condition of their ``implies`` was
    never met so far.
    """

    function: Function
    answered: int = 0
    succeeded: int = 0
    waiting: list[Expression] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with all conditional postconditions."""
        self.waiting = [each for each in self.function.ensures if each.conditional]

    def note(self, trial: Trial) -> None:
        """Take in a call that has been judged."""
        if not trial.answered:
            return
        with suppress(EvaluationError):  # a clause without a value: why is told elsewhere
            self.succeeded += trial.seen.success
            if self.waiting and not relies_on_its_state(trial):
                self.waiting = [each for each in self.waiting if not _met(each, trial)]
        self.answered += 1

    @property
    def untested(self) -> str:
        """Return what was not put to the test, in a sentence; nothing when something was."""
        function, calls = self.function, f"{self.answered:,} call{'' if self.answered == 1 else 's'}"
        if not self.answered:
            return ""
        if function.result.ok and not self.succeeded:
            return (
                f"none of {calls} of `{function.name}` succeeded: "
                "its promises about success were not put to the test"
            )
        if self.waiting and len(self.waiting) == len(function.ensures):
            return (
                f"none of {calls} of `{function.name}` met the condition of one of its postconditions: "
                "they were not put to the test"
            )
        return ""


@dataclass(slots=True)
class Reaches:
    """The same of sequences and of the steps of laws, for each function that they call."""

    of: dict[str, Reach] = field(default_factory=dict)

    def note(self, trial: Trial) -> None:
        """Take in calls that have been judged."""
        for one in trial.each:
            if not one.expectation.rejects:
                self.of.setdefault(one.function.name, Reach(one.function)).note(one)

    def __copy__(self) -> Reaches:
        """Return one that goes on by itself."""
        return Reaches({name: copy.copy(reach) for name, reach in self.of.items()})

    @property
    def reached(self) -> frozenset[str]:
        """Return the functions of which something was put to the test."""
        return frozenset(name for name, reach in self.of.items() if reach.answered and not reach.untested)


def _met(expression: Expression, trial: Trial) -> bool:
    try:
        return expression.applies(trial.seen.after, trial.seen.before)
    except EvaluationError:
        return False
