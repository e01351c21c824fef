"""Whether what an earlier call of a law has left can be given to a later one, and how: as it lies, or as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.traversal import is_plain, read_behind, record_of, single
from abidance.contract.expression import declared, spelling
from abidance.contract.expression.expression import parse

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.contract.expression import Expression


def misfit(function: BoundaryFunction, path: str, member: s.Member) -> str:
    """Return why what a call left cannot be passed on as it lies in memory, empty where it can."""
    there: s.Shape | None = function.result.shape
    of = f"the result of `{function.name}`"
    if path != "result":
        there, of = place_of(function, path), f"`{path}`"
        if there is None:
            return f"`{function.name}` has no output `{path}`"
        if isinstance(there, s.HandleShape) and there.made:
            what = f"a `{member.shape.handle}`" if isinstance(member.shape, s.HandleShape) else "no handle"
            return f"{of} is a `{there.handle}` that `{function.name}` leaves, and `{member.name}` is {what}"
        if not isinstance(there, s.PointerShape) or not there.direction.written:
            return f"`{function.name}` does not write {of}, so it is what was given: give that"
        if isinstance(member.shape, s.PointerShape):
            one, other = _size(there.element), _size(member.shape.element)
            return "" if one == other else f"{of} has elements of {one} bytes, and `{member.name}` of {other}"
        there = there.element
    if isinstance(member.shape, s.HandleShape):
        kind = member.shape.handle
        if isinstance(there, s.HandleShape) and there.handle == kind:
            return f"it is no new `{kind}`: name `{function.name}` under `create` of `{kind}` if it is one"
        return f"it is a `{member.shape.handle}`, and {of} is none that `{function.name}` created"
    if not isinstance(there, s.ScalarShape):
        return (
            f"{of} is no number, and of what is returned or read only numbers and new handles are passed on"
        )
    if not isinstance(member.shape, s.ScalarShape):
        return f"{of} is a number, and `{member.name}` is none"
    if "float" in (there.kind, member.shape.kind):
        return "numbers with a fraction are not passed on"
    one, other = there.size, member.shape.size
    return "" if one == other else f"{of} has {one} bytes, and `{member.name}` has {other}"


def is_of_numbers(place: s.Shape | None) -> bool:
    """Tell whether what a call has at a place is a value that an expression can be about."""
    return place is not None and not isinstance(single(place), s.RecordShape)


def is_plain_record(place: s.Shape | None, member: s.Member) -> bool:
    """Tell whether what a call left is a record of numbers, of the type that another one is given."""
    there, here = (record_of(single(each)) if each is not None else None for each in (place, member.shape))
    read = getattr(member.shape, "direction", s.Direction.IN).read
    return (
        there is not None
        and here is not None
        and read
        and there.spelling == here.spelling
        and is_plain(there)
    )


def is_same_record(function: BoundaryFunction, path: str, member: s.Member) -> bool:
    """Tell whether a call left a record of the type that another one is given, and one of both has it by value.

    Behind two pointers it is passed as it lies in memory.
    """
    place = _left_at(function, path)
    records = [record_of(single(each)) if each is not None else None for each in (place, member.shape)]
    by_value = any(isinstance(each, s.RecordShape) for each in (place, member.shape))
    read = getattr(member.shape, "direction", s.Direction.IN).read
    return by_value and read and None not in records and len({each.spelling for each in records if each}) == 1


def new_handle(function: BoundaryFunction, path: str) -> str:
    """Return the handle that a call brings into being at a place, if any."""
    if path == "result":
        shape = function.result.shape
        if isinstance(shape, s.HandleShape) and (function.result.owned or shape.borrowed):
            return shape.handle
        return ""
    found = place_of(function, path)
    return found.handle if isinstance(found, s.HandleShape) and found.made else ""


def is_computed(member: s.Member) -> bool:
    """Tell whether a parameter may be given what an expression comes to."""
    shape = member.shape
    if read_behind(shape) is not None:
        return True
    if isinstance(shape, s.PointerShape) and shape.direction.read and not shape.handed:
        return shape.what is not s.What.ONE or isinstance(shape.element, s.ScalarShape)
    return isinstance(shape, s.ScalarShape)


def rest_behind(
    step: str, function: BoundaryFunction, path: str, expression: Expression, member: s.Member
) -> Expression | None:
    """Return what stands behind a place that a call has left in memory which it was given; None for what is no such."""
    place = place_of(function, path)
    shape = single(place) if place is not None else None
    if not isinstance(shape, s.WithinShape) or not isinstance(member.shape, s.PointerShape):
        return None
    whose = next((m.shape for m in function.members if m.name == shape.whose), None)
    if not isinstance(whose, s.PointerShape) or not is_computed(member):
        return None
    memory, at = f"{step}.{spelling(shape.whose)}", expression.text.strip()
    return parse(f"{memory}[{at}:] if {at} != null else null", expression.span)


def is_copied(function: BoundaryFunction, path: str, member: s.Member) -> bool:
    """Tell whether what a call left is passed as a copy: memory that it returned, a text, a number of another type."""
    if not is_computed(member):
        return False
    there, here = _left_at(function, path), member.shape
    if behind := read_behind(here):
        here, path = behind, "result"  # what it leads to may be freed, or lent for the call that left it
    if isinstance(there, s.PointerShape) and isinstance(there.element, s.PointerShape):
        there, path = there.element, "result"  # what lies behind it is the library's, as if it were returned
    if not isinstance(there, s.PointerShape):
        if not isinstance(there, s.ScalarShape) or not isinstance(here, s.ScalarShape):
            return False
        return (there.size, there.kind == "float") != (here.size, here.kind == "float")
    if not isinstance(here, s.PointerShape):
        one = there.element if path != "result" and there.what is s.What.ONE else None
        return isinstance(one, s.ScalarShape) and _size(one) != _size(here)
    if path != "result" and there.what is not s.What.STRING and here.what is not s.What.STRING:
        return False  # memory of the caller's own is passed as it lies
    kinds = {there.what, here.what}
    return kinds <= {s.What.STRING, s.What.BYTES} or (
        kinds == {s.What.ARRAY} and _size(there.element) == _size(here.element)
    )


def place_of(function: BoundaryFunction, path: str) -> s.Shape | None:
    """Return what a call has at a place, its `result` or a parameter, written or not; `result_` is a parameter."""
    if path == "result":
        return function.result.shape
    return next((m.shape for m in function.members if m.name == declared(path)), None)


def _left_at(function: BoundaryFunction, path: str) -> s.Shape | None:
    found = place_of(function, path)
    if path == "result":
        return found
    written = isinstance(found, s.PointerShape) and found.direction.written
    return found if written else None


def _size(shape: s.Shape) -> int:
    return getattr(shape, "size", 0)
