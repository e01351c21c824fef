"""Fields of which a place says something in place of their type, where the other side leaves them to the type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.facts import HERE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.abi.diff.canonical_clauses import Said
    from abidance.abi.lookup import TypeLookup


def with_types_words(own: Iterable[Said], other: Iterable[Said], side: TypeLookup) -> tuple[Said, ...]:
    """Return what a side says; of fields at places that the other alone speaks of, what their type has of them."""
    own = tuple(own)
    mine = {each.subject for each in own if each.aspect == HERE}
    theirs = dict.fromkeys(each.subject for each in other if each.aspect == HERE)
    return (
        *own,
        *(said for subject in theirs if subject not in mine for said in _by_type(subject, own, side)),
    )


def _by_type(subject: str, said: tuple[Said, ...], side: TypeLookup) -> Iterator[Said]:
    place, _, field = subject.partition(").")
    key = _record_at(place, side)
    for each in said if key is not None else ():
        name, _, rest = each.subject.partition(".")
        if rest.rstrip("*[]") == field and _key(name, side) == key:
            yield replace(each, subject=f"{place}).{rest}")


def _record_at(place: str, side: TypeLookup) -> str | None:
    """Return the record that a parameter or a result, `f(x` or `f(`, is or points at."""
    name, _, parameter = place.partition("(")
    function = side.facts.functions.get(name)
    if function is None or function.signature is UNKNOWN:
        return None
    types = {str(each.name): each.type for each in function.signature.parameters}
    type_ = types.get(parameter, UNKNOWN) if parameter else function.signature.returns
    while (target := side.pointee(type_)) is not None:
        type_ = target
    return side.record_of(type_)


def _key(name: str, side: TypeLookup) -> str | None:
    """Return the record that a contract calls so."""
    typedef = side.facts.typedefs.get(name)
    if typedef is not None:
        return side.record_of(typedef.type)
    return next((k for k in (name, f"struct {name}", f"union {name}") if k in side.facts.records), None)
