"""C types as data. What has no name in the data gets one when it is written out."""

from __future__ import annotations

from dataclasses import dataclass

# C spelling: Rust spelling or None, kind, bits under LP64, bits under ILP32.
SCALARS: dict[str, tuple[str | None, str, int, int]] = {
    "char": ("core::ffi::c_char", "char", 8, 8),
    "signed char": ("i8", "int", 8, 8),
    "unsigned char": ("u8", "uint", 8, 8),
    "short": ("i16", "int", 16, 16),
    "unsigned short": ("u16", "uint", 16, 16),
    "int": ("i32", "int", 32, 32),
    "unsigned int": ("u32", "uint", 32, 32),
    "long": ("core::ffi::c_long", "int", 64, 32),
    "unsigned long": ("core::ffi::c_ulong", "uint", 64, 32),
    "long long": ("i64", "int", 64, 64),
    "unsigned long long": ("u64", "uint", 64, 64),
    "_Bool": ("bool", "bool", 1, 1),
    "float": ("f32", "float", 32, 32),
    "double": ("f64", "float", 64, 64),
    "long double": (None, "float", 128, 96),
    "__int128": ("i128", "int", 128, 128),
    "unsigned __int128": ("u128", "uint", 128, 128),
    "float _Complex": (None, "complex", 64, 64),
    "double _Complex": (None, "complex", 128, 128),
    "long double _Complex": (None, "complex", 256, 192),
}


@dataclass(frozen=True)
class Scalar:
    """An arithmetic type by its key in `SCALARS`."""

    c: str

    @property
    def kind(self) -> str:
        """Return ``int``, ``uint``, ``char``, ``bool``, ``float`` or ``complex``."""
        return SCALARS[self.c][1]

    @property
    def bits(self) -> int:
        """Return its width on an LP64 target."""
        return SCALARS[self.c][2]


@dataclass(frozen=True)
class Enum:
    """An enum by the values of its constants. `packed` makes it as small as they allow."""

    values: tuple[int, ...]
    packed: bool = False
    naming: str = "tag"  # or "typedef", with no tag


@dataclass(frozen=True)
class Pointer:
    """A pointer to an object of type `to`, or to void when it is None."""

    to: CType | None = None


@dataclass(frozen=True)
class FunctionPointer:
    """A pointer to a function of scalars and pointers. `returns` None is void."""

    returns: CType | None
    parameters: tuple[CType, ...] = ()


@dataclass(frozen=True)
class Array:
    """An array; a `count` of None makes a flexible array member."""

    of: CType
    count: int | None


@dataclass(frozen=True)
class Vector:
    """A GNU vector of `lanes` scalars."""

    of: Scalar
    lanes: int


@dataclass(frozen=True)
class Typedef:
    """A typedef name for a type; `aligned` gives the name another alignment than the type."""

    of: CType
    aligned: int | None = None


@dataclass(frozen=True)
class Member:
    """A member of a record.

    `bits` makes a bit-field, without a name when `named` is false; an unnamed member that is none is an
    anonymous record. `aligned` and `packed` are attributes of the member itself.
    """

    type: CType
    bits: int | None = None
    named: bool = True
    aligned: int | None = None
    packed: bool = False


@dataclass(frozen=True)
class Record:
    """A struct or union.

    `naming` is ``tag``, ``typedef`` (no tag) or ``inline`` (written where it is used, without a tag).
    `pragma` is the n of ``#pragma pack(n)`` around it.
    """

    kind: str
    members: tuple[Member, ...]
    naming: str = "tag"
    packed: bool = False
    aligned: int | None = None
    pragma: int | None = None


CType = Scalar | Enum | Pointer | FunctionPointer | Array | Vector | Typedef | Record


def bare(type_: CType) -> CType:
    """Return the type without typedefs."""
    while isinstance(type_, Typedef):
        type_ = type_.of
    return type_


def member_names(record: Record, start: int = 0) -> list[str]:
    """Return the members' names in order, empty for those without one.

    Members of anonymous members are members of the record too (C11 6.7.2.1p13), so no name comes twice.
    """
    names, number = [], start
    for member in record.members:
        if member.named:
            names.append(f"m{number}")
            number += 1
        else:
            names.append("")
            if member.bits is None:
                number += count_names(bare(member.type))
    return names


def count_names(record: CType) -> int:
    """Return how many names a record and its anonymous members take."""
    assert isinstance(record, Record)
    return sum(
        1 if member.named else count_names(bare(member.type)) if member.bits is None else 0
        for member in record.members
    )


def names_below(record: Record, start: int, position: int) -> int:
    """Return the number of the first name that the anonymous member at `position` gives out."""
    before = Record(record.kind, record.members[:position])
    return start + count_names(before)
