"""Small questions about shapes and values that generating calls asks again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import fields_of, moved_behind, pointee
from abidance.boundary.model.types import (
    AddressShape,
    HandleShape,
    PointerShape,
    ScalarShape,
)
from abidance.boundary.values.element_lengths import elements_of
from abidance.boundary.values.length_parameters import ties
from abidance.boundary.values.packed_records import held
from abidance.contract.expression import declared, spelling
from abidance.generate.scope import ROOMY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Values
    from abidance.contract.expression import Expression
    from abidance.generate.source import ChoiceSource


def is_known(clause: Expression | None, around: Mapping[str, object]) -> bool:
    """Tell whether there is a clause that says something before the call: it may be about the result."""
    return clause is not None and clause.names <= around.keys()


def as_signed(shape: Shape, byte: int) -> int:
    """Return a byte as an element of one byte holds it."""
    return byte - 256 if isinstance(shape, ScalarShape) and shape.signed and byte > 127 else byte


def named_member(members: tuple[Member, ...], name: str) -> Member:
    return next(member for member in members if member.name == name)


def condition(shape: Shape) -> Expression | None:
    """Return the condition on which a pointer may be NULL, where that is not simply so or not so."""
    if isinstance(shape, AddressShape | HandleShape) and not isinstance(shape.nullable, bool):
        return shape.nullable
    return None


def conditions(members: tuple[Member, ...]) -> frozenset[str]:
    """Return what those conditions of a scope name, as expressions spell it: it must be made first."""
    found = (condition(member.shape) for member in members)
    return frozenset(name for nullable in found if nullable for name in nullable.names)


def nulls_last(members: Iterable[Member], source: ChoiceSource) -> Iterator[Member]:
    """Yield members in their order, but those that may be NULL on a condition after what it names.

    Where each of several waits for another, as of two of which one must be there, any of them may come first.
    """
    left = list(members)
    while left:
        names = {spelling(each.name) for each in left}
        ready = next((each for each in left if not _awaited(each) & names - {spelling(each.name)}), None)
        found = ready if ready is not None else source.pick(left)
        left.remove(found)
        yield found


def _awaited(member: Member) -> frozenset[str]:
    asked = condition(member.shape)
    return asked.names if asked is not None else frozenset()


def whole_text(raw: bytes, lowest: int, most: int, encoding: str) -> bytes:
    """Return text of a valid length, cut between characters; bytes that are none in the encoding are left out.

    It is too short, or too long, where characters are of several bytes each, or the encoding begins with a mark.
    """
    raw = raw[:most].decode(encoding, "ignore").encode(encoding)
    letter = len("aa".encode(encoding)) - len("a".encode(encoding))
    return raw + "a".encode(encoding)[-letter:] * ((lowest - len(raw)) // letter)


def sizing(members: tuple[Member, ...]) -> dict[str, int]:
    """Return a cap for each number that sizes memory, smaller where several are multiplied."""
    caps: dict[str, int] = {}
    for member in members:
        shape = moved_behind(member.shape) or member.shape
        if isinstance(shape, PointerShape):
            element = elements_of(shape)
            behind = (element.length, element.capacity) if element is not None else ()
            for clause in (shape.length, shape.capacity, *behind):
                if clause is not None:
                    cap = ROOMY if len(clause.names) <= 1 else 64
                    for name in map(declared, clause.names):
                        caps[name] = min(caps.get(name, cap), cap)
    return caps


def with_lengths(shape: Shape, given: object) -> object:
    """Return given elements of an array with the lengths that follow from their contents, where these are left out."""
    if not isinstance(given, list) or not (members := fields_of(pointee(shape))):
        return given
    tied = ties(members)
    return [{**_lengths(tied, each), **each} if isinstance(each, dict) else each for each in given]


def _lengths(tied: Mapping[str, tuple[Member, ...]], given: Mapping[str, object]) -> dict[str, int]:
    found = {}
    for length, group in tied.items():
        told = [held(each.shape, given.get(each.name)) for each in group]
        sizes = [each for each in told if each is not None]
        if sizes and length not in given:
            found[length] = max(sizes)
    return found


def sort_arrays(members: tuple[Member, ...], values: Values, given: Mapping[str, object]) -> bool:
    """Put arrays of numbers in order, which preconditions often ask for; tell whether that changed any."""
    changed = False
    for member in members:
        value = values[member.name]
        if member.name in given or not isinstance(value, list):
            continue
        numbers = [item for item in value if isinstance(item, int | float)]
        ordered = sorted(numbers)
        if len(numbers) == len(value) and ordered != numbers:
            values[member.name] = [*ordered]
            changed = True
    return changed


def alternatives(
    members: tuple[Member, ...], given: Mapping[str, object], source: ChoiceSource
) -> tuple[Member, ...]:
    """Return the members to give: of each union, those of one alternative."""
    if not any(member.within for member in members):
        return members
    chosen: dict[str, int] = {}
    for member in members:
        if member.name in given:
            chosen.update(member.within)
    kept = []
    for member in members:
        for union, which in member.within:
            if union not in chosen:
                options = {w for m in members for u, w in m.within if u == union}
                chosen[union] = source.pick(sorted(options))
            if chosen[union] != which:
                break
        else:
            kept.append(member)
    return tuple(kept)
