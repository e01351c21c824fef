"""What a name of a contract is in C: how an expression that is compiled finds the values that Python would be given.

Texts of C (`c`, `pointer`, `length`, `null`, `count`) are evaluated where the expression stands, any number of times,
and not at all where evaluation does not look at the value; they must have no effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.native.expressions.kinds import AnyValue


@dataclass(frozen=True, slots=True)
class CInt:
    """A whole number of any C type of at most 128 bits; `boolean` where Python would have a bool.

    One of a type of 128 bits may be beyond what expressions compute with, which is 127 bits and a sign: then `wide`.
    """

    c: str
    boolean: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class CFloat:
    """A `float` or a `double`."""

    c: str


@dataclass(frozen=True, slots=True)
class CLongDouble:
    """A `long double`, which Python sees as an exact fraction."""

    c: str


@dataclass(frozen=True, slots=True)
class CBytes:
    """A run of bytes, a string without its NUL among them: of type `const unsigned char *`, and how many."""

    pointer: str
    length: str


@dataclass(frozen=True, slots=True)
class CNull:
    """A pointer that is always NULL, or the result of a function that returns nothing."""


@dataclass(frozen=True, slots=True)
class COpaque:
    """A pointer of which only whether it is NULL is known: `null` is 1 then; handles and callbacks among them.

    Of a handle, `at` is the address, of type `uintptr_t`, by which it is told from others.
    """

    null: str = "0"
    at: str = ""


@dataclass(frozen=True, slots=True)
class CNullable:
    """A value behind a pointer that is NULL where the condition `null` holds."""

    null: str
    inner: AnyValue


@dataclass(frozen=True, slots=True)
class CUnavailable:
    """A value that cannot be looked at: an expression that does has none."""

    reason: str


@dataclass(frozen=True, slots=True)
class CGuarded:
    """A value that cannot be looked at where the condition `lost` holds."""

    lost: str
    inner: AnyValue


@dataclass(frozen=True, slots=True)
class CList:
    """Elements in memory: `count` of them, and what the one at a C expression of type `abidance_int` is."""

    count: str
    at: Callable[[str], AnyValue]


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a record lies: those with one `key` are the same but for that, and one lies `again` wherever asked."""

    key: tuple[object, ...]
    at: str
    again: Callable[[str], CRecord]


@dataclass(frozen=True, slots=True)
class CRecord:
    """A struct or union: its fields by their C names.

    `before` is what it was before it was written to, of what a callback is given, and of a callback's invocations.
    `place` is where it lies, if all of it lies there.
    """

    fields: Mapping[str, AnyValue]
    before: CRecord | None = None
    place: RecordPlace | None = None


@dataclass(frozen=True, slots=True)
class CTagged:
    """One of several values, of which a tag tells which it is: each is not there where its condition `lost` holds."""

    each: tuple[tuple[str, AnyValue], ...]


CValue = (
    CInt
    | CFloat
    | CLongDouble
    | CBytes
    | CNull
    | COpaque
    | CNullable
    | CUnavailable
    | CGuarded
    | CList
    | CRecord
    | CTagged
)


def behind_null(null: str, inner: CValue) -> CValue:
    """Return what stands behind a pointer that is NULL where `null` holds: a pointer there may be NULL itself."""
    match inner:
        case CNull():
            return inner
        case COpaque(also, at):
            return COpaque(f"({null} || {also})", at)
        case CNullable(also, deeper):
            return CNullable(f"({null} || {also})", deeper)
    return CNullable(null, inner)
