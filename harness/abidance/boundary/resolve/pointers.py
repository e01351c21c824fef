"""The shapes of pointers: direction, what they point to, how much of it there is and how long it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.resolve.numbers import limited
from abidance.boundary.resolve.transfers import given_over, takes_over
from abidance.contract.language.regexes import regex
from abidance.contract.model.laws import Given
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.contract.model.places import Place
    from abidance.core.span import Span

CHANGE = "change"
"""What a contract says for all calls that may change a handle."""
BYTE = s.ScalarShape("int", 1, 1, signed=False, spelling="unsigned char", lowest=0, highest=255)


def pointer_shape(
    shaper: Shaper,
    type_: c.Pointer,
    place: Place,
    what: Name,
    direction: s.Direction,
    declared: Span,
    depth: int = 0,
) -> s.Shape:
    """Return the shape of a pointer with `in`, `out`, `inout` or `to`."""
    target = shaper.declarations.resolve(type_.to)
    element: s.Shape
    match what.text:
        case "bytes" | "string":
            kind, element = s.What(what.text), BYTE
            if isinstance(target, c.Pointer):
                message = f"this is a `{shaper.text(type_)}`: its targets are pointers, not {what.text}"
                shaper.problems.contradiction(message, what.span, declared)
            elif what.text == "string" and _size(shaper, target) not in (1, None):
                message = f"a string has elements of one byte, and this is a `{shaper.text(type_)}`"
                shaper.problems.contradiction(message, what.span, declared)
        case "array":
            kind = s.What.ARRAY
            if isinstance(target, c.Void | c.FunctionType):
                message = "`array` needs a pointer to elements of a known type; `bytes` fits a `void *`"
                shaper.problems.contradiction(message, what.span, declared)
                return s.OpaqueShape(shaper.text(type_))
            element = shaper.shape(type_.to, None, declared, direction, depth)
        case _:
            kind = s.What.ONE
            named = _named(shaper, what, type_, target, declared)
            element = shaper.shape(named, place, declared, direction, depth)
    if kind is s.What.ARRAY and isinstance(element, s.ScalarShape):
        element = limited(shaper, element, place, declared)
    if element.size == 0:
        message = f"`{shaper.text(type_.to)}` is incomplete: the size of its target is unknown here"
        shaper.problems.contradiction(message, what.span, declared)
        return s.OpaqueShape(shaper.text(type_))
    _check_size(shaper, kind, direction, place, what)
    _check_form(shaper, kind, direction, place)
    handed = takes_over(place, direction)
    alloc, free = given_over(shaper, element, place, declared) if handed else ("", "")
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
        align_to=max(place.align or 1, _alignment(shaper, target)),
        misaligned=place.misaligned is True,
        lifetime=lifetime(shaper, place),
        until=ending(shaper, place),
        handed=handed,
        alloc=alloc,
        free=free,
    )


def lifetime(shaper: Shaper, place: Place) -> str:
    """Return ``call``, ``static``, or what a value lives as long as: a parameter, or any handle of a kind.

    Nothing where nothing is said.
    """
    if place.lifetime is None:
        return ""
    text = place.lifetime.text.removeprefix("handle(").removesuffix(")")
    if text != place.lifetime.text and text not in shaper.parameters and text not in shaper.handles:
        known: dict[str, Span | None] = {**dict.fromkeys(shaper.handles), **shaper.parameters}
        shaper.problems.unknown("handle", text, place.lifetime.span, known, "`handles` or the parameters")
    return text


def ending(shaper: Shaper, place: Place) -> tuple[str, ...]:
    """Return the calls that end a lifetime before its handle is destroyed; complain about unknown functions."""
    for name in place.until:
        if name.text != CHANGE and name.text not in shaper.declarations.functions:
            known: dict[str, Span | None] = {n: f.span for n, f in shaper.declarations.functions.items()}
            shaper.problems.unknown("function", name.text, name.span, known, "the header")
    return tuple(name.text for name in place.until)


def _check_size(shaper: Shaper, kind: s.What, direction: s.Direction, place: Place, what: Name) -> None:
    """Refuse memory that has no size; a string that is given has its own, with the NUL."""
    needs_size = kind in (s.What.BYTES, s.What.ARRAY) or (kind is s.What.STRING and not direction.read)
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


def _check_form(shaper: Shaper, kind: s.What, direction: s.Direction, place: Place) -> None:
    """Refuse a form of contents that all are longer than may be."""
    if place.like is None or not direction.read:
        return
    roof = s.LONGEST_TEXT if place.max is None and kind is s.What.STRING else place.max
    shortest = regex(place.like.text).shortest
    if roof is not None and shortest > roof:
        message = f"what is `like` this has at least {shortest} characters, and `max` is {roof}"
        label = Label(place.like.span, f"add `max: {shortest}`, or a larger one")
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, (label,)))


def _named(shaper: Shaper, what: Name, type_: c.Pointer, target: c.Type, declared: Span) -> c.Type:
    found = shaper.declarations.find_type(what.text)
    if found is None:
        known: dict[str, Span | None] = {n: t.span for n, t in shaper.declarations.typedefs.items()}
        known |= {key: record.span for key, record in shaper.declarations.records.items()}
        known |= dict.fromkeys(("bytes", "array", "string"))
        shaper.problems.unknown("type", what.text, what.span, known, "the header")
        return type_.to
    if not isinstance(target, c.Void) and not _is_same(shaper, found, target):
        message = f"it points to a `{shaper.text(type_.to)}`, not to a `{what.text}`"
        shaper.problems.contradiction(message, what.span, declared)
        return type_.to
    return found


def _is_same(shaper: Shaper, one: c.Type, other: c.Type) -> bool:
    """Tell whether two types are the same behind their names, or numbers of one layout."""
    if shaper.declarations.same(one, other):
        return True
    first, second = shaper.declarations.resolve(one), shaper.declarations.resolve(other)
    return (
        isinstance(first, c.Basic)
        and isinstance(second, c.Basic)
        and shaper.layouts.scalars.get(first.spelling) == shaper.layouts.scalars.get(second.spelling)
    )


def _size(shaper: Shaper, target: c.Type) -> int | None:
    if isinstance(target, c.Basic) and target.spelling in shaper.layouts.scalars:
        return shaper.layouts.scalars[target.spelling].size
    return None


def _alignment(shaper: Shaper, target: c.Type) -> int:
    """Return how a caller's pointer to this is aligned, also where its memory is given as bytes."""
    record = shaper.layouts.records.get(target.key) if isinstance(target, c.RecordRef) else None
    found = record or shaper.layouts.number(target)
    return found.align if found is not None else 1
