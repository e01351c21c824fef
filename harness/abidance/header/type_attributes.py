"""Attributes that change the declared type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.header import attributes, dialect
from abidance.header.foreign import foreign
from abidance.ir.arithmetic import kind_of
from abidance.ir.declarations import Attribute, spell
from abidance.ir.types import Basic, EnumRef, Type, Unsupported, Vector

if TYPE_CHECKING:
    from abidance.header.surroundings import Surroundings

_ADDRESS_SPACE = frozenset(("address_space",))
_MODE = frozenset(("mode",))


UNKNOWN = "the attribute"
"""Begins the reason why a type is refused that an attribute stands beside of which nobody knows what it makes of it."""


def with_attributes(type_: Type, found: tuple[Attribute, ...], surroundings: Surroundings) -> Type:
    """Return the type after the attributes that make another type of it."""
    declarations, unit = surroundings.declarations, surroundings.unit
    name = foreign(found, surroundings.has_attribute)
    if name:
        spelling = f"{spell(type_, '', declarations)} __attribute__(({name}))"
        return Unsupported(
            spelling, f"{UNKNOWN} `{name}`: it is not known what that makes of a type or a call"
        )
    space = attributes.find(found, _ADDRESS_SPACE)
    if space:
        spelling = f"{spell(type_, '', declarations)} __attribute__((address_space({space.arguments})))"
        return Unsupported(spelling, "an address space of its own")
    vector = attributes.find(found, dialect.VECTOR_ATTRIBUTES)
    if vector:
        type_ = Vector(type_, vector.arguments or "", vector.name)
    mode = attributes.find(found, _MODE)
    if mode is None:
        return type_
    basic = dialect.MODES.get((mode.arguments or "").strip("_"), "")
    if basic == "word":
        basic = "long" if unit.predefined.get("__SIZEOF_POINTER__") == "8" else "int"
    elif basic == "long long" and unit.predefined.get("__SIZEOF_LONG__") == "8":
        basic = "long"  # gcc and clang take the first type of the size
    match type_:
        case Basic(spelling) if basic and kind_of(spelling) == kind_of(basic):
            unsigned = spelling.startswith("unsigned")
            return Basic(f"unsigned {basic}" if unsigned else "signed char" if basic == "char" else basic)
        case EnumRef():
            return type_  # its size is asked of the compiler
        case _:
            spelling = f"{spell(type_, '', declarations)} __attribute__((mode({mode.arguments})))"
            return Unsupported(spelling, "a type of its own machine mode")
