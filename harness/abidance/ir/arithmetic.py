"""The arithmetic types: every spelling of each, its canonical one, and which kind of number it is.

C11 6.7.2p2 lists the standard ones. The others are C23's bit-precise and decimal types (6.7.3.1), the
interchange and extended floating types (C23 annex H), and GNU C's ("Additional Floating Types", "128-bit
Integers", "Complex Data Types" in the GCC manual).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VA_LIST = "__builtin_va_list"
"""What `va_list` is. It may be an array, which a parameter makes a pointer (x86-64 psABI 3.5.7)."""

_STANDARD = {
    "char": ("char",),
    "signed char": ("signed char",),
    "unsigned char": ("unsigned char",),
    "short": ("short", "short int", "signed short", "signed short int"),
    "unsigned short": ("unsigned short", "unsigned short int"),
    "int": ("int", "signed", "signed int"),
    "unsigned int": ("unsigned int", "unsigned"),
    "long": ("long", "long int", "signed long", "signed long int"),
    "unsigned long": ("unsigned long", "unsigned long int"),
    "long long": ("long long", "long long int", "signed long long", "signed long long int"),
    "unsigned long long": ("unsigned long long", "unsigned long long int"),
    "_Bool": ("_Bool", "bool"),
    "float": ("float",),
    "double": ("double",),
    "long double": ("long double",),
}
_EXTENDED = {
    "__int128": ("__int128", "signed __int128", "__int128 int", "__int128_t"),
    "unsigned __int128": ("unsigned __int128", "unsigned __int128 int", "__uint128_t"),
    "_Float16": ("_Float16",),
    "_Float32": ("_Float32",),
    "_Float64": ("_Float64",),
    "_Float128": ("_Float128", "__float128"),
    "_Float32x": ("_Float32x",),
    "_Float64x": ("_Float64x",),
    "_Float128x": ("_Float128x",),
    "__float80": ("__float80",),
    "__ibm128": ("__ibm128",),
    "__bf16": ("__bf16",),
    "__fp16": ("__fp16",),
    "_Decimal32": ("_Decimal32",),
    "_Decimal64": ("_Decimal64",),
    "_Decimal128": ("_Decimal128",),
    VA_LIST: (VA_LIST, "__gnuc_va_list"),
}
SIZES = {
    "_Bool": 1, "char": 1, "signed char": 1, "unsigned char": 1, "short": 2, "unsigned short": 2, "int": 4,
    "unsigned int": 4, "float": 4, "long": 8, "unsigned long": 8, "long long": 8, "unsigned long long": 8,
    "double": 8,
}  # fmt: skip
"""Sizes in bytes, which are alignments as well, where no compiler is asked: as LP64 has them (psABI x86-64, 3.1.2)."""
STANDARD = tuple(_STANDARD)
"""The types that every compiler has."""

BASIC_SPELLINGS: Mapping[str, str] = {
    form: name for name, forms in (_STANDARD | _EXTENDED).items() for form in forms
} | {"char signed": "signed char", "char unsigned": "unsigned char"}
"""Canonical spellings by the others. Words in an unusual order are for `canonical`."""

# Specifiers may come in any order (C11 6.7.2p2), so the words are compared sorted.
_BY_WORDS = {" ".join(sorted(form.split())): name for form, name in BASIC_SPELLINGS.items()}
_COMPLEX = "_Complex"
_BIT_INT = re.compile(r"(?P<unsigned>unsigned )?_BitInt\((?P<width>.*)\)")
_FLOATS = frozenset(("float", "double", "long double", *(name for name in _EXTENDED if "loat" in name))) | {
    "__ibm128",
    "__bf16",
    "__fp16",
}


def canonical(words: Iterable[str]) -> str | None:
    """Return the canonical spelling of the type that these specifiers name together, or None."""
    listed = list(words)
    if _COMPLEX not in listed:
        return _BY_WORDS.get(" ".join(sorted(listed)))
    listed.remove(_COMPLEX)
    of = _BY_WORDS.get(" ".join(sorted(listed))) if listed else "double"  # as gcc reads a lone `_Complex`
    return f"{of} {_COMPLEX}" if of and kind_of(of) in {"int", "float"} else None


def bit_int(width: str, *, unsigned: bool) -> str:
    """Return the canonical spelling of a bit-precise integer; `width` is a number or an expression's text."""
    return f"{'unsigned ' if unsigned else ''}_BitInt({width})"


def kind_of(spelling: str) -> str:
    """Return the kind that `Scalar.kind` has for a canonical spelling, ``void *`` or a vector's."""
    if spelling.endswith("*"):
        return "pointer"
    if "__attribute__" in spelling:
        return "vector"
    if spelling == "_Bool":
        return "bool"
    if spelling == VA_LIST:
        return "va_list"
    if spelling.endswith(_COMPLEX):
        return "complex"
    if spelling.startswith("_Decimal"):
        return "decimal"
    if _BIT_INT.fullmatch(spelling):
        return "bitint"
    return "float" if spelling in _FLOATS else "int"
