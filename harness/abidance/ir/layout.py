"""Layouts as the compiler gave them for one target. Nothing here computes one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.ir.types import Basic, EnumRef, Pointer, RecordRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class Scalar:
    """An arithmetic or pointer type on the target. `size` and `align` are in bytes.

    `kind` is ``int``, ``bool``, ``float``, ``pointer``, ``complex``, ``bitint``, ``decimal``, ``vector`` or
    ``va_list``. `signed` is said of ``int`` and ``bitint`` only.
    """

    kind: str
    size: int
    align: int
    signed: bool = False


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """Where a field is, in bytes.

    A bit-field has `size` 0 and its place as `bit_offset` (from the record's first bit) and `bit_width`.
    """

    offset: int
    size: int
    bit_offset: int | None = None
    bit_width: int | None = None


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """A record's size and alignment in bytes, and its named fields in declaration order.

    Members of an anonymous record inside it are not repeated here; the anonymous record has a layout of its
    own and an entry of the form ``<n>`` (its position among the fields). C has no expression that names such
    a record, so both reach from the first byte of its named members to the last, and its `align` is 1.
    """

    size: int
    align: int
    fields: Mapping[str, FieldLayout]


@dataclass(frozen=True, slots=True)
class Extent:
    """The size and the alignment of a type, in bytes."""

    size: int
    align: int


@dataclass(frozen=True, slots=True)
class AddressConstant:
    """A pointer that a macro makes of a number, and that leads nowhere: ``(void *)-1`` (`MAP_FAILED`)."""

    address: int

    def __str__(self) -> str:
        """Return it as C has it."""
        below = self.address - (1 << 64)
        return f"(void *){below if below >= -(1 << 16) else hex(self.address)}"


Constant = int | float | bytes | AddressConstant | None
"""What a macro or an enumerator is worth: a number, a text, a pointer that leads nowhere, or NULL."""


@dataclass(frozen=True, slots=True)
class Layouts:
    """Everything that the compiler said of one boundary on one target.

    `scalars` is keyed by canonical spelling (a vector's is `spell`'s) plus ``void *``; `records` and `enums`
    by key; `constants` holds enumerators and macros that are integer constants; `arrays` the counts of arrays
    whose size is an expression, by that expression's text; `typedefs` those that were asked about by name: an
    attribute can align one anew. `failed` gives the compiler's words for what it refused. `texts` holds macros that are
    string literals, also by way of other macros; `values` those that are floating constants, or pointers such as
    `MAP_FAILED`.
    """

    scalars: Mapping[str, Scalar]
    records: Mapping[str, RecordLayout] = field(default_factory=dict)
    enums: Mapping[str, Scalar] = field(default_factory=dict)
    constants: Mapping[str, int] = field(default_factory=dict)
    arrays: Mapping[str, int] = field(default_factory=dict)
    typedefs: Mapping[str, Extent] = field(default_factory=dict)
    little_endian: bool = True
    failed: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)
    values: Mapping[str, float | AddressConstant] = field(default_factory=dict)

    @property
    def known_numbers(self) -> dict[str, int | float]:
        """Return all macros and enumerators that are numbers."""
        fractions = {name: value for name, value in self.values.items() if isinstance(value, float)}
        return {**self.constants, **fractions}

    def size(self, type_: Type) -> int | None:
        """Return how many bytes an object of a type has whose names are resolved; None where that is not known."""
        match type_:
            case Pointer():
                return self.scalars["void *"].size
            case RecordRef(key):
                record = self.records.get(key)
                return None if record is None else record.size
        number = self.number(type_)
        return None if number is None else number.size

    def number(self, type_: Type) -> Scalar | None:
        """Return how an arithmetic type or enum is represented; None for another type, and where that is not known."""
        match type_:
            case Basic(spelling):
                return self.scalars.get(spelling)
            case EnumRef(key):
                return self.enums.get(key)
        return None
