"""What the steps of a law are given that is known only when earlier ones were made."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import calls_back, single, windows, with_record
from abidance.boundary.model.types import HandleShape, PointerShape
from abidance.boundary.model.values import Derived, Earlier
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import Expression, declared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.laws import BoundaryLaw, LawStep
    from abidance.boundary.model.types import Member, RecordShape, Shape
    from abidance.boundary.model.values import Values


def derive(argument: object, named: Mapping[str, int]) -> Derived | None:
    """Return what is computed from what earlier steps leave, which is known once they were made.

    `named` has where these stand, by name. Nothing where an argument looks at none of them.
    """
    if not isinstance(argument, Expression):
        return None
    names = argument.names & named.keys()
    return Derived(argument.text, tuple((n, named[n]) for n in sorted(names))) if names else None


def condition(expression: Expression, named: Mapping[str, int]) -> Derived:
    """Return on what condition, or how often, a step is made: that is worked out before it, whatever it is about."""
    return derive(expression, named) or Derived(expression.text)


def lengths_of(function: BoundaryFunction, fixed: Mapping[str, object]) -> dict[str, Derived]:
    """Return the lengths that follow from buffers which are derived, where nothing else is said of them."""
    found = _lengths(function.members, fixed)
    lent = function.lent
    if lent is not None and lent.count not in fixed and isinstance(room := fixed.get(lent.lender), Derived):
        found[lent.count] = room.length
    return found


def _lengths(members: tuple[Member, ...], fixed: Mapping[str, object]) -> dict[str, Derived]:
    """Return the lengths of memory that is derived, and what is left in windows of it, where nothing else is said."""
    buffers = {length: [each.name for each in group] for length, group in ties(members).items()}
    for window, count in windows(members):
        buffers.setdefault(count.name, []).append(window.name)
    derived = {
        length: next((each for name in names if isinstance(each := fixed.get(name), Derived)), None)
        for length, names in buffers.items()
        if length not in fixed
    }
    return {length: each.length for length, each in derived.items() if each is not None}


def drawn_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Return what is given of a record's fields before other calls were made."""
    return {name: each for name, each in fields.items() if not isinstance(each, Derived)}


def fields_set(
    members: tuple[Member, ...], given: Mapping[str, object], fields: Mapping[str, object]
) -> dict[str, object]:
    """Return a record that is given with some fields set: of what is set in place of other memory, lengths follow."""
    tied = [(length, [each.name for each in group]) for length, group in ties(members).items()]
    tied += [(count.name, [window.name]) for window, count in windows(members)]
    follow = {length for length, names in tied if not fields.keys().isdisjoint(names)}
    return {**{name: each for name, each in given.items() if name not in follow}, **fields}


def with_derived(members: tuple[Member, ...], drawn: Values, fields: Mapping[str, object]) -> Values:
    """Return a record with the fields that are derived: each as long as it is, and windows from their beginning on."""
    derived = {field: each for field, each in fields.items() if isinstance(each, Derived)}
    if not derived:
        return drawn
    made: Values = {**drawn, **derived, **_lengths(members, fields)}
    for member in members:
        position = getattr(member.shape, "position", "")
        if member.name in derived and position and position not in fields:
            made[position] = 0
    return made


def looked_at(
    function: BoundaryFunction, law: BoundaryLaw, step: LawStep, fixed: Mapping[str, object]
) -> BoundaryFunction:
    """Return the function as one that takes no NULL where the law looks at what is left, or hands it on.

    So it is with a number that tells how much is left there: without it nobody knows. Nor does it take a callback that
    is NULL where the law looks at its calls, which a handle that it stays with may have had later: as an argument, or
    in a record, where the step does not set that field.
    """
    number = next(n for n, each in enumerate(law.steps) if each is step)
    later = [each for after in law.steps[number + 1 :] for each in after.bound.values()]
    looking = (*law.ensures, *law.same, *(each for each in later if isinstance(each, Expression)))
    paths = [reference.parts for each in looking for reference in each.references]
    wanted = {declared(parts[1]) for parts in paths if parts[0] == step.name and len(parts) > 1}
    told = ("calls", "contents")
    called = {declared(name) for parts in paths for name, field in pairwise(parts) if field in told}
    wanted |= {each.path for each in later if isinstance(each, Earlier) and each.call == number}
    wanted |= {
        member.shape.length_name
        for member in function.members
        if member.name in wanted and isinstance(member.shape, PointerShape)
    }
    members = tuple(
        member if member.name in fixed else replace(member, shape=_there(there, behind, member.name))
        for member in function.members
        for there in (_never_null(member.shape) if member.name in wanted else member.shape,)
        for behind in (called - {*_fields_set(step, member.name)},)
    )
    return function if members == function.members else replace(function, members=members)


def _fields_set(step: LawStep, parameter: str) -> Iterator[str]:
    """Yield the fields of a record that a step sets, by their own names."""
    yield from (name.rpartition(".")[2] for name in step.bound if name.partition(".")[0] == parameter)


def _never_null(shape: Shape) -> Shape:
    return replace(shape, nullable=False) if isinstance(shape, PointerShape | HandleShape) else shape


def _there(shape: Shape, called: AbstractSet[str], name: str) -> Shape:
    """Return a shape in which the callbacks of these names are never NULL, also those in records that it leads to."""
    if isinstance(shape, CallbackShape):
        return replace(shape, nullable=False) if name in called else shape
    if not called or not calls_back(single(shape)):
        return shape

    def change(record: RecordShape) -> RecordShape:
        members = tuple(replace(each, shape=_there(each.shape, called, each.name)) for each in record.members)
        return replace(record, members=members)

    return with_record(shape, change)
