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
    from abidance.abi.witnesses.dwarf_types import Types
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


def rust_type(types: Types, entry: DebugEntry, path: str) -> Type | None:
    """Return the type that an entry of a Rust unit describes, or None for one that is as in C."""
    name = entry.text(At.NAME)
    if entry.tag == Tag.POINTER:
        return _pointer(types, entry, name, path)
    if entry.tag == Tag.STRUCTURE:
        return _structure(types, entry, name, path)
    if entry.tag == Tag.UNION and name.startswith("MaybeUninit<"):
        inner = next(
            (
                of
                for c in entry.children()
                if c.tag == Tag.MEMBER and (of := c.follow(At.TYPE)) and size_of(of)
            ),
            None,
        )
        return Unsupported(name, NOT_FOR_C) if inner is None else types.of(inner, path)
    return None


def has_no_size(entry: DebugEntry | None) -> bool:
    """Tell whether this is a Rust type of which nothing is passed or returned."""
    return entry is not None and entry.unit.language == RUST and size_of(entry) == 0


def diverges(entry: DebugEntry | None) -> bool:
    """Tell whether a result's type is Rust's ``!``: the function never returns. No type of C's says so."""
    return entry is not None and entry.tag == Tag.BASE and entry.text(At.NAME) == "!"


def takes_place(field: FieldFacts) -> bool:
    """Tell whether a field is none of Rust's markers, which take no place.

    What may follow the record, which C calls `T d[]`, has no size either, and lies behind the others.
    """
    follows = isinstance(field.type, Array) and isinstance(field.offset, int) and field.offset > 0
    return field.size != 0 or follows


def as_passed(record: RecordFacts) -> RecordFacts:
    """Return the record; of one that is nothing but its member, that it is passed as this.

    Debug information does not say ``repr(transparent)``. Without it such a struct is laid out, and on targets of 64
    bits passed, as its member is (System V psABI x86-64 3.2.3, AAPCS64 6.8.2).
    """
    fields = record.fields if record.kind == "struct" else None
    only = fields[0] if isinstance(fields, tuple) and len(fields) == 1 else None
    fills = only is not None and only.offset == 0 and only.size == record.size
    return replace(record, transparent=True) if fills else record


def _pointer(types: Types, entry: DebugEntry, name: str, path: str) -> Type:
    target = types.of(entry.follow(At.TYPE), path)
    if isinstance(target, FunctionType) and "fn(" in name and 'extern "' not in name.partition("fn(")[0]:
        return Pointer(Unsupported(name, RUST_CALL))
    if name.startswith(("&mut ", "*mut ", "alloc::boxed::Box", "fn(")) or not name.startswith(
        ("&", "*const ")
    ):
        return Pointer(target)
    # rustc writes no const entries; the name has it.
    return Pointer(_const(target))


def _structure(types: Types, entry: DebugEntry, name: str, path: str) -> Type | None:
    variants = next((child for child in entry.children() if child.tag == Tag.VARIANT_PART), None)
    if variants is not None and size_of(entry) != 0:
        payload = _nullable(types, entry, variants, path)
        if payload is not None:
            return payload
        if name.startswith(("Option<", "Result<")):
            return Unsupported(name, NOT_FOR_C)
        return _tagged(types, entry, name, variants)
    if _TRANSPARENT.match(name):
        inner = _only_member(entry)
        if inner is not None:
            type_ = types.of(inner, path)
            return _mutable(type_) if name.startswith(_OF_ANY_POINTER) else type_
    if _PRIVATE.match(name):
        return Unsupported(name, NOT_FOR_C)
    return None


def _only_member(entry: DebugEntry) -> DebugEntry | None:
    """Return the type of the one member that has a size, if it is as large as the whole."""
    found = [
        target
        for child in entry.children()
        if child.tag == Tag.MEMBER and (target := child.follow(At.TYPE)) and size_of(target)
    ]
    return found[0] if len(found) == 1 and size_of(found[0]) == size_of(entry) else None


def _nullable(types: Types, entry: DebugEntry, variants: DebugEntry, path: str) -> Type | None:
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
    inner = _only_member(payload)
    if inner is None or size_of(inner) != size_of(entry):
        return None
    type_ = types.of(inner, path)
    return type_ if isinstance(type_, Pointer | Basic) or _is_fat(type_) else None


def _tagged(types: Types, entry: DebugEntry, name: str, variants: DebugEntry) -> Type:
    key, new = types.definition(f"struct {tag_of(name)}", entry, types.records)
    if not new:
        return RecordRef(key)
    size, align = entry.number(At.BYTE_SIZE), entry.number(At.ALIGNMENT)
    span = types.places.of(entry)
    types.records[key] = RecordFacts(key, "struct", UNKNOWN, span=span)
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
            inner, first = types.definition(member, payload, types.records)
            if first:
                types.records[inner] = RecordFacts(inner, "struct", UNKNOWN, span=span)
                types.queue.append((inner, payload))
            fields.append(FieldFacts(variant, RecordRef(inner), 0, UNKNOWN if size is None else size))
    if tag is not None:
        tag_size = size_of(tag.follow(At.TYPE))
        enum = f"enum {tag_of(name)}.tag"
        types.enums[enum] = EnumFacts(
            enum, tuple(values), UNKNOWN if tag_size is None else tag_size, signed=False, span=span
        )
        offset = member_offset(tag)
        place = UNKNOWN if offset is None else offset
        fields.insert(0, FieldFacts("tag", EnumRef(enum), place, UNKNOWN if tag_size is None else tag_size))
    types.records[key] = replace(
        types.records[key],
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
