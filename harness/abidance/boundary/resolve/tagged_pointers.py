"""Pointers to `void` of which a tag tells what they lead to: the shapes of all that it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.resolve.pointers import pointer_shape
from abidance.contract.language.clauses import ClausePlaces, Name
from abidance.contract.model.places import SEVERAL, STRING
from abidance.contract.model.variants import NO_MEMBER, VariantTarget
from abidance.ir import types as c

if TYPE_CHECKING:
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model.variants import VariantPromise
    from abidance.core.span import Span

NOTHING_KNOWN = "void"
"""What a parameter is said to point to where its `variant` tells more."""


def written(promise: VariantPromise) -> tuple[Name | VariantTarget, ...]:
    """Return what the values of a tag stand for, as they are written; the same word twice is one."""
    members = (*promise.members.values(), *([promise.otherwise] if promise.otherwise is not None else []))
    found: dict[object, Name | VariantTarget] = {}
    for each in members:
        if isinstance(each, VariantTarget) or each.text != NO_MEMBER:
            found.setdefault(_key(each), each)
    return tuple(found.values())


def number_written(member: Name | VariantTarget, promise: VariantPromise) -> int | None:
    """Return the number of what a tag stands for among all that is written; None for NULL."""
    keys = [_key(each) for each in written(promise)]
    return keys.index(_key(member)) if _key(member) in keys else None


def tagged_pointer(
    shaper: Shaper,
    type_: c.Pointer,
    promise: VariantPromise,
    direction: s.Direction,
    declared: Span,
    depth: int = 0,
) -> s.Shape:
    """Return the shape of a pointer whose target a tag tells; complain where its type already says that."""
    spelled = shaper.text(type_)
    if not isinstance(shaper.declarations.resolve(type_.to), c.Void):
        words = f"this is a `{spelled}`, which says what it points to; a `variant` tells that of a pointer to `void`"
        shaper.problems.contradiction(words, promise.span, declared)
        return s.OpaqueShape(spelled, said=True)
    each = []
    for target in map(_as_target, written(promise)):
        of = shaper.declarations.find_type(target.to.text) if _is_several(target) else None
        to, what = (type_, target.to) if of is None else (c.Pointer(of), Name("array", target.to.span))
        each.append(pointer_shape(shaper, to, target, what, direction, declared, depth))
    return s.TaggedPointerShape(spelled, nullable=True, said=True, each=tuple(each))


def _is_several(target: VariantTarget) -> bool:
    """Tell whether a type is that of each of several elements: `void` has none, so nothing else would say it."""
    return target.to.text not in (*SEVERAL, STRING) and (
        target.length is not None or target.capacity is not None
    )


def _as_target(member: Name | VariantTarget) -> VariantTarget:
    if isinstance(member, VariantTarget):
        return member
    here = {"to": member.span}
    return VariantTarget(places=ClausePlaces(member.span, member.span, here, here), to=member)


def _key(member: Name | VariantTarget) -> object:
    return (member.span.line, member.span.column) if isinstance(member, VariantTarget) else member.text
