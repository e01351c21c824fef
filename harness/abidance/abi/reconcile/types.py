"""Whether a type of the header and one of the binary are passed, stored and pointed at alike.

The rules follow the platform's calling convention and not C's compatibility: what arrives unchanged is no
disagreement. Records and enums that both sides name are put on a list and compared once, each as a finding of its
own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, FieldFacts, RecordFacts
from abidance.abi.lookup import scalar_difference
from abidance.ir.arithmetic import VA_LIST
from abidance.ir.traversal import unqualified
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    RecordRef,
    Type,
    TypedefRef,
    Unsupported,
    Void,
)

if TYPE_CHECKING:
    from abidance.abi.lookup import TypeLookup

_DEEPEST = 64
_RUST_ONLY = ("a Rust type that C cannot receive", "a function with Rust's calling convention")
_FLOATS = {"float": "double"}
_PROMOTED = {"char", "signed char", "unsigned char", "short", "unsigned short", "_Bool"}


@dataclass(frozen=True, slots=True)
class Different:
    """Why two types differ. `for_c` is false where the binary's has no C counterpart at all."""

    reason: str
    for_c: bool = True


@dataclass
class TypeComparer:
    """Compares types of `header` with types of `binary`. `records` and `enums` collect the pairs that were met."""

    header: TypeLookup
    binary: TypeLookup
    records: list[tuple[str, str]] = field(default_factory=list)
    enums: list[tuple[str, str]] = field(default_factory=list)
    _met: set[tuple[str, str]] = field(default_factory=set)

    def value(self, ours: Type, theirs: Type, depth: int = 0) -> Different | None:
        """Return why a value of the header's type `ours` is no value of the binary's `theirs`, or None."""
        if depth > _DEEPEST:
            return None
        a, b = self.header.bare(ours), self.unwrapped(self.binary.bare(theirs), self.header.bare(ours))
        if isinstance(b, Unsupported) and b.reason in _RUST_ONLY:
            return Different(f"`{b.spelling}` is {b.reason}", for_c=False)
        match a, b:
            case (Unsupported() | TypedefRef(), _) | (_, Unsupported() | TypedefRef()):
                return None  # neither side can say
            case Void(), Void():
                return None
            case (Basic(spelling=spelling), Array() | Pointer() | RecordRef()) if spelling == VA_LIST:
                return (
                    None  # what is behind the name is the platform's: an array, and as a parameter a pointer
                )
            case (EnumRef() as x, EnumRef() as y):
                self._meet(self.enums, x.key, y.key)
                return None
            case (Basic() | EnumRef(), Basic() | EnumRef()):
                return self._scalars(ours, theirs, a, b)
            case Pointer(x), Pointer(y):
                return self.pointee(x, y, depth + 1)
            case RecordRef() as x, RecordRef() as y:
                if x.key in self.header.facts.records and y.key in self.binary.facts.records:
                    self._meet(self.records, x.key, y.key)
                return None
            case RecordRef() as x, _ if self._is_transparent(x):
                fields = self.header.facts.records[x.key].fields
                first = fields[0].type if isinstance(fields, tuple) and fields else UNKNOWN
                return None if first is UNKNOWN else self.value(first, theirs, depth + 1)
            case Array(x, count, _), Array(y, other, _):
                if count and other and count != other:
                    return self._unlike(ours, theirs)
                return self.value(x, y, depth + 1)
            case FunctionType(), FunctionType():
                return self.function(a, b, depth + 1)
            case (Pointer(), Basic()) | (Basic(), Pointer()) if self._is_address(ours, theirs):
                return None
            case _:
                return self._unlike(ours, theirs)

    def pointee(self, ours: Type, theirs: Type, depth: int = 0) -> Different | None:
        """Return why memory behind a pointer would be read otherwise, or None."""
        if depth > _DEEPEST:
            return None
        a, b = self.header.bare(ours), self.binary.bare(theirs)
        if isinstance(a, FunctionType) and isinstance(b, FunctionType):
            return self.function(a, b, depth + 1)
        if isinstance(b, Unsupported) and b.reason == _RUST_ONLY[1]:
            return Different(f"`{b.spelling}` is {b.reason}", for_c=False)
        if isinstance(a, Array) and not isinstance(b, Array):
            return self.pointee(a.of, theirs, depth + 1)
        if isinstance(b, Array) and not isinstance(a, Array):
            return self.pointee(ours, b.of, depth + 1)
        b = self.unwrapped(b, a)
        if isinstance(a, FunctionType) != isinstance(b, FunctionType):
            # Some keep functions behind `void *`; bytes are another matter.
            return None if Void() in {a, b} or self._is_opaque(a, b) else self._unlike(ours, theirs)
        if self._is_memory(a, self.header) or self._is_memory(b, self.binary) or self._is_opaque(a, b):
            return None
        match a, b:
            case RecordRef() as x, RecordRef() as y:
                self._meet(self.records, x.key, y.key)
                return None
            case (RecordRef(), _) | (_, RecordRef()):
                # A pointer to a record is one to its first member, which interfaces use for inheritance.
                return None
            case (Basic() | EnumRef(), Basic() | EnumRef()):
                if scalar_difference(self.header, a, self.binary, b) in {"size", "kind"}:
                    return self._unlike(ours, theirs, "*")
                if isinstance(a, EnumRef) and isinstance(b, EnumRef):
                    self._meet(self.enums, a.key, b.key)
                return None
            case (Pointer(), Basic() | EnumRef()) | (Basic() | EnumRef(), Pointer()):
                return (
                    self._unlike(ours, theirs, "*")
                    if _differ(self.header.size(a), self.binary.size(b))
                    else None
                )
            case Pointer(x), Pointer(y):
                return self.pointee(x, y, depth + 1)
            case _:
                return self.value(ours, theirs, depth + 1)

    def function(self, ours: FunctionType, theirs: FunctionType, depth: int = 0) -> Different | None:
        """Return why functions of these types are called otherwise, or None."""
        if not ours.prototype or not theirs.prototype:
            return self.value(ours.returns, theirs.returns, depth)
        if len(ours.parameters) != len(theirs.parameters):
            wanted, given = len(theirs.parameters), len(ours.parameters)
            return Different(f"a callback takes {wanted} parameter{'s' * (wanted != 1)} and not {given}")
        if ours.variadic != theirs.variadic:
            return Different("a callback is variadic in one of them only")
        pairs = zip((ours.returns, *ours.parameters), (theirs.returns, *theirs.parameters), strict=True)
        for position, (x, y) in enumerate(pairs):
            found = self.value(x, y, depth)
            if found:
                where = f"parameter {position} of a callback" if position else "a callback's result"
                return Different(f"{where}: {found.reason}", found.for_c)
        return None

    def promoted(self, ours: Type, theirs: Type) -> Different | None:
        """Compare a parameter of an old-style definition, which arrives promoted (C11 6.5.2.2p6)."""
        a, b = self.header.bare(ours), self.binary.bare(theirs)
        if isinstance(a, Basic) and isinstance(b, Basic):
            if _FLOATS.get(b.spelling) == a.spelling or (b.spelling in _PROMOTED and a.spelling == "int"):
                return None
            if b.spelling in _PROMOTED and a.spelling == "unsigned int":
                return None
        return self.value(ours, theirs)

    def unwrapped(self, type_: Type, other: Type) -> Type:
        """Return what a record of one member is to callers, where the other side has just that member.

        Rust's ``repr(transparent)`` is passed so, and on the platforms that are supported ``repr(C)`` is no different.
        """
        for _ in range(8):
            if not isinstance(type_, RecordRef) or isinstance(other, RecordRef):
                break
            record = self.binary.facts.records.get(type_.key)
            if record is None or not isinstance(record.fields, tuple) or record.kind == "union":
                break
            if len(record.fields) != 1 or record.fields[0].size != record.size:
                break
            inner = record.fields[0].type
            if inner is UNKNOWN:
                break
            type_ = self.binary.bare(inner)
        return type_

    def _scalars(self, ours: Type, theirs: Type, a: Basic | EnumRef, b: Basic | EnumRef) -> Different | None:
        number = isinstance(a, Basic) and isinstance(b, Basic)
        match scalar_difference(self.header, a, self.binary, b):
            case "size" | "kind" if a != b:
                return self._unlike(ours, theirs)
            case "sign" if Basic("char") not in {a, b}:
                return self._unlike(ours, theirs)
            case "truth" if number and (y := self.binary.scalar(b)) is not None and y.kind == "bool":
                reason = (
                    f"the header has {self.header.words(ours)} and the library {self.binary.words(theirs)}"
                )
                return Different(f"{reason}, which may only be 0 or 1")
        return None

    def _unlike(self, ours: Type, theirs: Type, pointer: str = "") -> Different:
        to = "a pointer to " if pointer else ""
        return Different(
            f"the header has {to}{self.header.words(ours)} and the library {to}{self.binary.words(theirs)}"
        )

    def _meet(self, pairs: list[tuple[str, str]], ours: str, theirs: str) -> None:
        pair = (ours, theirs)
        if pair not in self._met:
            self._met.add(pair)
            pairs.append(pair)

    def _is_transparent(self, ref: RecordRef) -> bool:
        record = self.header.facts.records.get(ref.key)
        return record is not None and record.transparent is True

    def _is_memory(self, type_: Type, side: TypeLookup) -> bool:
        """Tell whether a pointer to the type is one to anything: `void` and bytes."""
        unseen = isinstance(type_, Void | Unsupported | TypedefRef)
        return unseen or (isinstance(type_, Basic) and side.size(type_) == 1)

    def _is_opaque(self, a: Type, b: Type) -> bool:
        for type_, side in ((a, self.header), (b, self.binary)):
            record = side.facts.records.get(type_.key) if isinstance(type_, RecordRef) else None
            if isinstance(type_, RecordRef) and (record is None or record.fields is None):
                return True
        return False

    def _is_address(self, ours: Type, theirs: Type) -> bool:
        names = [each.name for each in map(unqualified, (ours, theirs)) if isinstance(each, TypedefRef)]
        same = self.header.size(ours) == self.binary.size(theirs)
        return same and any("ptr" in name.lower() or "handle" in name.lower() for name in names)


def leaves(
    side: TypeLookup, record: RecordFacts, base: int = 0, depth: int = 0
) -> list[tuple[int, FieldFacts]]:
    """Return the members of a record with their offsets in bytes, those of records inside it in their place."""
    found: list[tuple[int, FieldFacts]] = []
    for each in record.fields if isinstance(record.fields, tuple) else ():
        if not isinstance(each.offset, int):
            continue
        inner = side.bare(each.type) if each.type is not UNKNOWN else None
        nested = side.facts.records.get(inner.key) if isinstance(inner, RecordRef) else None
        if nested is not None and isinstance(nested.fields, tuple) and nested.fields and depth < _DEEPEST:
            found += leaves(side, nested, base + each.offset, depth + 1)
        else:
            found.append((base + each.offset, each))
    return found


def _differ(left: int | None, right: int | None) -> bool:
    return left is not None and right is not None and left != right
