"""What can be asked of the types of one set of facts, and of two that are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from abidance.abi.facts import UNKNOWN
from abidance.abi.typetext import write
from abidance.ir.layout import Scalar
from abidance.ir.spelling import spell
from abidance.ir.traversal import WRAPPERS, bare, layers
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    TypedefRef,
    Void,
)

if TYPE_CHECKING:
    from abidance.abi.facts import Facts, Unknown
    from abidance.ir.types import Type

_X86 = frozenset(("x86_64", "i386", "i486", "i586", "i686"))
_NONE: frozenset[str] = frozenset()
_MOST_LEAVES = 64


@dataclass(frozen=True, slots=True)
class TypeLookup:
    """One set of facts with questions about its types. `fallback` has the sizes of scalars that they do not tell."""

    facts: Facts
    fallback: Facts | None = None

    @property
    def from_rust(self) -> bool:
        """Tell whether Rust's compiler described its functions, as far as one sees."""
        spans = (each.span for each in self.facts.functions.values())
        return any(each is not None and each.path.suffix == ".rs" for each in spans)

    def bare(self, type_: Type) -> Type:
        """Return the type without typedefs and qualifiers at its outermost level."""
        return bare(type_, self.facts.typedefs)

    def resolve(self, type_: Type) -> tuple[Type, frozenset[str]]:
        """Return the type without typedefs and qualifiers at its outermost level, and those qualifiers."""
        if type(type_) not in WRAPPERS:  # most have none, and this is asked most of all
            return type_, _NONE
        qualifiers = _NONE
        for each in layers(type_, self.facts.typedefs):
            if isinstance(each, Qualified):
                qualifiers |= each.qualifiers
        return each, qualifiers

    def scalar(self, type_: Type) -> Scalar | None:
        """Return how an arithmetic type or enum is represented, or None for other types and unknown ones."""
        match self.bare(type_):
            case Basic(spelling):
                return self._number(spelling)
            case EnumRef(key):
                enum = self.facts.enums.get(key)
                if enum is None or enum.size is UNKNOWN or enum.signed is UNKNOWN:
                    return None
                return Scalar("int", enum.size, enum.size, enum.signed)
            case _:
                return None

    def _number(self, spelling: str) -> Scalar | None:
        found = self.facts.scalars.get(spelling)
        return self.fallback.scalars.get(spelling) if found is None and self.fallback is not None else found

    def float_format(self, type_: Type) -> str:
        """Return how a floating-point number is represented beyond its size.

        x86 has two formats of 16 bytes: that of its first coprocessor, in memory or on that one's stack, and IEC
        60559's, in vector registers (System V psABI x86-64, 3.1.2 and 3.2.3).
        """
        resolved = self.bare(type_)
        machine = self.facts.target.machine if self.facts.target else ""
        spelling = resolved.spelling if isinstance(resolved, Basic) else ""
        return "x87" if machine in _X86 and spelling in ("long double", "_Float64x") else "IEC 60559"

    def size(self, type_: Type | Unknown) -> int | None:
        """Return the size in bytes, or None when it has none or it is not known."""
        if type_ is UNKNOWN:
            return None
        resolved = self.bare(type_)
        match resolved:
            case Pointer():
                scalar = self._number("void *")
                target = self.facts.target
                return scalar.size if scalar else target.bits // 8 if target else None
            case Array(of, count, _):
                inner = self.size(of)
                return None if inner is None or count is None else inner * count
            case RecordRef(key):
                record = self.facts.records.get(key)
                return record.size if record and record.size is not UNKNOWN else None
            case EnumRef(key):
                enum = self.facts.enums.get(key)
                return enum.size if enum and enum.size is not UNKNOWN else None
            case Basic():
                found = self.scalar(resolved)
                return found.size if found else None
            case _:
                return None

    def record_of(self, type_: Type | Unknown) -> str | None:
        """Return the key of the record that an object of this type is, or is an array of."""
        if type_ is UNKNOWN:
            return None
        found = bare(type_, self.facts.typedefs, elements=True)
        return found.key if isinstance(found, RecordRef) else None

    def wrapped(self, type_: Type) -> Type | None:
        """Return the one member of a struct that is passed and laid out as that, or None for any other type."""
        record = self.facts.records.get(type_.key) if isinstance(type_, RecordRef) else None
        if record is None or record.kind != "struct" or record.transparent is not True:
            return None
        fields = record.fields
        only = fields[0].type if isinstance(fields, tuple) and len(fields) == 1 else UNKNOWN
        return None if only is UNKNOWN else only

    def leaves(self, type_: Type | Unknown, at: int = 0) -> list[tuple[int, str]] | None:
        """Return the place and kind of each scalar and pointer that an object is made of.

        None stands for what is not known, and for many elements, unions and bits.
        """
        if type_ is UNKNOWN:
            return None
        resolved = self.bare(type_)
        match resolved:
            case Pointer():
                return [(at, "pointer")]
            case Basic():
                scalar = self.scalar(resolved)
                return None if scalar is None else [(at, f"{scalar.kind} {scalar.size} {scalar.signed}")]
            case Array(of, int(count), _) if count <= _MOST_LEAVES:
                size = self.size(of)
                if size is None:
                    return None
                parts = [self.leaves(of, at + number * size) for number in range(count)]
            case RecordRef(key):
                record = self.facts.records.get(key)
                if record is None or record.kind != "struct" or not isinstance(record.fields, tuple):
                    return None
                if any(each.bit_width is not None for each in record.fields):
                    return None
                parts = [
                    self.leaves(each.type, at + each.offset) if isinstance(each.offset, int) else None
                    for each in record.fields
                ]
            case _:
                return None
        found = [leaf for part in parts if part is not None for leaf in part]
        return found if None not in parts and len(found) <= _MOST_LEAVES else None

    def pointee(self, type_: Type | Unknown) -> Type | None:
        """Return what a pointer points at, or None for anything else."""
        if type_ is UNKNOWN:
            return None
        resolved = self.bare(type_)
        return resolved.to if isinstance(resolved, Pointer) else None

    def stands_for(self, typedef: str, type_: Type) -> bool:
        """Tell whether a typedef is a name for exactly this type."""
        target = self.facts.typedefs[typedef].type
        return target is not UNKNOWN and self.bare(target) == type_

    def show(self, type_: Type | Unknown) -> str:
        """Return the type as C source, with what its typedef stands for where that tells more."""
        if type_ is UNKNOWN:
            return "unknown"
        text = write(type_)
        resolved, qualifiers = self.resolve(type_)
        if isinstance(type_, TypedefRef) and isinstance(
            resolved, Basic | Pointer | Void | EnumRef | FunctionType
        ):
            plain = write(Qualified(resolved, qualifiers) if qualifiers else resolved)
            return f"{text} ({plain})" if plain != text else text
        return text

    def words(self, type_: Type) -> str:
        """Return the type as C source, with its arithmetic type behind a name and its size where these are known."""
        size, text, plain = self.size(type_), spell(type_), self.bare(type_)
        shown = f" = `{spell(plain)}`" if spell(plain) != text and isinstance(plain, Basic) else ""
        return f"`{text}`{shown}" + (f" ({size} byte{'s' * (size != 1)})" if size is not None else "")

    def described(self, type_: Type | Unknown) -> str:
        """Return how an object of the type is represented, in words."""
        while (inner := self.pointee(type_)) is not None:
            type_ = inner
        scalar = None if type_ is UNKNOWN else self.scalar(type_)
        size = self.size(type_)
        sign = "" if scalar is None or scalar.kind != "int" else "signed " if scalar.signed else "unsigned "
        kind = (
            "floating point"
            if scalar is not None and scalar.kind == "float"
            else f"{sign}{'' if scalar is None else scalar.kind}"
        )
        return f"{kind} of {size} bytes".strip() if size is not None else "of an unknown size"

    def name(self, key: str) -> str:
        """Return what C callers call the record or enum with this key."""
        tag = key.split(" ", 1)[-1]
        if tag.startswith("<"):
            return tag[1:-1]
        if tag in self.facts.typedefs:
            target = self.facts.typedefs[tag].type
            if target is not UNKNOWN and self.bare(target) in (RecordRef(key), EnumRef(key)):
                return tag
        return key


def scalar_difference(
    one: TypeLookup, a: Basic | EnumRef, other: TypeLookup, b: Basic | EnumRef
) -> Literal["", "alike", "enum", "sign", "truth", "size", "kind", "other"]:
    """Return how the representations of two arithmetic types or enums differ; ``other`` where one is not known.

    ``alike`` are two types that are represented alike, ``truth`` a number and a bool of one size.
    """
    x, y = one.scalar(a), other.scalar(b)
    enum = isinstance(a, EnumRef) or isinstance(b, EnumRef)
    if x is None or y is None:
        sizes, known = (one.size(a), other.size(b)), x or y
        if enum and known is not None and known.kind == "float":
            return "kind"
        if enum and None not in sizes:
            # Strict DWARF 2 and 3 do not tell the sign of an enum, which is no promise.
            return "enum" if sizes[0] == sizes[1] else "size"
        return "" if a == b else "other"
    if {x.kind, y.kind} == {"int", "bool"} and x.size == y.size:
        return "truth"
    if x.kind != y.kind:
        return "kind"
    if x.size != y.size:
        return "size"
    if x.kind == "float" and one.float_format(a) != other.float_format(b):
        return "kind"
    if enum:
        # The sign of an enum is the compiler's choice (C11 6.7.2.2p4) and no promise.
        return "enum"
    if x.kind == "int" and x.signed != y.signed:
        return "sign"
    return "" if a == b else "alike"


@dataclass(frozen=True, slots=True)
class Sides:
    """Old and new."""

    old: TypeLookup
    new: TypeLookup

    @classmethod
    def of(cls, old: Facts, new: Facts) -> Sides:
        """Return the sides of two sets of facts."""
        return cls(TypeLookup(old), TypeLookup(new))

    def shown(self, old: Type | Unknown, new: Type | Unknown) -> tuple[str, str]:
        """Return two types that differ as C source, with what differs of two that are spelled alike."""
        before, after = self.old.show(old), self.new.show(new)
        if before != after:
            return before, after
        return f"{before}, {self.old.described(old)}", f"{after}, {self.new.described(new)}"

    def keep_typedef(self, old: Type, new: Type) -> bool:
        """Tell whether a typedef of one name stands for the one type before and for the other now."""
        before, after = self.old.facts.typedefs, self.new.facts.typedefs
        return any(
            self.old.stands_for(name, old) and self.new.stands_for(name, new)
            for name in before.keys() & after
        )
