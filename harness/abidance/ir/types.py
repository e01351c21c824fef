"""C types. A type refers to records, enums and typedefs by key, so values stay small and acyclic.

Sizes are not here: they belong to a target and are asked from the compiler (see `layout`).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Void:
    """``void`` (C11 6.2.5p19)."""


@dataclass(frozen=True, slots=True)
class Basic:
    """An arithmetic type by its canonical spelling, such as ``unsigned long`` or ``_Bool`` (C11 6.7.2p2).

    `arithmetic` lists the spellings: ``float _Complex``, ``_BitInt(7)`` and ``_Decimal64`` are such types as
    well, and so is ``__builtin_va_list``, which only `Layouts.scalars` can tell more of.
    """

    spelling: str


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector of GNU C; `size_text` is the argument of the attribute, which makes it one.

    With ``vector_size`` that is a size in bytes, with clang's ``ext_vector_type`` the number of elements. The
    layout has the number, in `Layouts.scalars` by the type's spelling.
    """

    of: Type
    size_text: str
    attribute: str = "vector_size"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer; qualifiers of what it points at are on `to`."""

    to: Type


@dataclass(frozen=True, slots=True)
class Array:
    """An array of `count` elements; `count` is None when the size is not given (C11 6.7.6.2).

    A size the front end cannot fold is None with `size_text` set; the probe gives the number.
    """

    of: Type
    count: int | None
    size_text: str = ""


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A struct or union by its key in `Declarations.records`."""

    key: str


@dataclass(frozen=True, slots=True)
class EnumRef:
    """An enum by its key in `Declarations.enums`."""

    key: str


@dataclass(frozen=True, slots=True)
class TypedefRef:
    """A typedef by its name in `Declarations.typedefs`."""

    name: str


@dataclass(frozen=True, slots=True)
class Qualified:
    """A type with some of ``const``, ``volatile``, ``restrict``, ``_Atomic``."""

    of: Type
    qualifiers: frozenset[str]


@dataclass(frozen=True, slots=True)
class FunctionType:
    """A function's type. `prototype` is False for the old style ``int f()`` (C11 6.7.6.3p14).

    `names` are those that the declaration gives its parameters, which are no part of the type.
    """

    returns: Type
    parameters: tuple[Type, ...]
    variadic: bool = False
    prototype: bool = True
    names: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A type that the front end read but does not model; `reason` says which construct."""

    spelling: str
    reason: str


Type = (
    Void
    | Basic
    | Vector
    | Pointer
    | Array
    | RecordRef
    | EnumRef
    | TypedefRef
    | Qualified
    | FunctionType
    | Unsupported
)
