"""The scalar positions behind pointers and in unions of which a tag tells what they are, each beside its tag."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import number_of, record_of
from abidance.boundary.model.types import PointerShape, What
from abidance.boundary.model.variants import living_member, narrowed
from abidance.boundary.values.length_parameters import ties
from abidance.generate.scalar_positions import leaves
from abidance.generate.scalars import lawful

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, TaggedUnion
    from abidance.generate.hints import Hints
    from abidance.generate.scalar_positions import Leaf


def tagged_leaves(function: BoundaryFunction, hints: Hints) -> Iterator[Leaf]:
    """Yield the leaves of what lives with each tag, of unions among parameters and of what tagged pointers lead to.

    A value of one is valid with the tag alone, which chance seldom draws beside it.
    """
    members = function.members
    for name, variant in function.variants:
        plain = [*leaves(members, hints)]
        for tag, beside in _tags(variant, members, ()):
            there = tuple(living_member(m, variant, tag) if m.name == name else m for m in members)
            for leaf in leaves(there, hints):
                if leaf not in plain:
                    yield from _measured(replace(leaf, beside=beside), there)
    for member in members:
        record = record_of(member.shape)
        if record is None or not _is_read(member) or _is_array(member):
            continue
        for variant in record.variants:
            if not variant.pointer:
                continue  # which member of a union is given tells its tag
            for tag, beside in _tags(variant, record.members, (member.name,)):
                pointers = (m for m in narrowed(record, variant, tag).members if m.name == variant.pointer)
                for leaf in leaves((*pointers,), hints, (member.name,)):
                    yield replace(leaf, beside=beside)


def _is_array(member: Member) -> bool:
    return isinstance(member.shape, PointerShape) and member.shape.what is not What.ONE


def _is_read(member: Member) -> bool:
    return not isinstance(member.shape, PointerShape) or member.shape.direction.read


def _measured(leaf: Leaf, members: tuple[Member, ...]) -> Iterator[Leaf]:
    """Yield the leaf or, of a buffer whose length another parameter is, one for each value with that beside it."""
    length = next(
        (name for name, group in ties(members).items() for m in group if (m.name,) == leaf.path), None
    )
    if length is None:
        yield leaf
        return
    for value in leaf.values:
        if isinstance(value, bytes | list):
            yield replace(leaf, values=(value,), beside=(*leaf.beside, ((length,), len(value))))


def _tags(
    variant: TaggedUnion, members: tuple[Member, ...], path: tuple[str, ...]
) -> Iterator[tuple[int, tuple[tuple[tuple[str, ...], object], ...]]]:
    """Yield the least tag of each case, and where it stands, if one number among the members is the tag."""
    name = variant.tag.sole_name
    number = next((number_of(m.shape) for m in members if m.name == name), None)
    if number is not None:
        for tag, _, which in variant.cases:
            if which is not None and lawful(number, tag):
                yield tag, (((*path, name), tag),)
