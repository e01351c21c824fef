"""What is known of each type of a header, whoever writes it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from abidance.binding.binding_method import Binding
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class LayoutMember:
    """A member of a record. `offset` and `size` are in bytes, from the start of the outermost record.

    A bit-field has `size` 0 and `bits`: its first bit, counted from the outermost record's first in the
    order in which the target fills bytes, and its width. An anonymous record has no `name`, its kind in
    `anonymous`, and its own members in `inner`. `declaration` is the member as C declares it.
    """

    name: str
    declaration: str
    offset: int
    size: int
    bits: tuple[int, int] | None = None
    anonymous: str = ""
    inner: tuple[LayoutMember, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """One type under one name. `size` and `align` are in bytes, and None for a type that is incomplete.

    `name` is C's where C has one, and otherwise tells where the type is used: ``struct outer.member``.
    `key` is the record's or enum's in `Declarations`, or the typedef's name; `kind` is ``struct``,
    ``union``, ``enum``, ``array``, ``function``, ``void``, ``unknown`` or a `Scalar.kind`. `of` is what a
    typedef stands for, `values` an enum's constants, `expression` what a C expression can call the type.
    `problem` says why there is no layout although the type is complete.
    """

    name: str
    key: str
    kind: str
    size: int | None
    align: int | None
    binding: Binding
    span: Span
    own: bool
    members: tuple[LayoutMember, ...] = ()
    of: str = ""
    signed: bool | None = None
    values: Mapping[str, int] = field(default_factory=dict)
    expression: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FunctionEntry:
    """A function and how it is called. `symbol` is the linker's name for it."""

    name: str
    symbol: str
    declaration: str
    binding: Binding
    span: Span
    own: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The types, functions and constants of one header, as one compiler has them for one target.

    What is `own` is declared by the header itself or by files of the same project beside it, or reached from
    there. `constants` has enumerators and the own macros that are integer constants. `problems` tells of
    everything own whose layout is not known: declarations that were lost, types that the compiler refused.
    `include` is the operand of ``#include``, and `before` are the headers that it takes before this one.
    `chosen` are the names of the types that were asked for, if any were; a typedef among them stands for itself.
    `hidden` are macros that stand in the way of members and types of the same names.
    """

    header: Path
    include: str
    defines: Mapping[str, str]
    before: tuple[str, ...]
    compiler: str
    target: str
    little_endian: bool
    types: tuple[TypeEntry, ...]
    functions: tuple[FunctionEntry, ...]
    constants: Mapping[str, int]
    chosen: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    def is_alias(self, entry: TypeEntry) -> bool:
        """Tell whether the entry only gives another name to a type that has an entry of its own."""
        return bool(entry.of) and not (self.chosen and (entry.members or entry.values))


def named_members(
    members: tuple[LayoutMember, ...], *, anonymous: bool = False
) -> Iterator[tuple[LayoutMember, bool]]:
    """Yield the members that C can name, each with whether it stands in an anonymous one (C11 6.7.2.1p13)."""
    for member in members:
        if member.name:
            yield member, anonymous
        else:
            yield from named_members(member.inner, anonymous=True)
