"""Pointers that lie in memory which a call leaves, and what is read behind them: in the same order for every reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeGuard

from abidance.boundary.model.types import (
    ArrayShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    TaggedPointerShape,
    What,
    WithinShape,
)
from abidance.boundary.values.living_members import below, field_at, told_members, told_targets, unions_in
from abidance.boundary.values.memory import tail_of
from abidance.boundary.values.products import sum_of_products
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.types import Shape
    from abidance.boundary.values.living_members import PlacedUnion, Tests
    from abidance.contract.expression import Expression

LONGEST = 1 << 24
"""More than this is never read behind a pointer that comes back, in bytes."""
MOST_IN_PLACE = 64
"""Pointers of an array in a record are followed up to this one."""
MOST = 128
"""So many reads are planned at most behind one pointer, one behind the other or side by side."""


EACH = "[]"
"""Ends the path of memory that is read with all pointers in it, where it is not known how many elements there are."""
BEHIND = "[0]"
"""Ends the path of the pointer that a pointer to one leads to, as in C: ``p[0]`` is ``*p``."""
ROOM = "result as room"
"""The path of what the caller writes into room that a call returns with a value in it, which is read before that."""


@dataclass(frozen=True, slots=True)
class PlacedPointer:
    """A pointer in memory: its path in the value, where it lies, and the fields beside it with their places.

    It is there where all tests of what lies `when` hold.
    """

    path: str
    offset: int
    shape: PointerShape
    beside: Mapping[str, tuple[int, Shape]]
    when: Tests = ()


@dataclass(frozen=True, slots=True)
class InnerPointer:
    """A pointer in memory that was read, what is read behind it, and how many reads that may be."""

    path: str
    shape: PointerShape
    read: p.InnerRead
    budget: int


def inner_path(shape: PointerShape) -> str:
    """Return what the path of a pointer behind a pointer has behind that of the first."""
    return BEHIND if shape.what is What.ONE and isinstance(shape.element, PointerShape | WithinShape) else ""


def pointers_in(shape: Shape, path: str = "") -> Iterator[PlacedPointer]:
    """Yield the pointers in memory of a shape, as far as it can be known that they were written.

    Which alternative of a union was is not known here: with a tag, it is told by what the pointer has with it.
    """
    return _pointers(shape, path, 0, {}, (), ())


def _pointers(
    shape: Shape,
    path: str,
    at: int,
    beside: Mapping[str, tuple[int, Shape]],
    unions: tuple[PlacedUnion, ...],
    when: Tests,
) -> Iterator[PlacedPointer]:
    match shape:
        case PointerShape(tail=True):
            pass
        case PointerShape():
            yield PlacedPointer(path, at, shape, beside, when)
        case RecordShape():
            unions = (*unions, *unions_in(shape, at))
            near = {m.name: (at + m.offset, m.shape) for m in shape.members if not m.bits}
            for member, tests in told_members(shape, unions):
                inside = below(unions, member.name)
                where = f"{path}.{member.name}", at + member.offset
                if isinstance(member.shape, TaggedPointerShape):
                    for target, told in told_targets(member, member.shape, unions):
                        yield from _pointers(target, *where, near, (), (*when, *tests, *told))
                elif not member.bits:
                    yield from _pointers(member.shape, *where, near, inside, (*when, *tests))
        case ArrayShape(of=of, count=count):
            if not isinstance(of, ScalarShape):
                for n in range(min(count, MOST_IN_PLACE)):
                    yield from _pointers(of, f"{path}[{n}]", at + n * of.size, {}, (), when)


def inner_pointers(element: Shape, budget: int = MOST) -> tuple[InnerPointer, ...]:
    """Return the pointers in each element of memory that was read, with what is read behind them."""
    if isinstance(element, ScalarShape):
        return ()
    pointers = ((each, _read(each, element.size)) for each in pointers_in(element))
    readable = [(each, replace(read, when=each.when)) for each, read in pointers if read is not None]
    if not readable or budget < len(readable):
        return ()
    left = (budget - len(readable)) // len(readable)
    return tuple(
        [InnerPointer(each.path, each.shape, _with(read, each.shape, left), left) for each, read in readable]
    )


def reads(element: Shape) -> tuple[p.InnerRead, ...]:
    """Return what is read behind the pointers in each element of memory that was read."""
    return tuple([each.read for each in inner_pointers(element)])


def _with(read: p.InnerRead, shape: PointerShape, budget: int) -> p.InnerRead:
    behind = tuple([each.read for each in inner_pointers(shape.element, budget)])
    return replace(read, behind=behind)


def _read(pointer: PlacedPointer, stride: int) -> p.InnerRead | None:
    """Return what is read behind a pointer, None where its length is no sum of products of numbers beside it."""
    shape = pointer.shape
    match shape.what:
        case What.STRING:
            return p.InnerRead(stride, pointer.offset, string=True, limit=LONGEST)
        case What.ONE:
            size, tail = record_read(shape.element)
            return p.InnerRead(stride, pointer.offset, limit=size, tail=tail)
    if shape.ended_by:
        return p.InnerRead(stride, pointer.offset, limit=LONGEST, ends=shape.ended_by)
    if shape.end and shape.capacity is None:
        end = (pointer.offset + shape.end_at, 8)
        return p.InnerRead(
            stride, pointer.offset, length=end, scale=shape.unit, limit=LONGEST, ends_there=True
        )
    if shape.length is None or shape.capacity is not None:
        return None
    size = 1 if shape.what is What.BYTES else shape.element.size
    told = counts_beside(shape.length, pointer.beside)
    if told is None:
        return None
    (places, scale), *more = told
    if not places:
        return p.InnerRead(stride, pointer.offset, limit=scale * size) if scale <= LONGEST else None
    first, *others = places
    return p.InnerRead(
        stride,
        pointer.offset,
        length=first,
        scale=scale * size,
        limit=LONGEST,
        times=tuple(others),
        plus=tuple(p.InnerProduct(times * size, at) for at, times in more),
    )


def counts_beside(
    length: Expression, beside: Mapping[str, tuple[int, Shape]]
) -> tuple[tuple[tuple[tuple[int, int], ...], int], ...] | None:
    """Return the products of fields whose sum a length is, each with what it is multiplied by; None of another.

    A field is its place: an offset and a width. The first has one, where any has.
    """
    found = sum_of_products(length, {})
    counted = []
    for names, scale in found or ():
        fields = [_field(path, beside) for path in names]
        several = found is not None and len(found) > 1
        places = tuple(
            (at, number.size | (p.SIGNED if several and number.signed else 0))
            for at, number in fields
            if is_count(number)
        )
        if len(places) != len(names):
            return None
        counted.append((places, scale))
    return tuple(counted) or None


def _field(path: str, beside: Mapping[str, tuple[int, Shape]]) -> tuple[int, Shape | None]:
    """Return where a field lies, of a record beside it too, and what it is; None where that is no such field."""
    name, *inside = path.split(".")
    at, shape = beside.get(name, (0, None))
    return (at, None) if shape is None else field_at(shape, inside, at) or (at, None)


def record_read(shape: Shape) -> tuple[int, p.TailRead | None]:
    """Return how many bytes of one object are read, and how much more its flexible array member adds to that.

    There may be memory for the elements and no more, which is less than the record's size with its padding.
    """
    found = tail_of(shape)
    if found is None or not isinstance(shape, RecordShape):
        return shape.size, None
    start, tail = found
    number = next((m for m in shape.members if m.name == tail.length_name and not m.bits), None)
    if number is None or not is_count(number.shape):
        return start, None
    return start, p.TailRead(number.offset, number.shape.size, start, tail.unit)


def is_count(shape: Shape | None) -> TypeGuard[ScalarShape]:
    """Tell whether a number can be read as a length."""
    return isinstance(shape, ScalarShape) and shape.kind == "int" and shape.size <= 8 and not shape.width
