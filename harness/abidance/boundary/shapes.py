"""Shapes: a C type together with what the contract says of it at one place.

A shape knows everything that is needed to make a value up, to lay it out as bytes and to read it back. Sizes
and offsets are in bytes and come from the compiler.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression import Expression
    from abidance.core.span import Span


class Direction(StrEnum):
    """Which way data goes through a pointer, seen from the library."""

    IN = "in"
    OUT = "out"
    INOUT = "inout"

    @property
    def read(self) -> bool:
        """Tell whether the library may read what the caller put there."""
        return self is not Direction.OUT

    @property
    def written(self) -> bool:
        """Tell whether the library may write there."""
        return self is not Direction.IN


class What(StrEnum):
    """What a pointer points at."""

    BYTES = "bytes"
    ARRAY = "array"
    STRING = "string"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, a bool or an enum, with the values that are lawful at this place.

    `kind` is ``int``, ``bool``, ``enum`` or ``float``; `lowest` and `highest` bound lawful numbers, both
    inclusive; `members`, when not empty, are the only lawful values. `names` spells enumerators.
    """

    kind: str
    size: int
    align: int
    signed: bool
    spelling: str
    lowest: float = 0
    highest: float = 0
    members: tuple[float, ...] = ()
    names: Mapping[int, str] | None = None
    closed: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A named value in a scope: a parameter of a function or a field of a record.

    `offset` is a field's place, with `bits` as (first bit, width) for a bit-field. `span` is the contract's
    line when it has one, else the header's; `declared` is always the header's.
    """

    name: str
    shape: Shape
    declared: Span
    span: Span | None = None
    offset: int = 0
    bits: tuple[int, int] | None = None

    @property
    def promised(self) -> Span:
        """Return the contract's line, or the header's when the contract is silent."""
        return self.span or self.declared


@dataclass(frozen=True, slots=True)
class Record:
    """A struct or union in place. Only one member of a union is ever given."""

    spelling: str
    size: int
    align: int
    members: tuple[Member, ...]
    union: bool = False


@dataclass(frozen=True, slots=True)
class Array:
    """A fixed number of elements in place."""

    of: Shape
    count: int
    size: int
    align: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer to memory that the caller owns and lends for the call.

    `element` is one element's shape. `length` and `capacity` count elements (bytes for `What.BYTES`);
    `nullable` is True, False or the expression under which NULL is lawful. `limit` bounds what is made up.
    """

    direction: Direction
    what: What
    element: Shape
    span: Span
    length: Expression | None = None
    capacity: Expression | None = None
    nullable: Expression | bool = False
    encoding: str = "utf-8"
    limit: int | None = None
    align_to: int = 1
    size: int = 8
    align: int = 8


@dataclass(frozen=True, slots=True)
class Handle:
    """A pointer with a life. `made` is true where this place brings the handle into being.

    `level` is 1 for the handle itself and 2 for a pointer through which a new one is handed out.
    """

    handle: str
    span: Span
    made: bool = False
    level: int = 1
    nullable: Expression | bool = False
    size: int = 8
    align: int = 8


@dataclass(frozen=True, slots=True)
class Opaque:
    """A pointer of which the contract says nothing: given as NULL, and read back as null or not null."""

    spelling: str
    size: int = 8
    align: int = 8


@dataclass(frozen=True, slots=True)
class Nothing:
    """``void``, as a result."""

    size: int = 0
    align: int = 1


Shape = Scalar | Record | Array | Pointer | Handle | Opaque | Nothing
