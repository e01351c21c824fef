"""`created_with`: the numbers that expressions see of a handle, and the functions that ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape, NumberHandle
from abidance.boundary.resolve.contract_words import references
from abidance.boundary.resolve.destroyers import not_given
from abidance.boundary.values.creation_numbers import numbers_asked
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Reference
    from abidance.contract.model import HandlePromise


def created_with(
    name: str, promise: HandlePromise, creates: list[BoundaryFunction], problems: Problems
) -> frozenset[str]:
    """Return the numbers of its creators that expressions see of a handle; complain of what none of them is given."""
    if not promise.created_with:
        return frozenset()
    first = promise.created_with[0]
    if any(isinstance(shape, NumberHandle) for create in creates for shape in _made(create, name)):
        message = f"a `{name}` is a number, and has no fields"
        remedy = "ask a function of the library, or of a header of your own, for what it was created with"
        problems.add(Diagnostic(WRONG_VALUE, message, (Label(first.span),), help=remedy))
        return frozenset()
    for written in promise.created_with:
        missing = [not_given(written.text, [create]) for create in creates]
        if missing and all(missing):
            shown = next((each for each in missing if "no whole number" in each), missing[0])
            remedy = f"name a number that is given to what creates a `{name}`"
            problems.add(Diagnostic(WRONG_VALUE, shown, (Label(written.span),), help=remedy))
    return frozenset(written.text for written in promise.created_with)


def with_numbers_asked(function: BoundaryFunction) -> BoundaryFunction:
    """Return a function that takes handles of which those numbers are known that its own expressions ask for.

    Others may be given to it whatever created them.
    """
    looked_at = [*references(function.promise)]
    return replace(function, members=tuple(_asking(member, looked_at) for member in function.members))


def _asking(member: Member, looked_at: Sequence[Reference]) -> Member:
    """Return a parameter that takes a handle of which those numbers are known that are asked for."""
    shape = member.shape
    if not isinstance(shape, HandleShape) or not shape.created_with:
        return member
    names = () if shape.made else numbers_asked(member, looked_at)
    return replace(member, shape=replace(shape, created_with=names))


def _made(create: BoundaryFunction, name: str) -> Iterator[HandleShape]:
    """Yield the places at which a function makes a handle."""
    for shape in (create.result.shape, *(member.shape for member in create.members)):
        if isinstance(shape, HandleShape) and shape.handle == name:
            yield shape
