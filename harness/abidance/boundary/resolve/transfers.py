"""Memory that the library takes over, `owner: callee`: what it comes from, and on which result it changes hands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.traversal import has_pointers, root_of
from abidance.boundary.resolve.freeing import LIBC, handed_places, is_libcs
from abidance.contract.model import CallbackParam, FieldPromise, Returns
from abidance.contract.model.places import TargetPromise
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.status_place import StatusPlace
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Contract
    from abidance.contract.model.places import Element, Place
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations

LIBCS_ALLOC = "malloc"
_WORD = 64
_TRUE = (1, (1 << _WORD) - 1)
"""The range of a number that is not 0."""


def takes_over(place: Place | Element, direction: s.Direction) -> bool:
    """Tell whether whoever is given memory at a place takes it over; what comes back stays whose it is."""
    return place.owner == "callee" and direction.read and not isinstance(place, Returns | TargetPromise)


def freed_by(place: Place | Element) -> Name | None:
    """Return the function with which the caller frees what a call has left in a field of a record, if it does."""
    return place.free if isinstance(place, FieldPromise) and place.owner == "caller" else None


def given_over(shaper: Shaper, element: s.Shape, place: Place | Element, declared: Span) -> tuple[str, str]:
    """Return the functions that memory which the callee takes over comes from and goes back to.

    Both are empty where they are the C library's.
    """
    if isinstance(place, CallbackParam):
        return "", place.free.text if place.free is not None else LIBC
    if place.misaligned:
        words = "memory that the callee frees begins where its allocator says: `misaligned` cannot be tested"
        shaper.problems.contradiction(words, place.key_span("misaligned"), declared)
    alloc, free = _allocator(place, shaper.declarations, shaper.problems)
    if alloc and has_pointers(element):
        words = f"memory from `{alloc}` with pointers in it cannot be generated"
        shaper.problems.contradiction(words, place.key_span("alloc"), declared)
    return alloc, free


def _allocator(place: Place | Element, declarations: Declarations, problems: Problems) -> tuple[str, str]:
    """Return the two functions, or complain that one of them is not known."""
    if place.alloc is not None and place.free is not None:
        if place.alloc.text == LIBCS_ALLOC:
            return "", ""  # whoever frees it, `free` could
        return place.alloc.text, place.free.text
    if place.free is not None and not is_libcs(place.free.text, declarations):
        words = f"the allocator of memory that `{place.free}` frees is unknown"
        remedy = f"say `alloc: FUNCTION`, which gives memory by its size; without `{place.free}` it comes from `malloc`"
        problems.add(Diagnostic(WRONG_VALUE, words, (Label(place.free.span),), help=remedy))
    return "", ""


def allocators(contract: Contract) -> Iterator[Name]:
    """Yield the functions that memory comes from which the library takes over, but for the C library's own."""
    for place in handed_places(contract):
        if place.alloc is not None:
            yield place.alloc


def size_member(function: BoundaryFunction) -> s.Member | None:
    """Return the parameter that tells an allocating function how much: its only one."""
    found = function.members
    return found[0] if len(found) == 1 and isinstance(found[0].shape, s.ScalarShape) else None


def check_allocators(
    contract: Contract, functions: Mapping[str, BoundaryFunction], problems: Problems
) -> None:
    """Complain about functions that give no memory by its size."""
    for name in allocators(contract):
        function = functions.get(name.text)
        if function is None:
            continue
        gives = isinstance(function.result.shape, s.PointerShape | s.OpaqueShape)
        if size_member(function) is None or not gives:
            words = f"`{name}` is not an allocator: it takes more than a size, or returns no pointer"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(name.span), Label(function.declaration.span))))


def taken_when(function: BoundaryFunction, path: str, index: int) -> p.Condition | None:
    """Return on which result call `index` takes over what it is handed at a path; None where any will do."""
    name = root_of(path)
    promise = function.promise.params.get(name) if function.promise else None
    if promise is not None and (promise.on_failure == "taken" or function.replaces(name)):
        return None
    return success_when(function, index)


def success_when(function: BoundaryFunction, index: int) -> p.Condition | None:
    """Return what tells that call `index` has succeeded; None where nothing does."""
    if function.status is not None:
        return _by_status(function.status, index)
    shape, ok = function.result.shape, function.result.ok
    match shape:
        case s.ScalarShape() if ok:
            return p.Condition(index, ok.each, shape.signed)
        case s.NumberHandle(number=number) if ok:
            return p.Condition(index, ok.each, number.signed)
        case s.ScalarShape(kind="bool"):
            return p.Condition(index, (_TRUE,), signed=False)
        case s.AddressShape():
            return p.Condition(index, function.result.pointers.each, signed=False)
    return None


def succeeded(function: BoundaryFunction, index: int) -> tuple[p.Condition, ...]:
    """Return the condition that the status of call `index` is one that means success; none where it has no status."""
    if function.status is not None:
        return (_by_status(function.status, index),)
    shape, ok = function.result.shape, function.result.ok
    number = shape.number if isinstance(shape, s.NumberHandle) else shape
    return (p.Condition(index, ok.each, number.signed),) if ok and isinstance(number, s.ScalarShape) else ()


def shows_failure(function: BoundaryFunction) -> bool:
    """Tell whether a call shows that what it was made for is not done: by status, `false`, or NULL for memory."""
    shape = function.result.shape
    told = isinstance(shape, s.ScalarShape) and shape.kind == "bool"
    return (
        function.has_status
        or told
        or (isinstance(shape, s.AddressShape) and not isinstance(shape, s.OpaqueShape))
    )


def done(function: BoundaryFunction, index: int) -> tuple[p.Condition, ...]:
    """Return the condition that call `index` has done what it was made for; none where that does not show."""
    when = success_when(function, index) if shows_failure(function) else None
    return () if when is None else (when,)


def _by_status(status: StatusPlace, index: int) -> p.Condition:
    return p.Condition(index, status.ok.each, status.signed, of_status=True)


def tells_success(function: BoundaryFunction) -> bool:
    """Tell whether it shows after a call that it succeeded: a number without a `status` may be anything."""
    shape = function.result.shape
    return function.has_status or not isinstance(shape, s.ScalarShape) or shape.kind == "bool"


def otherwise(condition: p.Condition, function: BoundaryFunction) -> p.Condition:
    """Return the opposite of a condition on the result of a function, or on its status."""
    told = function.status if condition.of_status else None
    bits = 8 * (function.result.shape.size if told is None else told.width)
    low, highest = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if condition.signed else (0, (1 << bits) - 1)
    return replace(condition, ranges=Ranges(condition.ranges).others(low, highest).each)
