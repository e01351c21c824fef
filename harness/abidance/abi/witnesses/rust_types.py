"""What rustc writes into DWARF, as the C types that are passed and stored alike.

``Option`` of a pointer-like type is the nullable pointer, ``NonZero`` its integer, wrappers of the standard library
that are ``repr(transparent)`` what they wrap (reference, "Type layout"; `std::option`, "Representation"). A tagged
enum is a record of its tag and one member for each variant. What C cannot receive is named as such, since rustc
only warns of it. Types of C code in the same library are lowered as C.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, EnumeratorFacts, EnumFacts, FieldFacts, RecordFacts
from abidance.abi.witnesses.dwarf_layout import member_offset, size_of
from abidance.abi.witnesses.dwarf_types import Types
from abidance.abi.witnesses.dwarf_words import tag_of
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    Unsupported,
    Void,
)
from abidance.toolchain.dwarf.names import RUST, At, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.toolchain.dwarf.unit import DebugEntry

NOT_FOR_C = "a Rust type that C cannot receive"
RUST_CALL = "a function with Rust's calling convention"
_TRANSPARENT = re.compile(
    r"(NonNull|NonZero|UnsafeCell|SyncUnsafeCell|Cell|ManuallyDrop|MaybeDangling|Wrapping|Saturating|Pin|Unique|AssertUnwindSafe)<"
    r"|NonZero[IU](8|16|32|64|128|size)(Inner)?$|Atomic(Bool|Ptr<.*|[IU](8|16|32|64|size)|<.*)?$"
    r"|UsizeNoHighBit$|PhantomPinned$"
)
# Of the standard library, without a layout that is promised.
_PRIVATE = re.compile(
    r"(Vec|VecDeque|HashMap|BTreeMap|HashSet|BTreeSet|Rc|Arc|Weak|RefCell|Mutex|RwLock|Cow|LinkedList|BinaryHeap|"
    r"OnceCell|OnceLock|LazyLock|Sender|Receiver|JoinHandle|Range|RangeInclusive|RawVec|Box|Condvar)[<$]"
    r"|(String|OsString|CString|PathBuf|Duration|Instant|SystemTime|File|TcpStream|Thread|Error|Layout|TypeId)$"
    r"|[(&*]|\{|alloc::|core::|std::|Option<|Result<|dyn "
)
# They keep a `*const T` for the sake of variance, and are made from and turned into `*mut T`.
_OF_ANY_POINTER = ("NonNull<", "Unique<")
_DEEPEST = 64


class RustTypes(Types):
    """Lowers the types of Rust units, and those of others as `Types` does."""

    def parameter(self, entry: DebugEntry | None, path: str) -> Type | None:
        """Return a parameter's type, or None for one that is not passed because it has no size."""
        if entry is not None and entry.unit.language == RUST and size_of(entry) == 0:
            return None
        return self.of(entry, path)

    def result(self, entry: DebugEntry | None, path: str) -> Type:
        """Return a result's type; one without a size is none."""
        if entry is not None and entry.unit.language == RUST and size_of(entry) == 0:
            return Void()
        return self.of(entry, path)

    def diverges(self, entry: DebugEntry | None) -> bool:
        """Tell whether a result's type is Rust's ``!``."""
        return entry is not None and entry.tag == Tag.BASE and entry.text(At.NAME) == "!"

    def _lower(self, entry: DebugEntry, path: str) -> Type:
        if entry.unit.language != RUST:
            return super()._lower(entry, path)
        name = entry.text(At.NAME)
        if entry.tag == Tag.POINTER:
            return self._pointer(entry, name, path)
        if entry.tag == Tag.STRUCTURE:
            return self._structure(entry, name, path)
        if entry.tag == Tag.UNION and name.startswith("MaybeUninit<"):
            inner = next(
                (
                    of
                    for c in entry.children()
                    if c.tag == Tag.MEMBER and (of := c.follow(At.TYPE)) and size_of(of)
                ),
                None,
            )
            return Unsupported(name, NOT_FOR_C) if inner is None else self.of(inner, path)
        return super()._lower(entry, path)

    def _pointer(self, entry: DebugEntry, name: str, path: str) -> Type:
        target = self.of(entry.follow(At.TYPE), path)
        if isinstance(target, FunctionType) and "fn(" in name and 'extern "' not in name.partition("fn(")[0]:
            return Pointer(Unsupported(name, RUST_CALL))
        if name.startswith(("&mut ", "*mut ", "alloc::boxed::Box", "fn(")) or not name.startswith(
            ("&", "*const ")
        ):
            return Pointer(target)
        # rustc writes no const entries; the name has it.
        return Pointer(_const(target))

    def _structure(self, entry: DebugEntry, name: str, path: str) -> Type:
        variants = next((child for child in entry.children() if child.tag == Tag.VARIANT_PART), None)
        if variants is not None:
            payload = self._nullable(entry, variants, path)
            if payload is not None:
                return payload
            if name.startswith(("Option<", "Result<")):
                return Unsupported(name, NOT_FOR_C)
            return self._tagged(entry, name, variants)
        if _TRANSPARENT.match(name):
            inner = self._only_member(entry)
            if inner is not None:
                type_ = self.of(inner, path)
                return _mutable(type_) if name.startswith(_OF_ANY_POINTER) else type_
        if _PRIVATE.match(name):
            return Unsupported(name, NOT_FOR_C)
        return super()._lower(entry, path)

    def _record(self, key: str, entry: DebugEntry) -> RecordFacts:
        """Return the record; of one that is nothing but its member, that it is passed as this.

        Debug information does not say ``repr(transparent)``. Without it such a struct is laid out, and on targets of 64
        bits passed, as its member is (System V psABI x86-64 3.2.3, AAPCS64 6.8.2).
        """
        record = super()._record(key, entry)
        fields = record.fields if entry.unit.language == RUST and record.kind == "struct" else None
        only = fields[0] if isinstance(fields, tuple) and len(fields) == 1 else None
        fills = only is not None and only.offset == 0 and only.size == record.size
        return replace(record, transparent=True) if fills else record

    def _fields(self, entry: DebugEntry, path: str, base: int) -> Iterator[FieldFacts]:
        rust = entry.unit.language == RUST
        for field in super()._fields(entry, path, base):
            # A marker takes no place; what may follow the record, which C calls `T d[]`, has one behind the others.
            follows = isinstance(field.type, Array) and isinstance(field.offset, int) and field.offset > 0
            if not (rust and field.size == 0) or follows:
                yield field

    def _only_member(self, entry: DebugEntry) -> DebugEntry | None:
        """Return the type of the one member that has a size, if it is as large as the whole."""
        found = [
            target
            for child in entry.children()
            if child.tag == Tag.MEMBER and (target := child.follow(At.TYPE)) and size_of(target)
        ]
        return found[0] if len(found) == 1 and size_of(found[0]) == size_of(entry) else None

    def _nullable(self, entry: DebugEntry, variants: DebugEntry, path: str) -> Type | None:
        """Return what an enum of nothing and a pointer-like value is, or None for any other enum."""
        listed = [child for child in variants.children() if child.tag == Tag.VARIANT]
        if len(listed) != 2:
            return None
        full = [each for each in listed if At.DISCR_VALUE not in each.values]
        empty = [each for each in listed if each.number(At.DISCR_VALUE) == 0]
        if len(full) != 1 or len(empty) != 1:
            return None
        payload, nothing = _variant_type(full[0]), _variant_type(empty[0])
        if payload is None or (nothing is not None and any(c.tag == Tag.MEMBER for c in nothing.children())):
            return None
        inner = self._only_member(payload)
        if inner is None or size_of(inner) != size_of(entry):
            return None
        type_ = self.of(inner, path)
        return type_ if isinstance(type_, Pointer | Basic) or _is_fat(type_) else None

    def _tagged(self, entry: DebugEntry, name: str, variants: DebugEntry) -> Type:
        key, new = self._definition(f"struct {tag_of(name)}", entry, self.records)
        if not new:
            return RecordRef(key)
        size, align = entry.number(At.BYTE_SIZE), entry.number(At.ALIGNMENT)
        span = self._places.of(entry)
        self.records[key] = RecordFacts(key, "struct", UNKNOWN, span=span)
        fields: list[FieldFacts] = []
        values: list[EnumeratorFacts] = []
        tag = variants.follow(At.DISCR)
        for child in variants.children():
            payload = _variant_type(child) if child.tag == Tag.VARIANT else None
            if payload is None:
                continue
            variant = payload.text(At.NAME)
            value = child.number(At.DISCR_VALUE)
            values.append(EnumeratorFacts(variant, UNKNOWN if value is None else value))
            if any(each.tag == Tag.MEMBER for each in payload.children()):
                member = f"struct {tag_of(name)}::{variant}"
                inner, first = self._definition(member, payload, self.records)
                if first:
                    self.records[inner] = RecordFacts(inner, "struct", UNKNOWN, span=span)
                    self._queue.append((inner, payload))
                fields.append(FieldFacts(variant, RecordRef(inner), 0, UNKNOWN if size is None else size))
        if tag is not None:
            tag_size = size_of(tag.follow(At.TYPE))
            enum = f"enum {tag_of(name)}.tag"
            self.enums[enum] = EnumFacts(
                enum, tuple(values), UNKNOWN if tag_size is None else tag_size, signed=False, span=span
            )
            offset = member_offset(tag)
            place = UNKNOWN if offset is None else offset
            fields.insert(
                0, FieldFacts("tag", EnumRef(enum), place, UNKNOWN if tag_size is None else tag_size)
            )
        self.records[key] = replace(
            self.records[key],
            fields=tuple(fields),
            size=UNKNOWN if size is None else size,
            align=UNKNOWN if align is None else align,
        )
        return RecordRef(key)


def _variant_type(variant: DebugEntry) -> DebugEntry | None:
    member = next((child for child in variant.children() if child.tag == Tag.MEMBER), None)
    return member.follow(At.TYPE) if member is not None else None


def _is_fat(type_: Type) -> bool:
    return isinstance(type_, Unsupported) and type_.spelling.startswith(("&", "*"))


def _mutable(type_: Type) -> Type:
    match type_:
        case Pointer(Qualified(of, qualifiers)):
            return Pointer(Qualified(of, qualifiers - {"const"}) if qualifiers - {"const"} else of)
        case _:
            return type_


def _const(type_: Type) -> Type:
    match type_:
        case Void() | Basic() | RecordRef() | EnumRef() | Pointer():
            return Qualified(type_, frozenset({"const"}))
        case _:
            return type_
