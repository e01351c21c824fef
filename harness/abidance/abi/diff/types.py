"""How two types at one place differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.abi.lookup import scalar_difference
from abidance.abi.typetext import write
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
    from abidance.abi.diff.pairing import Pairing
    from abidance.abi.facts import Unknown
    from abidance.abi.lookup import Sides
    from abidance.ir.types import Type

# From harmless to harmful, as far as a kind alone tells; of several differences inside a type the last counts.
KINDS = (
    "volatile",
    "own-volatile-removed",
    "own-const-removed",
    "own-volatile-added",
    "own-const-added",
    "const-added",
    "const-removed",
    "to-void",
    "from-void",
    "enum",
    "pointee-alike",
    "alike",
    "pointee-sign",
    "pointee-truth",
    "sign",
    "truth",
    "atomic",
    "count",
    "callback-alike",
    "from-nothing",
    "to-nothing",
    "size",
    "kind",
    "indirection",
    "record",
    "pointee",
    "callback",
    "other",
    "lost",
)
_CHARACTERS = frozenset(("char", "signed char", "unsigned char"))
# What callers do not notice, so that it does not stand in the way of what they do.
_HARMLESS = frozenset(("const-removed", "enum", "volatile"))
_HARMLESS_IN_CALLBACKS = frozenset(KINDS[: KINDS.index("count")])


@dataclass(frozen=True, slots=True)
class TypeDifference:
    """How the types differ, one of `KINDS`. `where` is the place inside the type, for callbacks."""

    kind: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares types of the two sides. What changed in a named type is reported there, and not where it is used.

    `by_size` is for sides of which one alone is Rust's: its `c_char` is `i8` and its `c_longlong` `i64`, so that it
    does not tell which of two integers that are represented alike C callers see. Nor what sign a plain `char` behind
    a pointer has, which C leaves to the platform (C11 6.2.5p15): texts are `*const u8` there.
    """

    sides: Sides
    pairing: Pairing
    by_size: bool = False

    def compare(self, old: Type | Unknown, new: Type | Unknown) -> TypeDifference | None:
        """Return how the types differ, ignoring qualifiers at the outermost level, or None."""
        if old is UNKNOWN:
            return None
        if new is UNKNOWN:
            return TypeDifference("lost")
        return self._compare(old, new)

    def compare_object(self, old: Type | Unknown, new: Type | Unknown) -> TypeDifference | None:
        """Return how the types of an object differ that callers reach, so that its own qualifiers count too."""
        found = self.compare(old, new)
        if old is UNKNOWN or new is UNKNOWN or (found is not None and found.kind not in _HARMLESS):
            return found
        before, after = self._own_qualifiers(old, new)
        if ("_Atomic" in before) != ("_Atomic" in after):
            return TypeDifference("atomic")
        for word in ("const", "volatile"):
            if (word in before) != (word in after):
                return TypeDifference(f"own-{word}-{'added' if word in after else 'removed'}")
        return found

    def _own_qualifiers(self, old: Type, new: Type) -> tuple[frozenset[str], frozenset[str]]:
        """Return the qualifiers of two objects, those of their elements included (C11 6.7.3p9).

        What a typedef that both sides have brings along is reported for the typedef.
        """
        while True:
            a, of_a = _unqualified(old)
            b, of_b = _unqualified(new)
            if isinstance(a, TypedefRef) and a == b and self._compared_elsewhere(a.name):
                return of_a, of_b
            a, more_a = self.sides.old.resolve(a)
            b, more_b = self.sides.new.resolve(b)
            if not (isinstance(a, Array) and isinstance(b, Array)):
                return of_a | more_a, of_b | more_b
            old = Qualified(a.of, of_a | more_a)
            new = Qualified(b.of, of_b | more_b)

    def _compare(self, old: Type, new: Type) -> TypeDifference | None:
        if isinstance(old, TypedefRef) and old == new and self._compared_elsewhere(old.name):
            return None
        a, b = self.sides.old.bare(old), self.sides.new.bare(new)
        match a, b:
            case (Void(), Void()):
                return None
            case (Void(), _):
                return TypeDifference("from-nothing")
            case (_, Void()):
                return TypeDifference("to-nothing")
            case (Basic() | EnumRef(), Basic() | EnumRef()):
                return self._scalars(a, b)
            case (Pointer(to), Pointer(at)):
                return self._pointees(to, at)
            case (Array(of, count, _), Array(each, number, _)):
                inner = self._compare(of, each)
                return inner or (None if count == number else TypeDifference("count"))
            case (RecordRef(key), RecordRef(other)):
                if self.pairing.same_record(key, other):
                    return None
                one, its = self.sides.old.wrapped(a), self.sides.new.wrapped(b)
                return TypeDifference("record") if one is None or its is None else self._compare(one, its)
            case (FunctionType(), FunctionType()):
                return self._functions(a, b)
            case (Pointer(to), other_type) if self._compare(to, other_type) is None:
                return TypeDifference("indirection")
            case (other_type, Pointer(to)) if self._compare(other_type, to) is None:
                return TypeDifference("indirection")
        if a == b or write(a) == write(b):
            return None
        for wrapped, other_type, swapped in (
            (self.sides.old.wrapped(a), b, False),
            (self.sides.new.wrapped(b), a, True),
        ):
            if wrapped is not None:
                return self._compare(other_type, wrapped) if swapped else self._compare(wrapped, other_type)
        return TypeDifference("kind" if type(a) is not type(b) else "other")

    def _compared_elsewhere(self, name: str) -> bool:
        """Tell whether a typedef is compared itself, or is nowhere explained on either side."""
        return (name in self.sides.old.facts.typedefs) == (name in self.sides.new.facts.typedefs)

    def _scalars(self, old: Basic | EnumRef, new: Basic | EnumRef) -> TypeDifference | None:
        if isinstance(old, EnumRef) and isinstance(new, EnumRef) and self.pairing.same_enum(old.key, new.key):
            return None
        kind = scalar_difference(self.sides.old, old, self.sides.new, new)
        return None if not kind or (kind == "alike" and self.by_size) else TypeDifference(kind)

    def _pointees(self, old: Type, new: Type) -> TypeDifference | None:
        a, of_a = self.sides.old.resolve(old)
        b, of_b = self.sides.new.resolve(new)
        inner = self._compare(old, new)
        if inner is not None and self._is_array_beside_element(a, b):
            return TypeDifference("pointee-alike")
        if inner is not None and not (self.by_size and _is_plain_char(a, b)):
            match inner.kind:
                case "from-nothing":
                    return TypeDifference("from-void")
                case "to-nothing":
                    return TypeDifference("to-void")
                case "alike" | "enum" | "to-void" | "from-void" | "const-added" | "const-removed":
                    # One level down C converts these, further down it does not (C11 6.5.16.1p1).
                    return TypeDifference("pointee-alike")
                case "sign" | "truth":
                    return TypeDifference(f"pointee-{inner.kind}")
                case "size" | "kind" | "record" | "count" | "other" | "indirection":
                    # An array of unknown length is as long as the callee needs (C11 6.2.7p3).
                    open_ended = isinstance(a, Array) and isinstance(b, Array) and None in (a.count, b.count)
                    return TypeDifference(
                        "pointee-alike" if inner.kind == "count" and open_ended else "pointee"
                    )
                case _:
                    return inner
        if ("_Atomic" in of_a) != ("_Atomic" in of_b):
            return TypeDifference("atomic")
        if ("const" in of_a) != ("const" in of_b):
            return TypeDifference("const-added" if "const" in of_b else "const-removed")
        if ("volatile" in of_a) != ("volatile" in of_b):
            return TypeDifference("volatile")
        return None

    def _is_array_beside_element(self, a: Type, b: Type) -> bool:
        """Tell whether one is an array of the other: pointers to both are the same address (C11 6.3.2.1p3)."""
        if isinstance(a, Array) == isinstance(b, Array):
            return False
        one, other = (a.of if isinstance(a, Array) else a), (b.of if isinstance(b, Array) else b)
        return self._compare(one, other) is None

    def _functions(self, old: FunctionType, new: FunctionType) -> TypeDifference | None:
        if old.prototype != new.prototype:
            return TypeDifference("callback-alike" if not (old.parameters and new.parameters) else "callback")
        if old.variadic != new.variadic or len(old.parameters) != len(new.parameters):
            return TypeDifference("callback", f"{len(old.parameters)} to {len(new.parameters)} parameters")
        found: list[TypeDifference] = []
        for number, (a, b) in enumerate(zip(old.parameters, new.parameters, strict=True), 1):
            each = self._compare(a, b)
            if each is not None:
                found.append(
                    TypeDifference(each.kind, f"parameter {number}{each.where and ', ' + each.where}")
                )
        result = self._compare(old.returns, new.returns)
        if result is not None:
            found.append(TypeDifference(result.kind, f"result{result.where and ', ' + result.where}"))
        if not found:
            return None
        worst = max(found, key=lambda each: KINDS.index(each.kind))
        harmless = worst.kind in _HARMLESS_IN_CALLBACKS or worst.kind == "callback-alike"
        return TypeDifference("callback-alike" if harmless else "callback", worst.where)


def _is_plain_char(*types: Type) -> bool:
    """Tell whether each is a character type, and one of them the one whose sign C leaves open."""
    spelled = [type_.spelling for type_ in types if isinstance(type_, Basic)]
    return "char" in spelled and len(spelled) == len(types) and {*spelled} <= _CHARACTERS


def _unqualified(type_: Type) -> tuple[Type, frozenset[str]]:
    """Return the type without what is written before it."""
    match type_:
        case Qualified(of, qualifiers):
            inner, more = _unqualified(of)
            return inner, qualifiers | more
        case _:
            return type_, frozenset()
