"""Records and enums with their layouts, in bytes and bits of one target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from abidance.abi.facts.unknown import UNKNOWN, Unknown

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A named member. Members of anonymous members are the host's.

    `offset` is in bytes; that of a bit-field is UNKNOWN or rounded down, its place is `bit_offset`, counted from the
    record's first bit in the order in which the target fills a byte, and `bit_width`. Both are None for all
    others. `size` is in bytes, 0 for a flexible array member, and UNKNOWN for a bit-field.
    """

    name: str
    type: Type | Unknown
    offset: int | Unknown = UNKNOWN
    size: int | Unknown = UNKNOWN
    bit_offset: int | Unknown | None = None
    bit_width: int | Unknown | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Virtual:
    """A virtual function that a C++ class declares.

    `slot` counts in the table of the class, or of the base that it was declared in, and is None where that is not
    told. `symbol` is empty for what the linker has several symbols of, such as a destructor.
    """

    name: str
    symbol: str = ""
    slot: int | None = None
    pure: bool = False


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A struct or union. `fields` is None while it is opaque: declared and never completed.

    `fields` is UNKNOWN where members exist that the witness could not read. `size` and `align` are in bytes, and
    UNKNOWN for an opaque record. `packed` is what the source says, beyond what offsets and alignment show.
    `transparent` is GNU's ``transparent_union``, or a struct of Rust with one member: it is passed as its first
    member is. `own` is true where the boundary's own header declares it, so that callers may use its name, false for
    one that the header only uses, and UNKNOWN to a witness that sees no headers. `by_address` tells whether C++ passes
    the address of a copy where the source passes one by value, and `virtuals` are the virtual functions that it
    declares. `presumed` is true where only a presumption says that callers do not know its members, because a source
    file defines it and functions hand it out.
    """

    key: str
    kind: Literal["struct", "union"]
    fields: tuple[FieldFacts, ...] | Unknown | None
    size: int | Unknown = UNKNOWN
    align: int | Unknown = UNKNOWN
    packed: bool | Unknown = UNKNOWN
    transparent: bool | Unknown = UNKNOWN
    own: bool | Unknown = UNKNOWN
    span: Span | None = field(default=None, compare=False)
    by_address: bool | Unknown = False
    virtuals: tuple[Virtual, ...] = ()
    presumed: bool = False

    @property
    def opaque(self) -> bool:
        """Tell whether callers cannot see, allocate or copy one."""
        return self.fields is None

    @property
    def anonymous(self) -> bool:
        """Tell whether it has no tag, and goes by where it is used."""
        return "<" in self.key


@dataclass(frozen=True, slots=True)
class EnumeratorFacts:
    """An enum constant with its value."""

    name: str
    value: int | Unknown
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EnumFacts:
    """An enum. `enumerators` are in declaration order; it is None while only a tag is declared.

    `size` is in bytes. `closed` is what the contract says: true where only declared values are valid, false where
    any value is, None where it says nothing. `own` is as that of a record.
    """

    key: str
    enumerators: tuple[EnumeratorFacts, ...] | None
    size: int | Unknown = UNKNOWN
    signed: bool | Unknown = UNKNOWN
    closed: bool | Unknown | None = UNKNOWN
    own: bool | Unknown = UNKNOWN
    span: Span | None = field(default=None, compare=False)

    @property
    def anonymous(self) -> bool:
        """Tell whether it has no tag, and goes by where it is used."""
        return "<" in self.key
