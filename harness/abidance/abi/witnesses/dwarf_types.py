"""From DWARF's type entries to the types, records and enums of the facts.

Records are put in a queue rather than lowered where they are met, so a list of any length through pointers takes
no stack. One name may be defined differently in several units: equal definitions are one fact, others get the
unit's name behind theirs. Compilers repeat each header's types in each unit, and a definition that agrees with a
known one in name, size and line is taken for the same without a look at its members.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from abidance.abi.facts import UNKNOWN, EnumFacts, FieldFacts, RecordFacts, TypedefFacts
from abidance.abi.witnesses.dwarf_basic import Basics, vector_words
from abidance.abi.witnesses.dwarf_classes import (
    base_class,
    by_address,
    is_table_pointer,
    virtuals,
    with_parts,
)
from abidance.abi.witnesses.dwarf_enums import enum_of
from abidance.abi.witnesses.dwarf_forward_declarations import Homes
from abidance.abi.witnesses.dwarf_layout import (
    Alignments,
    asked_alignment,
    count_of,
    member_bits,
    member_offset,
    size_of,
)
from abidance.abi.witnesses.dwarf_words import (
    DAMAGED,
    Definition,
    is_cxx,
    is_opaque,
    is_prototype,
    qualified,
    tag_of,
)
from abidance.abi.witnesses.rust_types import as_passed, has_no_size, rust_type, takes_place
from abidance.ir.arithmetic import BASIC_SPELLINGS
from abidance.ir.traversal import unqualified
from abidance.ir.types import (
    Array,
    EnumRef,
    FunctionType,
    Pointer,
    RecordRef,
    Type,
    TypedefRef,
    Unsupported,
    Void,
)
from abidance.toolchain.dwarf.names import C_LANGUAGES, RUST, At, Tag
from abidance.toolchain.dwarf.scopes import Scopes
from abidance.toolchain.dwarf.sections import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.abi.facts import ElfTarget
    from abidance.abi.witnesses.dwarf_places import UnitFiles
    from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry

_QUALIFIERS = {
    Tag.CONST: "const", Tag.VOLATILE: "volatile", Tag.RESTRICT: "restrict", Tag.ATOMIC: "_Atomic",
}  # fmt: skip
_RECORDS: dict[int, Literal["struct", "union"]] = {
    Tag.STRUCTURE: "struct", Tag.CLASS: "struct", Tag.UNION: "union",
}  # fmt: skip
_POINTERS = {Tag.POINTER, Tag.REFERENCE, Tag.RVALUE_REFERENCE}
_DEEPEST = 150  # derivations of one type; C11 5.2.4.1 promises 12
_MOST_PARTS = 20_000  # entries may share parts without end, and types are compared part by part
_MOST_MEMBERS = 200_000  # of one record, with those of its anonymous members


class Types:
    """Lowers type entries and keeps the records, enums and typedefs that they reach, by key.

    `of` may be given the path of the use, which names a type that has no name of its own.
    """

    def __init__(self, target: ElfTarget, places: UnitFiles) -> None:
        self.records: dict[str, RecordFacts] = {}
        self.enums: dict[str, EnumFacts] = {}
        self.typedefs: dict[str, TypedefFacts] = {}
        self.basics = Basics(target)
        self.alternatives: dict[str, str] = {}
        self._target, self.places = target, places
        self._known: dict[tuple[CompileUnit, int], tuple[Type, int]] = {}
        self._parts = self._members = 0
        self._definitions: dict[tuple[str, Definition], str] = {}
        self._defined: set[str] = set()
        self._scopes = Scopes()
        self._homes = Homes(self._scopes)
        self._asked: dict[str, int] = {}
        self._by_address: dict[str, bool | None] = {}
        self.queue: deque[tuple[str, DebugEntry]] = deque()
        self._depth = 0

    def of(self, entry: DebugEntry | None, path: str = "") -> Type:
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
            if isinstance(type_, TypedefRef | RecordRef | EnumRef):
                parts = 1
            if parts > _MOST_PARTS:
                raise ValueError("a type has too many parts")
            known = self._known[key] = type_, parts
        self._parts += known[1]
        return known[0]

    def parameter(self, entry: DebugEntry | None, path: str) -> Type | None:
        """Return a parameter's type, or None for one that is not passed because it has no size."""
        return None if has_no_size(entry) else self.of(entry, path)

    def result(self, entry: DebugEntry | None, path: str) -> Type:
        """Return a result's type; one without a size is none."""
        return Void() if has_no_size(entry) else self.of(entry, path)

    def finish(self, units: Iterable[CompileUnit] = ()) -> Iterator[str]:
        """Lower all records that were met; yield what could not be read, whose members stay UNKNOWN.

        `units` are looked through for classes that are only declared where they are used.
        """
        yield from self._drain()
        for entry in self._homes.find(units, self._defined):
            self.of(entry)
            yield from self._drain()
        alignments = Alignments(self.records, self.enums, self.typedefs, self._target, self._asked)
        for key, record in self.records.items():
            if record.align is UNKNOWN and record.fields is not None:
                self.records[key] = replace(record, align=alignments.of(key))
        for key in with_parts(self.records, self.typedefs, self._by_address):
            self.records[key] = replace(self.records[key], by_address=True)

    def _drain(self) -> Iterator[str]:
        while self.queue:
            key, entry = self.queue.popleft()
            try:
                self.records[key] = self._record(key, entry)
            except UnreadableError as error:
                yield str(error)
            except DAMAGED as error:
                yield f"the debug information of `{key}` is damaged: {error}"

    def _lower(self, entry: DebugEntry, path: str) -> Type:
        if entry.unit.language == RUST and (type_ := rust_type(self, entry, path)) is not None:
            return type_
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
        if tag == Tag.PTR_TO_MEMBER:
            target = entry.follow(At.TYPE)
            called = target is not None and target.tag == Tag.SUBROUTINE
            return Unsupported(
                f"pointer to a member{' function' if called else ''}", "a type that C does not have"
            )
        name = entry.text(At.NAME) or f"DWARF type {tag:#x}"
        return Unsupported(name, "a type that C does not have")

    def _typedef(self, entry: DebugEntry) -> Type:
        name = entry.text(At.NAME)
        target = entry.follow(At.TYPE)
        if (
            BASIC_SPELLINGS.get(name) == name
        ):  # `__builtin_va_list`, `_Float32` of C++: words of types of their own
            return self.of(target, name)
        if not name:
            return self.of(target)
        if is_cxx(entry) and self._scopes.of(entry):
            return self.of(
                target, name
            )  # each class may have a `pointer` of its own, and symbols have none of them
        known = self.typedefs.get(name)
        if known is None:
            # Known before its target is lowered: a record may contain pointers to its own typedef.
            self.typedefs[name] = TypedefFacts(
                name, UNKNOWN, entry.number(At.ALIGNMENT), span=self.places.of(entry)
            )
            type_ = self.of(target, name)
            self.typedefs[name] = replace(self.typedefs[name], type=type_)
        elif target is not None and target.tag in {*_RECORDS, Tag.ENUMERATION} and not target.text(At.NAME):
            self.of(target, name)  # another unit's definition may be another
        return TypedefRef(name)

    def _array(self, entry: DebugEntry, path: str) -> Type:
        of = self.of(entry.follow(At.TYPE), path)
        counts = [count_of(each) for each in entry.children(Tag.SUBRANGE)]
        if entry.flag(At.GNU_VECTOR):
            return Unsupported(vector_words(entry, counts), "a vector type")
        for count in reversed(counts or [None]):
            of = Array(of, count)
        return of

    def _function(self, entry: DebugEntry, path: str) -> Type:
        parameters: list[Type] = []
        variadic = False
        for child in entry.children():
            if child.tag == Tag.FORMAL_PARAMETER:
                where = f"{path}({len(parameters)})"
                parameters.append(unqualified(self.of(child.follow(At.TYPE), where)))
            variadic |= child.tag == Tag.UNSPECIFIED_PARAMETERS
        # Of `()`, gcc says that there may be any parameters, which is no `...`.
        prototype = is_prototype(entry)
        returns = self.of(entry.follow(At.TYPE), f"{path}()")
        return FunctionType(returns, tuple(parameters), variadic and prototype, prototype)

    def _record_ref(self, entry: DebugEntry, path: str) -> Type:
        kind = _RECORDS[Tag(entry.tag)]
        name = entry.text(At.NAME)
        key = f"{kind} {self._tag(entry, name)}" if name else f"{kind} <{path}>"
        if entry.flag(At.DECLARATION):
            if key not in self.records:
                declared = self._homes.declared(key, kind, entry)
                self.records[key] = replace(declared, span=self.places.of(entry))
            return RecordRef(key)
        key, new = self.definition(key, entry, self.records)
        if new:
            # A placeholder until its turn in the queue.
            self.records[key] = RecordFacts(key, kind, UNKNOWN, span=self.places.of(entry))
            self.queue.append((key, entry))
        return RecordRef(key)

    def _tag(self, entry: DebugEntry, name: str) -> str:
        """Return a tag with the namespaces and classes of C++ that it stands in, of which each may have its own."""
        scope = self._scopes.of(entry) if is_cxx(entry) else ()
        return "::".join(tag_of(each) or "_anonymous_" for each in (*scope, name))

    def definition(
        self, key: str, entry: DebugEntry, table: dict[str, RecordFacts] | dict[str, EnumFacts]
    ) -> tuple[str, bool]:
        """Return under which key a definition goes, and whether it is the first to do so."""
        definition = Definition(entry.number(At.BYTE_SIZE), entry.number(At.DECL_LINE))
        known = self._definitions.get((key, definition))
        if known is not None:
            return known, False
        chosen, taken = key, table.get(key)
        if taken is not None and not is_opaque(taken) and key in self._defined:
            unit = PurePath(entry.unit.top.text(At.NAME)).name or "another unit"
            chosen, again = f"{key} [{unit}]", 1
            while chosen in table:
                again += 1
                chosen = f"{key} [{unit} {again}]"
            self.alternatives[chosen] = key
        self._definitions[key, definition] = chosen
        self._defined.add(chosen)
        return chosen, True

    def _record(self, key: str, entry: DebugEntry) -> RecordFacts:
        self._members = 0
        rust = entry.unit.language == RUST
        listed = self._fields(entry, key.partition(" ")[2].strip("<>"), 0)
        fields = tuple(each for each in listed if not rust or takes_place(each))
        size = entry.number(At.BYTE_SIZE)
        align = entry.number(At.ALIGNMENT)
        if rust and size == 0:
            # How Rust spells a type that it knows only by address; an empty C struct cannot be told from it.
            return replace(self.records[key], fields=None)
        if not entry.has_children and size and entry.unit.language in C_LANGUAGES:
            # GCC 12 leaves out the members of a union that its typedef makes transparent.
            return replace(self.records[key], fields=UNKNOWN, size=size)
        self._by_address[key] = by_address(entry)
        self._asked[key] = asked_alignment(entry)
        record = replace(
            self.records[key],
            virtuals=tuple(virtuals(entry)),
            fields=fields,
            size=UNKNOWN if size is None else size,
            align=UNKNOWN if align is None else align,
        )
        return as_passed(record) if rust else record

    def _fields(self, entry: DebugEntry, path: str, base: int) -> Iterator[FieldFacts]:
        """Yield the named members with those of anonymous members; `base` is where the entry is, in bits."""
        for child in entry.children():
            self._members += 1
            if self._members > _MOST_MEMBERS:
                raise ValueError("a record has too many members")
            if child.tag == Tag.INHERITANCE:
                yield self._base(child, path)
            # What C++ declares in a class without a place in it is a static member.
            if child.tag != Tag.MEMBER or child.flag(At.EXTERNAL) or child.flag(At.DECLARATION):
                continue
            name = child.text(At.NAME)
            target = child.follow(At.TYPE)
            if not name and target is not None and target.tag in _RECORDS and not target.text(At.NAME):
                yield from self._fields(target, path, base + 8 * (member_offset(child) or 0))
                continue
            if is_table_pointer(child):
                yield FieldFacts("vptr", Pointer(Void()), member_offset(child) or 0, self._target.bits // 8)
                continue
            type_ = self.of(target, f"{path}.{name}")
            bits = member_bits(child, target, self._target)
            if bits is not None:
                first, width = bits
                place = base + first
                yield FieldFacts(name, type_, place // 8, UNKNOWN, place, width, self.places.of(child))
                continue
            offset = member_offset(child)
            size = size_of(target)
            yield FieldFacts(
                name,
                type_,
                UNKNOWN if offset is None else base // 8 + offset,
                UNKNOWN if size is None else size,
                span=self.places.of(child),
            )

    def _base(self, child: DebugEntry, path: str) -> FieldFacts:
        name, target, offset, size = base_class(child)
        return FieldFacts(f"base {name}", self.of(target, path), offset, size)

    def _enum_ref(self, entry: DebugEntry, path: str) -> Type:
        name = entry.text(At.NAME)
        if name == "c_void" and entry.unit.language == RUST:
            return Void()
        key = f"enum {self._tag(entry, name)}" if name else f"enum <{path}>"
        if entry.flag(At.DECLARATION) and not entry.has_children:
            self.enums.setdefault(key, EnumFacts(key, None, span=self.places.of(entry)))
            return EnumRef(key)
        key, new = self.definition(key, entry, self.enums)
        if new:
            self.enums[key] = enum_of(key, entry, self.basics.signed(entry), self.places.of(entry))
        return EnumRef(key)
