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

    from abidance.boundary.reals import Format
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
    inclusive; `members`, when not empty, are the only lawful values. `names` spells enumerators. `char` is
    true for plain ``char``, whose arrays are text whatever its sign. `format` is that of a ``float`` which is
    neither C's ``float`` nor ``double``; `width` the bits of an integer that has fewer than its bytes hold.
    `basic` is the canonical name of an arithmetic type that `spelling` may give another.
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
    char: bool = False
    open: bool = False
    format: Format | None = None
    width: int = 0
    basic: str = ""

    @property
    def listed(self) -> tuple[float, ...]:
        """Return the only numbers that a caller gives, or none when there is no such list."""
        return () if self.open else self.members


@dataclass(frozen=True, slots=True)
class Member:
    """A named value in a scope: a parameter of a function or a field of a record.

    `offset` is a field's place, with `bits` as (first bit of the record, width) for a bit-field. `span` is the
    contract's line when it has one, else the header's; `declared` is always the header's. `within` has a pair
    for each union around a field, outermost first: which union of the record, and which of its alternatives.
    Fields of one alternative are given together, and no others of that union. `later` names a clause without
    which no lawful value can be made up, and which is not put to use yet.
    """

    name: str
    shape: Shape
    declared: Span
    span: Span | None = None
    offset: int = 0
    bits: tuple[int, int] | None = None
    within: tuple[tuple[str, int], ...] = ()
    later: str = ""

    @property
    def promised(self) -> Span:
        """Return the contract's line, or the header's when the contract is silent."""
        return self.span or self.declared


@dataclass(frozen=True, slots=True)
class Record:
    """A struct or union in place. Members of anonymous records in it stand among its own (C11 6.7.2.1p13).

    `invariants` hold of every valid value; they name its fields. A complex number is a record as well, of
    ``real`` and ``imag``, which is how it lies in memory (C11 6.2.5p13).
    """

    spelling: str
    size: int
    align: int
    members: tuple[Member, ...]
    invariants: tuple[Expression, ...] = ()
    complex: bool = False


@dataclass(frozen=True, slots=True)
class Array:
    """A fixed number of elements in place; a vector when it has a `spelling`."""

    of: Shape
    count: int
    size: int
    align: int
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer to memory that the caller owns and lends for the call.

    `element` is one element's shape. `length` and `capacity` count elements (bytes for `What.BYTES`);
    `nullable` is True, False or the expression under which NULL is lawful. `limit` bounds what is made up.
    `lifetime` is ``call``, ``static`` or the handle with which the memory ends; empty as that around it.
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
    lifetime: str = ""
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
    """A pointer of which the contract says nothing more: given as NULL, and read back as null or not null.

    `nullable` tells whether NULL is lawful; `said` whether that was the contract's word on it. `calls` is true
    for a pointer to a function.
    """

    spelling: str
    nullable: Expression | bool = True
    said: bool = False
    calls: bool = False
    size: int = 8
    align: int = 8


@dataclass(frozen=True, slots=True)
class Nothing:
    """``void``, as a result."""

    size: int = 0
    align: int = 1


Shape = Scalar | Record | Array | Pointer | Handle | Opaque | Nothing


def writes(shape: Shape) -> bool:
    """Tell whether a shape in memory that is only read points at memory that is written."""
    match shape:
        case Pointer():
            return shape.direction.written or writes(shape.element)
        case Record():
            return any(writes(member.shape) for member in shape.members)
        case Array():
            return writes(shape.of)
    return False
