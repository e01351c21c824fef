"""Base types by their C names (DWARF 5, 5.1), and the sizes that they have on the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.arithmetic import BASIC_SPELLINGS
from abidance.ir.layout import Scalar
from abidance.ir.types import Basic, Type, Unsupported, Void
from abidance.toolchain.dwarf.names import C_LANGUAGES, CXX_LANGUAGES, At, Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.abi.facts import ElfTarget
    from abidance.toolchain.dwarf.unit import DebugEntry

_BOOLEAN, _COMPLEX, _FLOAT, _SIGNED, _SIGNED_CHAR, _UNSIGNED, _UNSIGNED_CHAR, _UTF = 2, 3, 4, 5, 6, 7, 8, 0x10
_WORDS = {" ".join(sorted(form.split())): name for form, name in BASIC_SPELLINGS.items()}
_DEEPEST = 32
# Where `char` is none of its siblings and `long long` is not `long`; `bool` and `wchar_t` go by their sizes.
_NAMED_AS_IN_C = C_LANGUAGES | CXX_LANGUAGES
_LOOKED_THROUGH = {Tag.TYPEDEF, Tag.CONST, Tag.VOLATILE, Tag.RESTRICT, Tag.ATOMIC}


class Basics:
    """Base types for one target; `scalars` are those that were met, as `Facts.scalars` has them."""

    def __init__(self, target: ElfTarget) -> None:
        self._target = target
        self.scalars: dict[str, Scalar] = {
            "void *": Scalar("pointer", target.bits // 8, target.bits // 8),
        }

    def of(self, entry: DebugEntry) -> Type:
        """Return the C type of a base type."""
        name, size = entry.text(At.NAME), entry.number(At.BYTE_SIZE)
        encoding = entry.number(At.ENCODING) or 0
        if size == 0:  # Rust's `()` and `!`
            return Void()
        named = entry.unit.language in _NAMED_AS_IN_C
        spelling = _WORDS.get(" ".join(sorted(name.split()))) if named else None
        if spelling is None and not _is_odd(entry, name):
            spelling = self._by_size(encoding, size)
        if spelling is None:
            return _other(name, encoding, size)
        if size:
            kind = {_BOOLEAN: "bool", _FLOAT: "float"}.get(encoding, "int")
            signed = encoding in {_SIGNED, _SIGNED_CHAR}
            self.scalars.setdefault(
                spelling, Scalar(kind, size, natural_alignment(size, self._target), signed)
            )
        return Basic(spelling)

    def signed(self, entry: DebugEntry) -> bool | None:
        """Tell whether an enum's values are signed, or None where nothing says so."""
        at: DebugEntry | None = entry
        for _ in range(_DEEPEST):
            if at is None:
                return None
            if at.tag == Tag.BASE or At.ENCODING in at.values:
                return at.number(At.ENCODING) in {_SIGNED, _SIGNED_CHAR}
            at = at.follow(At.TYPE)
        return None

    def _by_size(self, encoding: int, size: int | None) -> str | None:
        long = "long" if self._target.bits == 64 else "long long"
        match encoding:
            case 2:
                return "_Bool"
            case 4:
                return {4: "float", 8: "double", 10: "long double", 12: "long double"}.get(
                    size or 0, "long double" if size == 16 and self._target.machine == "x86_64" else None
                )
            case 5 | 6:
                return {1: "signed char", 2: "short", 4: "int", 8: long, 16: "__int128"}.get(size or 0)
            case 7 | 8 | 16:
                signed = {1: "char", 2: "short", 4: "int", 8: long, 16: "__int128"}.get(size or 0)
                return f"unsigned {signed}" if signed else None
            case _:
                return None


def _other(name: str, encoding: int, size: int | None) -> Type:
    """Return a base type beyond C's plain ones. clang names all of a kind alike, so the size is part of it."""
    if encoding == _COMPLEX:
        return Unsupported(f"complex of {size} bytes" if size else name, "a complex type")
    if "_BitInt" in name and "(" not in name:
        return Unsupported(f"{name} of {size} bytes", "an unknown type")
    return Unsupported(name, "an unknown type")


def is_float(entry: DebugEntry) -> bool:
    """Tell whether a base type is a floating-point number."""
    return entry.number(At.ENCODING) == _FLOAT


def natural_alignment(size: int, target: ElfTarget) -> int:
    """Return the alignment in bytes of a scalar of `size` bytes on its own."""
    align = 1
    while align * 2 <= min(size, 16):
        align *= 2
    # i386: "long long" and "double" are aligned to 4 in records; elsewhere 32-bit targets align them to 8.
    return min(align, 4) if target.machine == "i386" else align


def _is_odd(entry: DebugEntry, name: str) -> bool:
    """Tell whether the type is none of C's, whatever its size: ``_Float16``, ``_BitInt(7)``, ``f16``."""
    size = entry.number(At.BYTE_SIZE)
    return (
        name.startswith(
            (
                "_Float",
                "__float",
                "_BitInt",
                "unsigned _BitInt",
                "__bf16",
                "_Decimal",
                "_Accum",
                "f16",
                "f128",
            )
        )
        or At.BIT_SIZE in entry.values
        or size not in {1, 2, 4, 8, 10, 12, 16}
    )


def vector_words(entry: DebugEntry, counts: Sequence[int | None]) -> str:
    """Return a vector in words: its size, which gcc leaves to be worked out, and what its elements are."""
    element = entry.follow(At.TYPE)
    while element is not None and element.tag in _LOOKED_THROUGH:
        element = element.follow(At.TYPE)
    each = element.number(At.BYTE_SIZE) if element is not None else None
    worked_out = each * counts[0] if each and counts and counts[0] else None
    size = entry.number(At.BYTE_SIZE) or worked_out
    of = "floating-point numbers" if element is not None and is_float(element) else "integers"
    if element is not None and element.number(At.ENCODING) in {_UNSIGNED, _UNSIGNED_CHAR}:
        of = "unsigned integers"
    return f"vector of {size} bytes, {of} of {each}" if size and each else "vector"
