"""Where calls are given handles and where they leave them, and whose these are, by what the contract says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.facts import fact
from abidance.boundary.model.ownership import CALLEE, CALLER, MOST_LEFT
from abidance.boundary.model.traversal import array_left, handle_arrays_left, handles_in, handles_left_in
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    HandleShape,
    PointerShape,
    RecordHandle,
    RecordShape,
)
from abidance.boundary.values.inner_pointers import BEHIND
from abidance.ir.traversal import is_const
from abidance.ir.types import Pointer, RecordRef
from abidance.plan import plan as p

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Values

Made = tuple[tuple[str, HandleShape], ...]
"""Where a call leaves handles, with what they are."""


def left_by(function: BoundaryFunction, arguments: Values | None = None) -> Made:
    """Return where a call leaves handles that later ones may be given: the caller's, or others' while they last.

    Those that may be left where the arguments are not known.
    """
    left = _may_be_left(function)
    if arguments is None or not left:
        return left
    return tuple(
        [
            each
            for each, name in zip(left, _left_in(function), strict=True)
            # What no parameter is called is the result, or an array that it leads to.
            if each[1] is function.result.shape or name not in arguments or arguments[name] is not None
        ]
    )


@fact
def _left_in(function: BoundaryFunction) -> tuple[str, ...]:
    """Return the parameters in which handles may be left, one for each."""
    return tuple([path.partition("[")[0] for path, _ in _may_be_left(function)])


@fact
def _may_be_left(function: BoundaryFunction) -> Made:
    found = [
        (member.name, member.shape)
        for member in function.members
        if isinstance(member.shape, HandleShape)
        and member.shape.made
        and (member.shape.borrowed or member.shape.owner != CALLEE)
    ]
    for member in function.members:
        element = handles_left_in(member.shape)
        if element is not None and (element.borrowed or element.owner != CALLEE):
            found += [(f"{member.name}[{n}]", element) for n in range(_most(member.shape))]
    for name, _, element in handle_arrays_left(function):
        if element.borrowed or element.owner != CALLEE:
            found += [(f"{name}[{n}]", element) for n in range(MOST_LEFT)]
    shape = function.result.shape
    if isinstance(shape, HandleShape) and (function.result.owned or shape.borrowed):
        found.append((RESULT_NAME, shape))
    return tuple(found)


def _most(shape: Shape) -> int:
    """Return how many handles an array may have at most, whatever room a call is given: a shorter case has them too."""
    assert isinstance(shape, PointerShape)
    clause = shape.capacity or shape.length
    known = clause.evaluate({}) if clause is not None and not clause.names else MOST_LEFT
    return max(0, min(known, MOST_LEFT)) if isinstance(known, int) else MOST_LEFT


def is_made_at(function: BoundaryFunction, path: str) -> bool:
    """Tell whether what a call leaves at a path is a new handle: its result, or what a parameter is made with."""
    return path == RESULT_NAME or any(
        m.name == path and isinstance(m.shape, HandleShape) and m.shape.made for m in function.members
    )


@fact
def makes_itself(function: BoundaryFunction) -> frozenset[str]:
    """Return the kinds of handles that a function makes and may be given one of, or none: a pool in another."""
    taken = [shape for _, shape in held_members(function)]
    made = {shape.handle for _, shape in _may_be_left(function) if not shape.borrowed}
    needed = {shape.handle for shape in taken if shape.nullable is False}
    return frozenset(made & {shape.handle for shape in taken} - needed)


def kind_at(function: BoundaryFunction, path: str) -> str:
    """Return the kind of handle that a call is given, or leaves, at a path; empty where it is none."""
    shapes = [m.shape for m in function.members if m.name == path]
    shape = function.result.shape if path == RESULT_NAME else next(iter(shapes), None)
    return shape.handle if isinstance(shape, HandleShape) else ""


def goes_into_new(function: BoundaryFunction, handle: str) -> bool:
    """Tell whether what a handle of a kind holds goes into one that the call makes."""
    return any(
        shape.handle == handle and shape.into and is_made_at(function, shape.into)
        for _, shape in held_members(function)
    )


def has_room(function: BoundaryFunction, arguments: Values, path: str) -> bool:
    """Tell whether a call that is given these arguments has room for the handle that it may leave at a path."""
    name, number = place_in_array(path)
    if name == path or array_left(function, name) is not None:
        return True
    shape = next(member.shape for member in function.members if member.name == name)
    assert isinstance(shape, PointerShape)
    clause = shape.capacity or shape.length
    room = arguments.get(clause.sole_name) if clause is not None else None
    return not isinstance(room, int) or number < room


def place_in_array(path: str) -> tuple[str, int]:
    """Return the parameter in which a handle was left, and its number in the array there; 0 where it is none."""
    name, bracket, rest = path.partition("[")
    return name, int(rest.removesuffix("]")) if bracket else 0


def path_of_array(name: str) -> str:
    """Return the path of the pointer to an array of the library's that a call leaves by a name."""
    return name if name == RESULT_NAME else f"{name}{BEHIND}"


@fact
def held_members(function: BoundaryFunction) -> tuple[tuple[str, HandleShape], ...]:
    """Return the parameters that are given a handle or an array of them, by their names."""
    return tuple([(member.name, shape) for member in function.members for shape in handles_in(member.shape)])


def as_taken(shape: Shape, argument: p.Argument) -> p.Argument:
    """Return a handle or a record in the caller's memory as a parameter takes it: by value, or by a pointer to it."""
    if isinstance(shape, RecordHandle | RecordShape) and isinstance(argument, p.Address):
        return p.Contents(argument.block)
    if isinstance(shape, AddressShape) and isinstance(argument, p.Contents):
        return p.Address(argument.block)
    return argument


def is_bound(shape: HandleShape) -> bool:
    """Tell whether whose a handle is, or how long it lasts, depends on another one."""
    return bool(shape.owner or shape.lifetime or shape.into or shape.parent)


def moves_handles(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a call gives handles away or back, counts references to them, or leaves ones that others hold."""
    held, left = ([shape for _, shape in each] for each in (held_members(function), left_by(function)))
    # That what a call leaves is the caller's is how it is without a word.
    bound = any(map(is_bound, held)) or any(is_bound(each) and each.owner != CALLER for each in left)
    return bound or any(boundary.handles[each.handle].acquire == function.name for each in (*held, *left))


def changes(boundary: Boundary, function: BoundaryFunction, shape: HandleShape) -> bool:
    """Tell whether a call may change a handle at a parameter of this shape: the header does not rule it out."""
    declarations = boundary.declarations
    for member, parameter in zip(function.members, function.declaration.parameters, strict=False):
        if not any(each is shape for each in handles_in(member.shape)):
            continue
        pointer = declarations.resolve(parameter.type)
        if shape is not member.shape and isinstance(pointer, Pointer):
            pointer = declarations.resolve(pointer.to)  # of an array, each element
        if not isinstance(pointer, Pointer) or not is_const(pointer.to, declarations.typedefs):
            return True
        record = declarations.resolve(pointer.to)
        return isinstance(record, RecordRef) and record.key in boundary.references
    return False
