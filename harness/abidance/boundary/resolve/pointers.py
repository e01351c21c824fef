"""The shapes of pointers: direction, what they point to, how much of it there is and how long it lasts."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.ownership import CHANGE
from abidance.boundary.model.text_lengths import longest_text
from abidance.boundary.resolve.constant_memory import array_end, initial, terminated
from abidance.boundary.resolve.named_targets import named_target
from abidance.boundary.resolve.numbers import limited
from abidance.boundary.resolve.packed_records import packed_records
from abidance.boundary.resolve.pointers_within import within_shape
from abidance.boundary.resolve.transfers import freed_by, given_over, takes_over
from abidance.boundary.resolve.windows import moved_window
from abidance.contract.language.lifetime_cases import lifetimes_of
from abidance.contract.language.owners import cases_of
from abidance.contract.language.regexes import regex
from abidance.contract.model.functions import Param
from abidance.contract.model.laws import Given
from abidance.contract.model.lifetimes import handle_in
from abidance.contract.model.places import Element, Lending, TargetPromise
from abidance.contract.model.returns import Returns
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.model.places import Place
    from abidance.contract.model.types import FieldPromise
    from abidance.core.span import Span

NO_FIELDS: Mapping[str, FieldPromise] = MappingProxyType({})


def pointer_shape(
    shaper: Shaper,
    type_: c.Pointer,
    place: Place | Element,
    what: Name | TargetPromise,
    direction: s.Direction,
    declared: Span,
    depth: int = 0,
    *,
    ended: bool = False,
    inside: Mapping[str, FieldPromise] = NO_FIELDS,
) -> s.Shape:
    """Return the shape of a pointer with `in`, `out`, `inout` or `to`; one that is `ended` by another needs no size.

    `inside` is what the record around it says of the fields of what it points to.
    """
    if isinstance(what, TargetPromise):
        return _to_pointer(shaper, type_, place, what, direction, declared, depth, {**inside, **place.fields})
    target = shaper.declarations.resolve(type_.to)
    _check_of(shaper, type_, target, place, what, declared)
    pointed_at = _pointed_at(
        shaper, type_, place, what, direction, declared, depth, {**inside, **place.fields}
    )
    if pointed_at is None:
        return s.OpaqueShape(shaper.text(type_))
    kind, element = pointed_at
    if not ended:
        _check_size(shaper, kind, direction, place, what)
    _check_form(shaper, kind, direction, place)
    handed = takes_over(place, direction)
    alloc, free = given_over(shaper, element, place, declared) if handed else ("", "")
    records = packed_records(shaper, element, kind, place, direction, declared)
    aligned = 1 if records is None or not direction.read else records.of.align
    return s.PointerShape(
        direction=direction,
        what=kind,
        element=element,
        span=place.span,
        length=place.length,
        capacity=place.capacity,
        nullable=False if place.nullable is None else place.nullable,
        encoding=place.encoding.name if place.encoding is not None else "utf-8",
        encoded=place.encoding is not None,
        mostly=place.encoding is not None and place.encoding.mostly,
        like=place.like,
        limit=place.max,
        align_to=max(place.align or 1, _alignment(shaper, target), aligned),
        aligned=place.align or 1,
        misaligned=place.misaligned is True,
        lifetime=lifetime(shaper, place),
        until=ending(shaper, place),
        lifetimes=lifetimes(shaper, place),
        handed=handed,
        owned=cases_of(place.owner) if handed else (),
        alloc=alloc,
        free=free,
        freed_by=freed_by(place),
        ended_by=array_end(shaper, element, kind, place, declared),
        initially=initial(shaper, element, place, declared),
        terminated=terminated(shaper, place),
        records=records,
    )


def _pointed_at(
    shaper: Shaper,
    type_: c.Pointer,
    place: Place | Element,
    what: Name,
    direction: s.Direction,
    declared: Span,
    depth: int,
    inside: Mapping[str, FieldPromise],
) -> tuple[s.What, s.Shape] | None:
    """Return what a pointer points at, and the shape of one of those; complain where there is none, and return None."""
    target = shaper.declarations.resolve(type_.to)
    element: s.Shape
    match what.text:
        case "bytes" | "string":
            kind, element = s.What(what.text), s.BYTE
            _check_bytes(shaper, type_, target, what, declared)
        case "array":
            kind = s.What.ARRAY
            if isinstance(target, c.Void | c.FunctionType):
                message = "`array` needs a pointer to elements of a known type; `bytes` fits a `void *`"
                shaper.problems.contradiction(message, what.span, declared)
                return None
            if place.of is not None and place.of.handle is not None:
                element = _handle(shaper, type_, place, place.of, place.of.handle, direction, declared)
            elif place.of is not None and place.of.to is not None and isinstance(target, c.Pointer):
                _check_owned(shaper, place, place.of, declared)
                inner = _way_of_each(shaper, target, place.of, direction, declared)
                element = pointer_shape(shaper, target, place.of, place.of.to, inner, declared, depth + 1)
            else:
                element = shaper.shape(type_.to, None, declared, direction, depth, inside)
            if isinstance(element, s.ScalarShape):
                element = limited(shaper, element, place, declared)
        case _:
            kind = s.What.ONE
            named = named_target(shaper, what, type_, target, declared)
            element = shaper.shape(named, place, declared, direction, depth, inside)
    if element.size == 0:
        message = f"`{shaper.text(type_.to)}` is incomplete: the size of its target is unknown here"
        shaper.problems.contradiction(message, what.span, declared)
        return None
    return kind, element


def _check_bytes(shaper: Shaper, type_: c.Pointer, target: c.Type, what: Name, declared: Span) -> None:
    """Refuse `bytes` and `string` for what has elements of another kind."""
    if isinstance(target, c.Pointer):
        message = f"this is a `{shaper.text(type_)}`: its targets are pointers, not {what.text}"
        shaper.problems.contradiction(message, what.span, declared)
    elif what.text == "string" and _size(shaper, target) not in (1, None):
        message = f"a string has elements of one byte, and this is a `{shaper.text(type_)}`"
        remedy = "what ends with an element that is 0 is an array: `array`, with `ended_by: 0` beside it"
        shaper.problems.contradiction(message, what.span, declared, remedy=remedy)


def _handle(
    shaper: Shaper,
    type_: c.Pointer,
    place: Place | Element,
    of: Element,
    name: Name,
    direction: s.Direction,
    declared: Span,
) -> s.Shape:
    """Return the shape of one of the handles in an array of them."""
    if not shaper.known_handle(name):
        return s.OpaqueShape(shaper.text(type_.to))
    if name.text not in shaper.handles_of(type_.to):
        message = f"these are `{shaper.text(type_.to)}`, which are no `{name.text}`"
        shaper.problems.contradiction(message, name.span, declared)
        return s.OpaqueShape(shaper.text(type_.to))
    left = direction is s.Direction.OUT and isinstance(place, Param)
    left |= isinstance(place, Returns | TargetPromise)
    if direction is not s.Direction.IN and not left:
        message = "an array of handles is `in` or, where a call leaves them in the caller's memory, `out`"
        shaper.problems.contradiction(message, name.span, declared)
    shape = shaper.handle(name.text, of.span, type_.to, nullable=of.nullable or False, made=left)
    cases = cases_of(of.owner)
    if cases and left:
        message = "whose a handle is that a call leaves depends on no condition"
        labels = (Label(of.value_span("owner")),)
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, labels, help="say one word, `owner: callee`"))
    always = isinstance(place, Param) and place.on_failure == "taken"
    shape = replace(shape, owner=of.owner or "", always=always, owned=() if left else cases)
    return replace(shape, lifetime=lifetime(shaper, of), until=ending(shaper, of))


def _check_owned(shaper: Shaper, place: Place | Element, of: Element, declared: Span) -> None:
    """Refuse owners of what an array points at where nobody frees it, or where no call has put it there."""
    if of.owner is None:
        return
    span = of.key_span("owner")
    if of.owner != "caller" or of.free is None or cases_of(of.owner):
        message = "what each of these pointers leads to is the caller's to free, or nothing is said of that"
        remedy = "say `owner: caller, free: FUNCTION`"
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, (Label(span),), help=remedy))
    elif not isinstance(place, Returns | TargetPromise) and not (
        isinstance(place, Param) and place.out is not None
    ):
        message = "only of an array that the call leaves, or fills, are the elements the caller's to free"
        remedy = "that is a result, `out: array`, or `out: {to: array, ...}` of a pointer to the array"
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, (Label(span), Label(declared)), help=remedy))


def _way_of_each(
    shaper: Shaper, target: c.Pointer, of: Element, outer: s.Direction, declared: Span
) -> s.Direction:
    """Return which way data goes behind each pointer of an array: as of a field, one with a `capacity` is written."""
    if of.capacity is None:
        return _inner_direction(shaper, target, outer)
    if shaper.declarations.is_const(target.to):
        message = f"these are `{shaper.text(target)}`: what they point at is not written"
        shaper.problems.contradiction(message, of.key_span("capacity"), declared)
    elif not outer.read:
        message = "the buffers that a call writes are the caller's, so the array that leads to them is `in`"
        shaper.problems.contradiction(message, of.key_span("capacity"), declared)
    return s.Direction.INOUT if of.length is not None else s.Direction.OUT


def _inner_direction(shaper: Shaper, type_: c.Pointer, outer: s.Direction) -> s.Direction:
    """Return which way data goes behind a pointer that lies in memory: what the library put there is only read."""
    if outer is s.Direction.INOUT and not shaper.declarations.is_const(type_.to):
        return outer
    return s.Direction.IN


def _to_pointer(
    shaper: Shaper,
    type_: c.Pointer,
    place: Place | Element,
    what: TargetPromise,
    direction: s.Direction,
    declared: Span,
    depth: int,
    inside: Mapping[str, FieldPromise],
) -> s.Shape:
    """Return the shape of a pointer to a pointer whose target the contract describes."""
    target = shaper.declarations.resolve(type_.to)
    if not isinstance(target, c.Pointer):
        message = f"this is a `{shaper.text(type_)}`: there is no pointer behind it"
        shaper.problems.contradiction(message, what.span, declared)
        return s.OpaqueShape(shaper.text(type_))
    for clause in filter(place.says, ("of", "ended_by")):
        message = f"`{clause}` has no meaning here: it is said beside the `to` of the pointer that leads to an array"
        shaper.problems.contradiction(message, place.key_span(clause), declared)
    inner: s.Shape
    if what.within is not None:
        inner = within_shape(shaper, target, what.within, what.span, what.nullable, declared)
    elif what.to is not None:
        way = _inner_direction(shaper, target, direction)
        if what.window:
            way = s.Direction.IN if what.capacity is None else s.Direction.OUT
        inner = pointer_shape(shaper, target, what, what.to, way, declared, depth + 1, inside=inside)
        replaced = isinstance(place, Param) and place.replaced is not None
        owned = what.of is not None and what.of.free is not None
        if replaced and isinstance(inner, s.PointerShape):
            inner = replace(inner, handed=True)
            if owned and isinstance(inner.element, s.PointerShape):
                inner = replace(inner, element=replace(inner.element, handed=True))
        elif direction.read and what.of is not None and owned:
            message = "what the caller passes in an array is not freed after the call: `owner` is for `out`"
            shaper.problems.contradiction(message, what.of.key_span("owner"), declared)
        _check_moved(shaper, type_, place, what, direction, declared)
        if direction.read and what.of is not None and what.of.handle is not None:
            message = "handles that are passed in an array lie behind one pointer: `in: array`"
            shaper.problems.contradiction(message, what.of.handle.span, declared)
        if what.window and isinstance(inner, s.PointerShape):
            inner = moved_window(inner, what, direction, declared, shaper.constants.keys(), shaper.problems)
            # Of room nothing is read but where it is: that the encoder knows.
            direction = direction if inner.direction.read else s.Direction.OUT
    else:
        inner = s.OpaqueShape(shaper.text(target))
    if direction.read and what.nullable not in (None, False) and place.nullable not in (None, False):
        message = "both this pointer and the one behind it may be NULL, and one `null` cannot tell which"
        shaper.problems.contradiction(message, what.key_span("nullable"), declared)
    return s.PointerShape(
        direction=direction,
        what=s.What.ONE,
        element=inner,
        span=place.span,
        nullable=False if place.nullable is None else place.nullable,
        align_to=max(place.align or 1, inner.align),
        misaligned=place.misaligned is True,
        lifetime=lifetime(shaper, place),
        until=ending(shaper, place),
        lifetimes=lifetimes(shaper, place),
        initially=initial(shaper, inner, place, declared),
    )


def _check_moved(
    shaper: Shaper,
    type_: c.Pointer,
    place: Place | Element,
    what: TargetPromise,
    direction: s.Direction,
    declared: Span,
) -> None:
    """Refuse a pointer of the caller's that the call may change, where nothing says where it leads afterwards."""
    if (
        not isinstance(place, Param)
        or direction is not s.Direction.INOUT
        or what.window
        or what.owner is not None
    ):
        return
    if shaper.declarations.is_const(type_.to):
        return
    name = shaper.text(type_)
    message = f"a call may change the pointer that this `{name}` leads to, and nothing says where it leads afterwards"
    help_ = (
        "say `window: true` beside `to` where it is moved past what is read or written, and `owner: caller` where "
        "other memory may be put in its place; where the call leaves it alone: `in`"
    )
    labels = (Label(what.span), Label(declared))
    shaper.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=help_))


def _check_of(
    shaper: Shaper, type_: c.Pointer, target: c.Type, place: Place | Element, what: Name, declared: Span
) -> None:
    """Refuse clauses about elements where there are none, or none of that kind."""
    if place.of is not None and place.of.handle is not None and what.text == "array":
        return
    if place.of is not None and (what.text != "array" or not isinstance(target, c.Pointer)):
        message = f"`of` has no meaning here: the elements behind a `{shaper.text(type_)}` are no pointers"
        remedy: str | None = "leave it out: the header tells the type of the elements"
        if what.text != "array":
            message = f"`of` has no meaning here: it goes with an `array` of pointers, not with `{what.text}`"
            remedy = None
        shaper.problems.contradiction(message, place.of.span, declared, remedy=remedy)
    if place.ended_by is not None and what.text != "array":
        message = f"`ended_by` has no meaning here: it goes with an `array`, not with `{what.text}`"
        shaper.problems.contradiction(message, place.value_span("ended_by"), declared)


def lent(shaper: Shaper, shape: s.Shape, lends: Lending, declared: Span) -> s.Shape:
    """Return a record, or a pointer to such, in which pointers that say nothing last as long as a call says."""
    lasts, until = lifetime(shaper, lends), ending(shaper, lends)

    def within(each: s.Shape) -> s.Shape:
        match each:
            case s.PointerShape(tail=False, lifetime="" | "call"):
                return replace(each, lifetime=lasts, until=until)
            case s.TaggedPointerShape():
                return replace(each, each=tuple(map(within, each.each)))
            case s.RecordShape():
                members = tuple(replace(member, shape=within(member.shape)) for member in each.members)
                return replace(each, members=members)
        return each

    def of_records(each: s.Shape) -> s.Shape:
        if isinstance(each, s.PointerShape) and each.what in (s.What.ONE, s.What.ARRAY):
            return replace(each, element=of_records(each.element))
        return within(each) if isinstance(each, s.RecordShape) else each

    found = of_records(shape)
    if found == shape:
        message = "no field of this is a pointer of which it is said where it leads, so nothing is lent by it"
        shaper.problems.contradiction(message, lends.span, declared)
    return found


def lifetime(shaper: Shaper, place: Place | Element | Lending) -> str:
    """Return ``call``, ``static``, or what a value lives as long as: a parameter, or any handle of a kind.

    Nothing where nothing is said.
    """
    return "" if place.lifetime is None else _lasting(shaper, place, place.lifetime)


def lifetimes(shaper: Shaper, place: Place | Element) -> tuple[tuple[str, Expression], ...]:
    """Return how long memory is lent on which condition."""
    return tuple(
        (_lasting(shaper, place, each), condition) for each, condition in lifetimes_of(place.lifetime)
    )


def _lasting(shaper: Shaper, place: Place | Element | Lending, said: Name) -> str:
    handle = handle_in(said.text)
    may_be_result = isinstance(place, Element | Param | Lending)
    here = shaper.parameters.keys() | ({s.RESULT_NAME} if may_be_result else set())
    if handle and handle not in here and handle not in shaper.handles:
        known: dict[str, Span | None] = {**dict.fromkeys(shaper.handles), **shaper.parameters}
        shaper.problems.unknown("handle", handle, said.span, known, "`handles` or the parameters")
    return handle or said.text


def ending(shaper: Shaper, place: Place | Element | Lending) -> tuple[str, ...]:
    """Return the calls that end a lifetime before its handle is destroyed; complain about unknown functions."""
    for name in place.until:
        if name.text != CHANGE and name.text not in shaper.declarations.functions:
            known: dict[str, Span | None] = {n: f.span for n, f in shaper.declarations.functions.items()}
            shaper.problems.unknown("function", name.text, name.span, known, "the header")
    return tuple(name.text for name in place.until)


def _check_size(
    shaper: Shaper, kind: s.What, direction: s.Direction, place: Place | Element, what: Name
) -> None:
    """Refuse memory that has no size; a string that is given has its own, with the NUL."""
    needs_size = kind in (s.What.BYTES, s.What.ARRAY) or (kind is s.What.STRING and not direction.read)
    if place.ended_by is not None and direction is not s.Direction.OUT:
        return
    if place.records is not None and place.records.count is not None:
        return
    if not needs_size or place.length is not None or place.capacity is not None:
        return
    if not direction.written and place.max is not None:
        return
    if isinstance(place, Given):
        # Nothing tells a length of what a law is given: it is as long as it is generated.
        if place.generate is None and place.like is None:
            message = f"`{what.text}` without `max`: the size of the memory is unknown"
            label = Label(what.span, "add `max: NUMBER`")
            shaper.problems.add(Diagnostic(WRONG_VALUE, message, (label,)))
        return
    clause = "capacity" if direction.written else "length"
    shaper.problems.add(
        Diagnostic(
            WRONG_VALUE,
            f"`{what.text}` without `{clause}`: the size of the memory is unknown",
            (Label(what.span, f"add `{clause}: EXPRESSION`"),),
        )
    )


def _check_form(shaper: Shaper, kind: s.What, direction: s.Direction, place: Place | Element) -> None:
    """Refuse a form of contents that all are longer than may be."""
    if place.like is None or not direction.read:
        return
    roof = longest_text(place.like) if place.max is None and kind is s.What.STRING else place.max
    shortest = regex(place.like.text).shortest
    if roof is not None and shortest > roof:
        message = f"what is `like` this has at least {shortest} characters, and `max` is {roof}"
        label = Label(place.like.span, f"add `max: {shortest}`, or a larger one")
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, (label,)))


def _size(shaper: Shaper, target: c.Type) -> int | None:
    if isinstance(target, c.Basic) and target.spelling in shaper.layouts.scalars:
        return shaper.layouts.scalars[target.spelling].size
    return None


def _alignment(shaper: Shaper, target: c.Type) -> int:
    """Return how a caller's pointer to this is aligned, also where its memory is given as bytes."""
    record = shaper.layouts.records.get(target.key) if isinstance(target, c.RecordRef) else None
    found = record or shaper.layouts.number(target)
    return found.align if found is not None else 1
