"""From DWARF's type entries to the types, records and enums of the facts.

Records are put in a queue rather than lowered where they are met, so a list of any length through pointers takes
no stack. One name may be defined differently in several units: equal definitions are one fact, others get the
unit's name behind theirs. Compilers repeat each header's types in each unit, and a definition that agrees with a
known one in name, size and line is taken for the same without a look at its members.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, Enum, Enumerator, Field, Record, Typedef
from abidance.abi.witnesses.dwarf_basic import Basics, is_float
from abidance.abi.witnesses.dwarf_layout import Alignments, count_of, member_bits, member_offset, size_of
from abidance.ir.types import (
    Array,
    EnumRef,
    FunctionType,
    Named,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    Unsupported,
    Void,
)
from abidance.toolchain.dwarf.names import C_LANGUAGES, RUST, At, Tag
from abidance.toolchain.dwarf.sections import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.facts import Target
    from abidance.abi.witnesses.dwarf_places import Places
    from abidance.toolchain.dwarf.unit import Entry, Unit

_QUALIFIERS = {
    Tag.CONST: "const", Tag.VOLATILE: "volatile", Tag.RESTRICT: "restrict", Tag.ATOMIC: "_Atomic",
}  # fmt: skip
_RECORDS = {Tag.STRUCTURE: "struct", Tag.CLASS: "struct", Tag.UNION: "union"}
_POINTERS = {Tag.POINTER, Tag.REFERENCE, Tag.RVALUE_REFERENCE}
_DEEPEST = 150  # derivations of one type; C11 5.2.4.1 promises 12
_MOST_PARTS = 20_000  # entries may share parts without end, and types are compared part by part
_MOST_MEMBERS = 200_000  # of one record, with those of its anonymous members
DAMAGED = (ValueError, IndexError, KeyError, struct.error, OverflowError, RecursionError)
"""What reading a damaged file raises."""


@dataclass(frozen=True, slots=True)
class _Definition:
    """What tells definitions of one name apart: size in bytes and line."""

    size: int | None
    line: int | None


class Types:
    """Lowers type entries and keeps the records, enums and typedefs that they reach, by key.

    `of` may be given the path of the use, which names a type that has no name of its own.
    """

    def __init__(self, target: Target, places: Places) -> None:
        self.records: dict[str, Record] = {}
        self.enums: dict[str, Enum] = {}
        self.typedefs: dict[str, Typedef] = {}
        self.basics = Basics(target)
        self.alternatives: dict[str, str] = {}
        self._target, self._places = target, places
        self._known: dict[tuple[Unit, int], tuple[Type, int]] = {}
        self._parts = self._members = 0
        self._definitions: dict[tuple[str, _Definition], str] = {}
        self._queue: deque[tuple[str, Entry]] = deque()
        self._depth = 0

    def of(self, entry: Entry | None, path: str = "") -> Type:
        """Return the type that an entry describes; no entry is ``void``."""
        if entry is None:
            return Void()
        key = (entry.unit, entry.offset)
        known = self._known.get(key)
        if known is None:
            if self._depth > _DEEPEST:
                raise ValueError("a type is nested too deeply")
            outer, self._parts, self._depth = self._parts, 1, self._depth + 1
            try:
                type_ = self._lower(entry, path)
            finally:
                self._depth -= 1
                parts, self._parts = self._parts, outer
            if isinstance(type_, Named | RecordRef | EnumRef):
                parts = 1
            if parts > _MOST_PARTS:
                raise ValueError("a type has too many parts")
            known = self._known[key] = type_, parts
        self._parts += known[1]
        return known[0]

    def parameter(self, entry: Entry | None, path: str) -> Type | None:
        """Return a parameter's type, or None for one that is not passed."""
        return self.of(entry, path)

    def result(self, entry: Entry | None, path: str) -> Type:
        """Return a result's type."""
        return self.of(entry, path)

    def diverges(self, entry: Entry | None) -> bool:
        """Tell whether a result's type says that the function never returns; no type of C's does."""
        del entry
        return False

    def finish(self) -> Iterator[str]:
        """Lower all records that were met; yield what could not be read, whose members stay UNKNOWN."""
        while self._queue:
            key, entry = self._queue.popleft()
            try:
                self.records[key] = self._record(key, entry)
            except UnreadableError as error:
                yield str(error)
            except DAMAGED as error:
                yield f"the debug information of `{key}` is damaged: {error}"
        alignments = Alignments(self.records, self.enums, self.typedefs, self._target)
        for key, record in self.records.items():
            if record.align is UNKNOWN and record.fields is not None:
                self.records[key] = replace(record, align=alignments.of(key))

    def _lower(self, entry: Entry, path: str) -> Type:
        tag = entry.tag
        if tag in _POINTERS:
            return Pointer(self.of(entry.follow(At.TYPE), path))
        if tag in _QUALIFIERS:
            return qualified(self.of(entry.follow(At.TYPE), path), _QUALIFIERS[Tag(tag)])
        if tag == Tag.TYPEDEF:
            return self._typedef(entry)
        if tag == Tag.BASE:
            return self.basics.of(entry)
        if tag in _RECORDS:
            return self._record_ref(entry, path)
        if tag == Tag.ENUMERATION:
            return self._enum_ref(entry, path)
        if tag == Tag.ARRAY:
            return self._array(entry, path)
        if tag == Tag.SUBROUTINE:
            return self._function(entry, path)
        if tag == Tag.UNSPECIFIED_TYPE:
            return Pointer(Void()) if "nullptr" in entry.text(At.NAME) else Void()
        if tag == Tag.SUBRANGE:
            return self.of(entry.follow(At.TYPE), path)
        name = entry.text(At.NAME) or f"DWARF type {tag:#x}"
        return Unsupported(name, "a type that C does not have")

    def _typedef(self, entry: Entry) -> Type:
        name = entry.text(At.NAME)
        target = entry.follow(At.TYPE)
        if not name:
            return self.of(target)
        known = self.typedefs.get(name)
        if known is None:
            # Known before its target is lowered: a record may contain pointers to its own typedef.
            self.typedefs[name] = Typedef(
                name, UNKNOWN, entry.number(At.ALIGNMENT), span=self._places.of(entry)
            )
            type_ = self.of(target, name)
            self.typedefs[name] = replace(self.typedefs[name], type=type_)
        elif target is not None and target.tag in {*_RECORDS, Tag.ENUMERATION} and not target.text(At.NAME):
            self.of(target, name)  # another unit's definition may be another
        return Named(name)

    def _array(self, entry: Entry, path: str) -> Type:
        of = self.of(entry.follow(At.TYPE), path)
        if entry.flag(At.GNU_VECTOR):
            return Unsupported(_vector(entry), "a vector type")
        counts = [count_of(each) for each in entry.children(Tag.SUBRANGE)]
        for count in reversed(counts or [None]):
            of = Array(of, count)
        return of

    def _function(self, entry: Entry, path: str) -> Type:
        parameters: list[Type] = []
        variadic = False
        for child in entry.children():
            if child.tag == Tag.FORMAL_PARAMETER:
                where = f"{path}({len(parameters)})"
                parameters.append(unqualified(self.of(child.follow(At.TYPE), where)))
            variadic |= child.tag == Tag.UNSPECIFIED_PARAMETERS
        return FunctionType(
            self.of(entry.follow(At.TYPE), f"{path}()"), tuple(parameters), variadic, is_prototype(entry)
        )

    def _record_ref(self, entry: Entry, path: str) -> Type:
        kind = _RECORDS[Tag(entry.tag)]
        name = entry.text(At.NAME)
        key = f"{kind} {tag_of(name)}" if name else f"{kind} <{path}>"
        if entry.flag(At.DECLARATION) and not entry.has_children:
            self.records.setdefault(key, Record(key, kind, None, span=self._places.of(entry)))  # type: ignore[arg-type]
            return RecordRef(key)
        key, new = self._definition(key, entry, self.records)
        if new:
            # A placeholder until its turn in the queue.
            self.records[key] = Record(key, kind, UNKNOWN, span=self._places.of(entry))  # type: ignore[arg-type]
            self._queue.append((key, entry))
        return RecordRef(key)

    def _definition(
        self, key: str, entry: Entry, table: dict[str, Record] | dict[str, Enum]
    ) -> tuple[str, bool]:
        """Return under which key a definition goes, and whether it is the first to do so."""
        definition = _Definition(entry.number(At.BYTE_SIZE), entry.number(At.DECL_LINE))
        known = self._definitions.get((key, definition))
        if known is not None:
            return known, False
        chosen, taken = key, table.get(key)
        if taken is not None and not _is_opaque(taken):
            unit = PurePath(entry.unit.top.text(At.NAME)).name or "another unit"
            chosen, again = f"{key} [{unit}]", 1
            while chosen in table:
                again += 1
                chosen = f"{key} [{unit} {again}]"
            self.alternatives[chosen] = key
        self._definitions[key, definition] = chosen
        return chosen, True

    def _record(self, key: str, entry: Entry) -> Record:
        self._members = 0
        fields = tuple(self._fields(entry, key.partition(" ")[2].strip("<>"), 0))
        size = entry.number(At.BYTE_SIZE)
        align = entry.number(At.ALIGNMENT)
        if not entry.has_children and size and entry.unit.language in C_LANGUAGES:
            # GCC 12 leaves out the members of a union that its typedef makes transparent.
            return replace(self.records[key], fields=UNKNOWN, size=size)
        return replace(
            self.records[key],
            fields=fields,
            size=UNKNOWN if size is None else size,
            align=UNKNOWN if align is None else align,
        )

    def _fields(self, entry: Entry, path: str, base: int) -> Iterator[Field]:
        """Yield the named members with those of anonymous members; `base` is where the entry is, in bits."""
        for child in entry.children():
            self._members += 1
            if self._members > _MOST_MEMBERS:
                raise ValueError("a record has too many members")
            if child.tag == Tag.INHERITANCE:
                yield Field("", self.of(child.follow(At.TYPE), path), member_offset(child) or 0)
            # What C++ declares in a class without a place in it is a static member.
            if child.tag != Tag.MEMBER or child.flag(At.EXTERNAL) or child.flag(At.DECLARATION):
                continue
            name = child.text(At.NAME)
            target = child.follow(At.TYPE)
            if not name and target is not None and target.tag in _RECORDS and not target.text(At.NAME):
                yield from self._fields(target, path, base + 8 * (member_offset(child) or 0))
                continue
            type_ = self.of(target, f"{path}.{name}")
            bits = member_bits(child, target, self._target)
            if bits is not None:
                first, width = bits
                place = base + first
                yield Field(name, type_, place // 8, UNKNOWN, place, width, self._places.of(child))
                continue
            offset = member_offset(child)
            size = size_of(target)
            yield Field(
                name,
                type_,
                UNKNOWN if offset is None else base // 8 + offset,
                UNKNOWN if size is None else size,
                span=self._places.of(child),
            )

    def _enum_ref(self, entry: Entry, path: str) -> Type:
        name = entry.text(At.NAME)
        if name == "c_void" and entry.unit.language == RUST:
            return Void()
        key = f"enum {tag_of(name)}" if name else f"enum <{path}>"
        if entry.flag(At.DECLARATION) and not entry.has_children:
            self.enums.setdefault(key, Enum(key, None, span=self._places.of(entry)))
            return EnumRef(key)
        key, new = self._definition(key, entry, self.enums)
        if new:
            self.enums[key] = self._enum(key, entry)
        return EnumRef(key)

    def _enum(self, key: str, entry: Entry) -> Enum:
        size = entry.number(At.BYTE_SIZE)
        signed = self.basics.signed(entry)
        listed = []
        for child in entry.children():
            if child.tag != Tag.ENUMERATOR:
                continue
            value = child.number(At.CONST_VALUE)
            if value is not None and size and signed and value >= 1 << (8 * size - 1):
                value -= 1 << 8 * size
            listed.append(Enumerator(child.text(At.NAME), UNKNOWN if value is None else value))
        if not signed and any(isinstance(each.value, int) and each.value < 0 for each in listed):
            signed = True
        return Enum(
            key,
            tuple(listed),
            UNKNOWN if size is None else size,
            UNKNOWN if signed is None else signed,
            span=self._places.of(entry),
        )


def qualified(type_: Type, qualifier: str) -> Type:
    """Return the type with one more qualifier; those of an array are its elements' (C11 6.7.3p9)."""
    match type_:
        case Qualified(of, already):
            return Qualified(of, already | {qualifier})
        case Array(of, count, text):
            return Array(qualified(of, qualifier), count, text)
        case FunctionType():
            return type_
        case _:
            return Qualified(type_, frozenset((qualifier,)))


def unqualified(type_: Type) -> Type:
    """Return a parameter's type without the qualifiers that callers do not see (C11 6.7.6.3p15)."""
    return type_.of if isinstance(type_, Qualified) else type_


def is_prototype(entry: Entry) -> bool:
    """Tell whether calls are checked against the parameters; only C has functions for which they are not."""
    return entry.flag(At.PROTOTYPED) or entry.unit.language not in C_LANGUAGES


def tag_of(name: str) -> str:
    """Return a name as it stands in a key; angle brackets there mark what has no name."""
    return name.replace("<", "[").replace(">", "]")


def _is_opaque(fact: Record | Enum) -> bool:
    return (fact.fields if isinstance(fact, Record) else fact.enumerators) is None


def _vector(entry: Entry) -> str:
    """Return a vector in words: its size, which gcc leaves to be worked out, and what its elements are."""
    element = entry.follow(At.TYPE)
    while element is not None and element.tag in {Tag.TYPEDEF, *_QUALIFIERS}:
        element = element.follow(At.TYPE)
    each = element.number(At.BYTE_SIZE) if element is not None else None
    counts = [count_of(child) for child in entry.children(Tag.SUBRANGE)]
    worked_out = each * counts[0] if each and counts and counts[0] else None
    size = entry.number(At.BYTE_SIZE) or worked_out
    of = "floating-point numbers" if element is not None and is_float(element) else "integers"
    return f"vector of {size} bytes, {of} of {each}" if size and each else "vector"
