"""Bytes, lists and ranges in C: their elements, their parts, and what joins them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.native.expressions.emitter import NotCompiledError, NoValueError
from abidance.native.expressions.kinds import (
    AnyValue,
    CRange,
    CWritten,
    Elements,
    JoinedVariable,
    enter,
    integer,
    narrowed,
    pick,
    refuse_pointer,
    without_null,
)
from abidance.native.expressions.values import CBytes, CInt, CList

if TYPE_CHECKING:
    from abidance.native.expressions.emitter import Emitter

MOST_ITEMS = 256
"""A list that is written out is looked through item by item, each in statements of its own."""


def is_sequence(kind: AnyValue) -> bool:
    """Tell whether values of a kind have elements."""
    return isinstance(kind, CBytes | CList | CRange | CWritten)


def elements(out: Emitter, value: AnyValue) -> Elements:
    """Return the value if it has elements."""
    value = narrowed(out, without_null(out, value), is_sequence)
    if isinstance(value, CBytes | CList | CRange | CWritten):
        return value
    refuse_pointer(out, value)
    raise NoValueError


def count(value: Elements) -> str:
    """Return a C expression for how many elements there are, which for a range may be any number."""
    match value:
        case CBytes(length=length):
            return f"(abidance_int)({length})"
        case CList(count=number) | CRange(count=number):
            return f"(abidance_int)({number})"
    return str(len(value.items))


def length(out: Emitter, value: Elements) -> str:
    """Return a variable for how many elements there are; one too long for any list has no length."""
    number = out.whole(count(value))
    if isinstance(value, CRange):
        out.refuse_if(f"{number} > INT64_MAX")
    return number


def at(out: Emitter, value: Elements, index: str) -> AnyValue:
    """Return the element at a position that there is."""
    match value:
        case CBytes(pointer=pointer):
            return CInt(out.whole(f"({pointer})[(size_t)({index})]"))
        case CList(at=element):
            return enter(out, element(index))
        case CRange(start, step):
            return CInt(out.whole(f"{start} + {index} * {step}"))
    return pick(out, index, value.items)


def subscript(out: Emitter, owner: AnyValue, index: AnyValue) -> AnyValue:
    """Return the element at an index, which counts from the end where it is negative."""
    items, wanted = elements(out, owner), integer(out, index)
    position = out.checked("abidance_int", f"abidance_index({wanted}, {count(items)}")
    return at(out, items, position)


@dataclass(frozen=True, slots=True)
class SliceLimits:
    """The limits of a slice, as whole numbers in C; empty for none."""

    low: str
    high: str
    step: str


def cut(out: Emitter, items: Elements, limits: SliceLimits) -> Elements:
    """Return a part of a sequence."""
    low, high = (f"&{out.whole(limit)}" if limit else "NULL" for limit in (limits.low, limits.high))
    first, taken, step = (
        out.temporary("abidance_int"),
        out.temporary("abidance_int"),
        limits.step or out.whole("1"),
    )
    out.refuse_if(f"abidance_slice({count(items)}, {low}, {high}, {step}, &{first}, &{taken})")
    if isinstance(items, CRange):
        start = out.whole(f"{taken} ? {items.start} + {first} * {items.step} : 0")
        width = out.whole(f"{taken} > 1 ? {items.step} * {step} : 1")
        return CRange(start, width, taken)
    out.spend(taken)
    if isinstance(items, CBytes):
        if not limits.step:
            start = out.temporary("const unsigned char *", f"{items.pointer} + (size_t){first}")
            return CBytes(start, out.temporary("size_t", f"(size_t){taken}"))
        room, each = out.allocate("unsigned char", taken), out.temporary("abidance_int")
        head = f"for ({each} = 0; {each} < {taken}; {each}++)"
        out(f"{head} {room}[(size_t){each}] = ({items.pointer})[(size_t)({first} + {each} * {step})];")
        return CBytes(room, out.temporary("size_t", f"(size_t){taken}"))
    whole = items

    def element(index: str) -> AnyValue:
        return at(out, whole, out.whole(f"{first} + {index} * {step}"))

    return CList(taken, element)


def joined(out: Emitter, left: Elements, right: Elements) -> Elements:
    """Return two runs of bytes, or two lists, one behind the other."""
    out.spend(f"{length(out, left)} + {length(out, right)}")
    if isinstance(left, CBytes) and isinstance(right, CBytes):
        size = out.temporary("size_t", f"({left.length}) + ({right.length})")
        room = out.allocate("unsigned char", size)
        out(f"if ({left.length}) memcpy({room}, {left.pointer}, {left.length});")
        out(f"if ({right.length}) memcpy({room} + ({left.length}), {right.pointer}, {right.length});")
        return CBytes(room, size)
    if isinstance(left, CWritten) and isinstance(right, CWritten):
        return CWritten((*left.items, *right.items))
    middle = out.whole(count(left))

    def element(index: str) -> AnyValue:
        found = JoinedVariable(out)
        with out.block(f"if ({index} < {middle})"):
            found.put(at(out, left, index))
        with out.block("else"):
            found.put(at(out, right, out.whole(f"{index} - {middle}")))
        return found.settle()

    return CList(out.whole(f"{middle} + {count(right)}"), element)


def lowered(out: Emitter, text: CBytes) -> CBytes:
    """Return a run of bytes with the letters of ASCII in lower case."""
    size = out.temporary("size_t", text.length)
    out.spend(f"(abidance_int){size}")
    room = out.allocate("unsigned char", size)
    out(f"abidance_lower({room}, {text.pointer}, {size});")
    return CBytes(room, size)


def chosen(out: Emitter, condition: str, left: Elements, right: Elements) -> Elements:
    """Return one of two lists: that is decided anew at each element."""

    def element(index: str) -> AnyValue:
        found = JoinedVariable(out)
        with out.block(f"if ({condition})"):
            found.put(at(out, left, index))
        with out.block("else"):
            found.put(at(out, right, index))
        return found.settle()

    return CList(out.whole(f"{condition} ? {count(left)} : {count(right)}"), element)


def repeated(out: Emitter, items: Elements, times: str) -> Elements:
    """Return bytes or a list so many times."""
    often = out.whole(f"{times} < 0 ? 0 : {times}")
    out.refuse_if(f"{often} > INT64_MAX")  # as in Python, though nothing comes of nothing
    number = length(out, items)
    size = out.checked("abidance_int", f"abidance_multiply({number}, {often} ? {often} : 1")
    out.spend(size)
    out(f"if (!{often}) {size} = 0;")
    if isinstance(items, CBytes):
        room, each = out.allocate("unsigned char", size), out.temporary("abidance_int")
        head = f"for ({each} = 0; {each} < {size}; {each}++)"
        out(f"{head} {room}[(size_t){each}] = ({items.pointer})[(size_t)({each} % {number})];")
        return CBytes(room, out.temporary("size_t", f"(size_t){size}"))

    def element(index: str) -> AnyValue:
        return at(out, items, out.whole(f"{index} % {number}"))

    return CList(size, element)


def written(items: list[AnyValue]) -> CWritten:
    """Return a list that the expression writes out."""
    if len(items) > MOST_ITEMS:
        raise NotCompiledError(f"a list of more than {MOST_ITEMS} items is written out")
    return CWritten(tuple(items))
