"""Conditions on where a call leads a handle: what they may compare, so that the worker can tell in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.left_by import left_by
from abidance.boundary.model.types import HandleShape
from abidance.boundary.resolve.names import check_condition
from abidance.contract.expression import spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class StateConditions:
    """Reads conditions on a `handle`; `names` are the constants and what it counts, `problems` has what is wrong."""

    handle: str
    names: frozenset[str]
    problems: Problems

    def known(self, condition: Expression, function: BoundaryFunction) -> bool:
        """Tell whether a condition names only what a call of a function leaves, and what is known; complain if not."""
        return check_condition(function, condition, self.names, self.problems)

    def is_told(self, condition: Expression, function: BoundaryFunction, *, creates: bool) -> bool:
        """Tell whether a condition of a transition is known in time; complain where it is not.

        A function that `creates` the handle leads it to its first state by what it is given.
        """
        if not creates:
            return self.is_decidable(condition, function)
        if not self.known(condition, function):
            return False
        late = sorted(condition.names & {"errno", *left_by(function)})
        if late:
            words = f"`{late[0]}` is known only once `{function.name}` has made the `{self.handle}`"
            help_ = "say it by what the function is given; what only a later call tells is a transition of that call"
            self._wrong(words, condition.span, help_=help_)
        return not late

    def is_decidable(self, condition: Expression, function: BoundaryFunction) -> bool:
        """Tell whether the worker can tell, from what a call leaves, whether a condition holds."""
        if not self.known(condition, function):
            return False
        for parts in condition.alternatives:
            for part in parts:
                if not self._one_number(part, function):
                    return False
        return True

    def _one_number(self, part: Expression, function: BoundaryFunction) -> bool:
        left = sorted({*part.names} & {"errno", *left_by(function)})
        handles = {spelling(m.name) for m in function.members if isinstance(m.shape, HandleShape)}
        field = next((each for each in part.references if each.parts[0] in handles and each.parts[1:]), None)
        if field is not None:
            message = f"where a call leads cannot depend on `{field.path}`, which the handle's memory holds"
            remedy = "a call's arguments, its result, or a number that it writes tell where it leads"
            self._wrong(message, part.span, help_=remedy)
            return False
        if not left:
            return True
        name = left[0]
        shape = left_by(function).get(name)
        remedy = (
            "conditions compare the arguments, the result, or one number that the call writes, with constants"
        )
        if len(left) > 1:
            self._wrong(f"`{part.text}` compares `{left[0]}` with `{left[1]}`, and both are known only after the call",
                        part.span, help_=remedy)  # fmt: skip
        elif shape is None or any(
            reference.parts[1:] for reference in part.references if reference.parts[0] == name
        ):
            self._wrong(f"where a call leads cannot depend on `{part.text}`", part.span, help_=remedy)
        elif not part.only_compares(name) and part.text.strip() != name:
            message = f"`{part.text}` computes with `{name}`, which is known only after the call"
            self._wrong(message, part.span, help_=remedy)
        else:
            return True
        return False

    def _wrong(self, message: str, span: Span, *, help_: str | None = None) -> None:
        self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(span),), help=help_))
