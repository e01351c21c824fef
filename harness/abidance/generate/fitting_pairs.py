"""Handles that belong to each other, where a precondition says that those of a call do: `parent_of(child) == parent`.

Of several parents with several children each, few pairs do; what the calls before have put where is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.case_handles import is_from
from abidance.boundary.model.facts import fact
from abidance.boundary.model.types import HandleShape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.functions import BoundaryFunction


@fact
def _pairs(function: BoundaryFunction) -> tuple[tuple[str, str], ...]:
    """Return the parameters of which one is a handle that a function tells of the other: that one first."""
    handles = {member.name for member in function.members if isinstance(member.shape, HandleShape)}
    return tuple(
        (argument.parameter, part.handle)
        for precondition in function.asked_before
        for parts in precondition.alternatives
        for part in parts
        for question in part.questions
        for argument in question.arguments
        if part.handle and argument.parameter in handles
    )


def belonging(
    function: BoundaryFunction,
    parameter: str,
    free: Sequence[Held],
    given: Mapping[str, Held],
    alive: Sequence[Held],
) -> list[Held]:
    """Return which handles belong to what a call is given beside them, or to any; none where nothing says so."""
    for child, parent in _pairs(function):
        if parameter == child:
            wholes = [given[parent]] if parent in given else alive
            return [each for each in free if any(is_from(each, whole) for whole in wholes)]
        if parameter == parent:
            parts = [given[child]] if child in given else alive
            return [each for each in free if any(is_from(part, each) for part in parts)]
    return []
