"""What is read behind the pointers that a call leaves, in its result and in memory, and how long it must be there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.lengths_left import LengthsLeft
from abidance.boundary.model.facts import fact
from abidance.boundary.model.traversal import single
from abidance.boundary.model.types import (
    RESULT_NAME,
    OpaqueShape,
    PointerShape,
    RecordShape,
    What,
    WithinShape,
)
from abidance.boundary.values.inner_pointers import (
    BEHIND,
    EACH,
    LONGEST,
    MOST,
    ROOM,
    counts_beside,
    inner_path,
    pointers_in,
    reads,
    record_read,
)
from abidance.boundary.values.views import views
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.encode.call_state import CallBuilder
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.values.inner_pointers import PlacedPointer
    from abidance.contract.expression import Expression


def followed(
    function: BoundaryFunction,
    builder: CallBuilder,
    handles: Mapping[str, HandleLife],
) -> tuple[tuple[str, p.PointerRead], ...]:
    """Return what is read behind pointers that come back, each with its path.

    Of handles that the caller allocates, those are read that the call has made: what others hold may be the library's
    own. That of the result is the first, but what is as long as others tell that are read comes after these.
    """
    lengths = LengthsLeft(builder)
    found = [*_read(function, builder, handles, lengths)]
    if lengths.wanting:
        lengths = LengthsLeft(builder, {path: number for number, (path, _) in enumerate(found)})
        found += [each for each in _read(function, builder, handles, lengths) if each[0] not in lengths.read]
    return tuple(found)


def _read(
    function: BoundaryFunction, builder: CallBuilder, handles: Mapping[str, HandleLife], lengths: LengthsLeft
) -> Iterator[tuple[str, p.PointerRead]]:
    yield from _of_result(function, builder, lengths)
    for member in function.members:
        block, left = builder.places.get(member.name), left_in(member)
        for life, _, made, path in builder.made:
            if path == member.name and made is not None and life.record is not None:
                block, left = made, pointers_in(life.record, path)
        if member.name in builder.lives:
            block, left = builder.storage.get(member.name), _of_handle(function, member.name, builder)
        if block is None or block not in builder.watched:
            continue
        for pointer in left:
            follow = _follow_left(pointer, block, lengths)
            # What the caller has lent is looked at where it lies.
            lent = pointer.path in builder.places and not function.replaces(member.name)
            if follow is not None and not lent:
                yield pointer.path, follow
        yield from _others(member, block, builder, lengths)
    yield from _viewed(function, builder, handles)
    yield from _targets(function, builder)


def _of_handle(function: BoundaryFunction, name: str, builder: CallBuilder) -> Iterator[PlacedPointer]:
    """Yield the pointers in a caller's handle that the callee alone sets, unless the call ends it."""
    life = builder.lives[name].life
    if life.record is not None and (life.destroy != function.name or builder.refused):
        for pointer in pointers_in(life.record, name):
            if pointer.path.removeprefix(f"{name}.").partition(".")[0] in life.read_only:
                yield pointer


POINTS_INTO = " in "
"""Stands between the path of a pointer that a call leaves and that of memory it is given, into which it may point."""


def _targets(function: BoundaryFunction, builder: CallBuilder) -> Iterator[tuple[str, p.PointerRead]]:
    """Yield what tells how far pointers that a call leaves lie in memory that it is given: the first `MOST` of them."""
    pointers = [*_left_anywhere(function, builder)]
    for path, place in pointers:
        for whose, block in [*builder.places.items()][: MOST // len(pointers)]:
            yield f"{path}{POINTS_INTO}{whose}", p.PointerRead(place, within=block)
    for path, place in _lent_in_records(function, builder):
        yield points_into_itself(path), p.PointerRead(place, within=builder.places[path])


def points_into_itself(path: str) -> str:
    """Return the path of what tells whether a pointer in a record still leads to the memory that it was given with."""
    return f"{path}{POINTS_INTO}{path}"


def _lent_in_records(function: BoundaryFunction, builder: CallBuilder) -> Iterator[tuple[str, p.ValuePlace]]:
    """Yield the pointers to memory of the caller's in records that the call may write: it may leave others there."""
    for member in function.members:
        block = builder.places.get(member.name)
        if block is not None and block in builder.watched:
            for pointer in left_in(member):
                if pointer.path in builder.places and pointer.path != member.name:
                    yield pointer.path, p.ValuePlace(block, pointer.offset)


def _left_anywhere(function: BoundaryFunction, builder: CallBuilder) -> Iterator[tuple[str, p.ValuePlace]]:
    """Yield the pointers to memory that a call leaves, but for those that are `within` some parameter's."""
    shape = function.result.shape
    if isinstance(shape, RecordShape):
        for pointer in pointers_in(shape, RESULT_NAME):
            yield pointer.path, p.ValuePlace(None, pointer.offset)
    elif isinstance(shape, OpaqueShape) or (isinstance(shape, PointerShape) and shape.capacity is None):
        yield RESULT_NAME, p.ValuePlace()
    for member in function.members:
        block = builder.places.get(member.name)
        if block is not None and block in builder.watched:
            for pointer in left_in(member):
                if pointer.path not in builder.places:
                    yield pointer.path, p.ValuePlace(block, pointer.offset)


def _viewed(
    function: BoundaryFunction, builder: CallBuilder, handles: Mapping[str, HandleLife]
) -> Iterator[tuple[str, p.PointerRead]]:
    """Yield what tells where pointers lead that are to lead into memory of the caller's."""
    made = {path: block for _, _, block, path in builder.made}
    for each in views(function, handles):
        whose = builder.memory(each.whose) if each.whose in builder.places else None
        block = made.get(each.parameter) or builder.places.get(each.parameter)
        if whose is None or (block is None and each.parameter != RESULT_NAME):
            continue
        looks = [p.InnerRead(each.stride, pointer.offset, within=whose) for pointer in each.pointers]
        # A result has no block: each of its pointers is looked at by itself.
        if block is not None:
            yield each.key, p.PointerRead(p.ValuePlace(block), limit=LONGEST, held=True, behind=tuple(looks))
            continue
        for pointer in each.pointers:
            look = p.PointerRead(p.ValuePlace(None, pointer.offset), within=whose)
            yield f"{each.key}{pointer.path}", look


def left_in(member: Member) -> Iterator[PlacedPointer]:
    """Yield the pointers that a call may leave in what a parameter points at, where that is one thing."""
    shape = member.shape
    if isinstance(shape, PointerShape) and shape.direction.written and shape.what is What.ONE:
        yield from pointers_in(shape.element, f"{member.name}{inner_path(shape)}")


def is_followed(pointer: PlacedPointer) -> bool:
    """Tell whether it is known how much there is behind a pointer in a record that a call leaves."""
    shape = pointer.shape
    if shape.what in (What.STRING, What.ONE) or shape.ended_by or shape.end:
        return True
    if shape.length is None:
        return False
    return not pointer.beside or counts_beside(shape.length, pointer.beside) is not None


def _others(
    member: Member, block: int, builder: CallBuilder, lengths: LengthsLeft
) -> Iterator[tuple[str, p.PointerRead]]:
    """Yield what is read of arrays whose elements hold pointers, and where pointers into other memory point."""
    shape = member.shape
    if not isinstance(shape, PointerShape) or not shape.direction.written:
        return
    if shape.what is What.ARRAY and reads(shape.element):
        place = p.ValuePlace(block)
        whole = p.PointerRead(place, limit=LONGEST, behind=reads(shape.element))
        read = _follow(shape, place, lengths) or whole
        yield f"{member.name}{EACH}", replace(read, held=True)
    inner = single(shape)
    if isinstance(inner, WithinShape) and inner.whose in builder.places:
        yield f"{member.name}{BEHIND}", p.PointerRead(p.ValuePlace(block), within=builder.memory(inner.whose))


def _follow_left(pointer: PlacedPointer, block: int | None, lengths: LengthsLeft) -> p.PointerRead | None:
    """Return what is read behind a pointer in a block, None where nothing tells how much."""
    place = p.ValuePlace(block, pointer.offset)
    read = _follow(pointer.shape, place, lengths, block, pointer.beside)
    when = [replace(test, place=replace(test.place, block=block)) for test in pointer.when]
    return read and replace(read, when=tuple(when))


def _follow(
    shape: PointerShape,
    place: p.ValuePlace,
    lengths: LengthsLeft,
    block: int | None = None,
    beside: Mapping[str, tuple[int, Shape]] | None = None,
) -> p.PointerRead | None:
    behind = reads(shape.element)
    if shape.what is What.STRING:
        return p.PointerRead(place, string=True, limit=LONGEST)
    if shape.what is What.ONE:
        size, tail = record_read(shape.element)
        return p.PointerRead(place, limit=size, tail=tail, behind=behind)
    if shape.ended_by:
        return p.PointerRead(place, limit=LONGEST, ends=shape.ended_by, behind=behind)
    if shape.end and shape.capacity is None:
        end = p.ValuePlace(block, place.offset + shape.end_at)
        return p.PointerRead(
            place, length=end, scale=shape.unit, limit=LONGEST, behind=behind, ends_there=True
        )
    if shape.length is None or (shape.capacity is not None and beside is not None):
        return None
    told = lengths.length(shape.length, block, beside or {})
    return None if told is None else product_read(shape, place, told)


def product_read(shape: PointerShape, place: p.ValuePlace, length: tuple[p.Product, ...]) -> p.PointerRead:
    """Return what is read behind the pointer at a place, as many elements as a sum of products says."""
    size, behind = 1 if shape.what is What.BYTES else shape.element.size, reads(shape.element)
    (leading, *more) = length
    if not leading.places:
        return p.PointerRead(place, limit=min(leading.scale * size, LONGEST), behind=behind)
    first, *others = leading.places
    return p.PointerRead(
        place,
        length=first,
        scale=leading.scale * size,
        limit=LONGEST,
        behind=behind,
        times=tuple(others),
        plus=tuple([p.Product(each.scale * size, each.places) for each in more]),
    )


def _of_result(
    function: BoundaryFunction, builder: CallBuilder, lengths: LengthsLeft
) -> Iterator[tuple[str, p.PointerRead]]:
    """Yield what is read behind a pointer that is returned, or behind those in a record that is."""
    for path, follow in _behind_result(function, builder, lengths):
        if (status := function.status) is None:
            yield path, follow
        else:  # whatever comes back with a failure leads nowhere
            yield path, replace(follow, when=(*follow.when, status.test(builder.places)))


def _behind_result(
    function: BoundaryFunction, builder: CallBuilder, lengths: LengthsLeft
) -> Iterator[tuple[str, p.PointerRead]]:
    shape, follow = function.result.shape, None
    if isinstance(shape, RecordShape):
        for pointer in pointers_in(shape, RESULT_NAME):
            follow = _follow_left(pointer, None, lengths)
            if follow is not None:
                yield pointer.path, follow
        return
    if isinstance(shape, WithinShape):
        if shape.whose in builder.places:
            follow = p.PointerRead(p.ValuePlace(), within=builder.memory(shape.whose))
    elif isinstance(shape, PointerShape) and not shape.is_bare_room:
        follow = _follow(replace(shape, capacity=None), p.ValuePlace(), lengths)
    if follow is not None:
        yield RESULT_NAME, follow
    if isinstance(shape, PointerShape) and shape.capacity is not None:
        room = _lent_room(shape, shape.capacity, builder)
        if room is not None:
            yield RESULT_NAME if shape.is_bare_room else ROOM, room


def _lent_room(shape: PointerShape, capacity: Expression, builder: CallBuilder) -> p.PointerRead | None:
    """Return what the caller writes into room that it is lent: all of it is filled, whether or not it is passed on."""
    known = capacity.evaluate(builder.scope)
    if not isinstance(known, int) or not 0 < known * shape.unit <= LONGEST:
        return None
    contents = builder.fills_room[: known * shape.unit] or FILLING
    return p.PointerRead(p.ValuePlace(), limit=known * shape.unit, puts=contents)


FILLING = b"\x5a"
"""What is written where nothing else is to stand."""


def filling(call: int) -> bytes:
    """Return what is written into the room that call `call` of a case returns: another byte than into those before."""
    return bytes([1 + (FILLING[0] - 1 + 37 * call) % 255])


@fact
def lasting(function: BoundaryFunction) -> Mapping[str, PointerShape]:
    """Return, by path, the pointers that a call leaves whose memory is to last after it: that of the result first.

    Their `lifetime` is the name of a handle, or ``static``; calls that are in `until` end it before. Where a tag tells
    what one leads to, there is none: nobody looks at that as if it were another.
    """
    shape = function.result.shape
    found = {RESULT_NAME: [shape]} if isinstance(shape, PointerShape) else {}
    within = pointers_in(shape, RESULT_NAME) if isinstance(shape, RecordShape) else ()
    for pointer in (*within, *(each for member in function.members for each in left_in(member))):
        found.setdefault(pointer.path, []).append(pointer.shape)
    return {
        path: several[0]
        for path, several in found.items()
        if len(several) == 1 and several[0].lifetime not in ("", "call")
    }
