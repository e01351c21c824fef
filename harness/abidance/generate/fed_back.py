"""What earlier calls of a sequence returned, as arguments of later ones: a returned key is likely one that exists.

Numbers go where a number of the same C type goes, texts where text goes. What was returned is known only once the calls
before were made; where it then does not fit, the value is passed that was generated in its place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import strategy_of
from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.boundary.model.values import Derived
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Step, Values

Kind = tuple[object, ...]
_TEXT: Kind = ("text",)
_CALL = "call"
"""What an expression calls the step whose outcome it is."""


def outcomes(function: BoundaryFunction) -> tuple[tuple[str, Kind], ...]:
    """Return what a call leaves that others may be given, by the paths of expressions: `result`, out parameters.

    A status is none of it, nor is whether something is so.
    """
    result = function.result
    found = [("result", _left(result.shape))] if not result.ok else []
    for member in function.members:
        shape = member.shape
        if isinstance(shape, PointerShape) and shape.direction.written and not shape.direction.read:
            inner = shape.element if shape.what is What.ONE else shape
            found.append((spelling(member.name), _left(inner)))
    return tuple((path, kind) for path, kind in found if kind)


def takers(function: BoundaryFunction) -> tuple[tuple[str, Kind], ...]:
    """Return the parameters that may be given what others left, each with what fits: none that a strategy makes up."""
    tied = ties(function.members)
    several = {member.name for group in tied.values() if len(group) > 1 for member in group}
    found = []
    for member in function.members:
        shape = member.shape
        if member.name in tied or member.name in several or strategy_of(member) is not None:
            continue
        if isinstance(shape, PointerShape) and (not shape.direction.read or shape.handed):
            continue
        kind = _left(shape)
        if kind:
            found.append((member.name, kind))
    return tuple(found)


def choices(
    function: BoundaryFunction,
    arguments: Values,
    steps: Sequence[Step],
    functions: Mapping[str, BoundaryFunction],
) -> Iterator[Values]:
    """Yield the ways in which a call can be given what an earlier one left: what is other than `arguments`."""
    left = [
        (call, path, kind)
        for call, step in enumerate(steps)
        if not step.rejects
        for path, kind in outcomes(functions[step.function])
    ]
    for name, kind in takers(function):
        # How much of lent room is filled follows from what it is filled with.
        counts = function.lent is not None and name == function.lent.count
        if counts or arguments[name] is None or isinstance(arguments[name], Derived):
            continue
        for call, path, other in left:
            if kind == other:
                text = Derived(f"{_CALL}.{path}", ((_CALL, call),), arguments[name])
                yield with_lengths(function, arguments, {name: text})


def with_lengths(function: BoundaryFunction, arguments: Values, derived: Values) -> Values:
    """Return derived arguments with the lengths that follow from them."""
    lengths: Values = {}
    for length, (buffer, *_) in ties(function.members).items():
        value = derived.get(buffer.name)
        if isinstance(value, Derived):
            drawn = arguments[length]
            lengths[length] = replace(
                value.length, value=drawn.value if isinstance(drawn, Derived) else drawn
            )
    return {**derived, **lengths}


def _left(shape: Shape) -> Kind:
    """Return what tells whether something may go where something else may; nothing for what goes nowhere."""
    match shape:
        case ScalarShape(kind="int") if not shape.flags and not shape.char:
            return ("number", shape.size, shape.signed, shape.spelling)
        case PointerShape(what=What.STRING | What.BYTES):
            return _TEXT
        case PointerShape(what=What.ARRAY, element=ScalarShape(kind=kind, size=size)):
            return ("array", kind, size)
    return ()
