"""Handles that a call leaves in an array: how many there are at most, and whether that is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.ownership import MOST_LEFT
from abidance.boundary.model.traversal import handle_arrays_left, handles_in, handles_left_in, number_of
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems


def check_handles_left(function: BoundaryFunction, problems: Problems) -> tuple[s.Member, ...]:
    """Return the parameters, with numbers that say how many handles a call may leave at most at a time.

    Complain about arrays of which it is not known before the call how many that are, or after it, and about those that
    always have room for more new ones than are followed.
    """
    members = {member.name: member for member in function.members}
    for name, array, each in handle_arrays_left(function):
        _check_librarys_array(function, name, array, each, problems)
    for member in function.members:
        shape, element = member.shape, handles_left_in(member.shape)
        if element is None or not isinstance(shape, s.PointerShape):
            continue
        room, told = shape.capacity or shape.length, shape.length or shape.capacity
        if room is None or told is None:
            continue  # which is told elsewhere
        for clause, words in ((room, "given room"), (told, "left")):
            number = members.get(clause.sole_name)
            known = number is not None and number_of(number.shape) is not None
            known |= clause.sole_name == s.RESULT_NAME and clause is told
            if not (known or (not clause.names and isinstance(clause.evaluate({}), int))):
                message = (
                    f"`{clause.text}` is neither a number nor a parameter that is one, so how many handles are {words} "
                    "is not known"
                )
                labels = (Label(clause.span), Label(member.declared))
                remedy = (
                    "have a function of a header of your own take the room as a number, and fail where that is less "
                    f"than `{clause.text}`"
                )
                problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy if clause.calls else None))
        number = members.get(room.sole_name)
        counted = number_of(number.shape) if number is not None else None
        if number is not None and counted is not None:
            members[number.name] = replace(number, shape=_at_most(number.shape))
        least = counted.lowest if counted is not None else None if room.names else room.evaluate({})
        # Those behind the last that has a place would be lost, and be leaks of ours.
        if isinstance(least, int) and least > MOST_LEFT and not element.borrowed:
            message = (
                f"calls are given room for {MOST_LEFT} new handles at most, "
                f"and `{room.text}` is never less than {least}"
            )
            problems.add(Diagnostic(WRONG_VALUE, message, (Label(room.span), Label(member.declared))))
    return tuple(members.values())


def _check_librarys_array(
    function: BoundaryFunction, name: str, array: s.PointerShape, element: s.HandleShape, problems: Problems
) -> None:
    """Complain about handles in an array of the library's that no plan can follow."""
    message = remedy = ""
    given = [each for member in function.members for each in handles_in(member.shape)]
    if isinstance(element, s.NumberHandle):
        message = (
            "handles that are numbers are left in the caller's memory or one at a time, not in such an array"
        )
    elif array.length is not None and array.length.calls:
        message = f"how many handles there are is told by the call itself, not by `{array.length.text}`"
        given_on = ", ".join(member.name for member in function.members)
        remedy = (
            "have a function of a header of your own tell both, with `size_t *n` behind what this one takes: "
            f"`{{ *n = {array.length.text}; return {function.name}({given_on}); }}`"
        )
    elif array.length is None and not array.ended_by:
        return  # which is told elsewhere
    elif element.lifetime == name and len(given) > 1:
        message = (
            f"`{function.name}` is given several handles, and nobody knows with which of them the array ends"
        )
        remedy = "say `lifetime: handle(NAME)` of the elements"
    elif element.owner == "shared":
        message = "what a call leaves is the caller's, or the `callee`'s for some time"
        remedy = "say nothing, or `owner: callee, lifetime: handle(NAME)`"
    if message:
        problems.add(Diagnostic(WRONG_VALUE, message, (Label(element.span),), help=remedy or None))


def _at_most(shape: s.Shape) -> s.Shape:
    """Return a number that is no larger than the handles are many that one call leaves."""
    if isinstance(shape, s.PointerShape):
        return replace(shape, element=_at_most(shape.element))
    assert isinstance(shape, s.ScalarShape)
    return replace(shape, highest=max(shape.lowest, min(shape.highest, MOST_LEFT)))
