"""Names of functions as LLVM writes them down, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Between the identifiers of a mangled name: what tells two of one name apart, and references to what came before.
_BETWEEN = re.compile(r"[sB][0-9A-Za-z]*_")
_LENGTH = re.compile(r"(\d+)_?")
_LENGTH_ALONE = re.compile(r"\d+")
_QUALIFIED = re.compile(r"N?[rVK]*[RO]?L?")
_LEGACY_HASH = re.compile(r"17h[0-9a-f]{16}E.*$")


def shown_name(name: str) -> str:
    """Return a name without the file that a static function has before it, and of Rust's and C++'s the path."""
    plain = name.rpartition(";")[2] if ";" in name else name
    if plain.startswith("_R"):
        return "::".join(_identifiers(plain[2:])) or plain
    if plain.startswith("_ZN") and _LEGACY_HASH.search(plain):
        return "::".join(_identifiers(_LEGACY_HASH.sub("", plain[3:]))) or plain
    if plain.startswith("_Z"):
        return "::".join(_scopes(plain.removeprefix("_Z"))) or plain
    return plain if "::" in plain else plain.rpartition(":")[2]


def _scopes(mangled: str) -> Iterator[str]:
    """Yield a function of C++ and what it is in, outermost first (Itanium C++ ABI, 5.1.2)."""
    at = _QUALIFIED.match(mangled).end()  # type: ignore[union-attr]  # it matches nothing as well
    while length := _LENGTH_ALONE.match(mangled, at):
        at = length.end() + int(length[0])
        word = mangled[length.end() : at]
        yield "(anonymous)" if word.startswith("_GLOBAL__N_") else word


def _identifiers(mangled: str) -> list[str]:
    """Return the identifiers of a mangled name, which stand in it after their lengths (RFC 2603, "Identifiers")."""
    found, at = [], 0
    while at < len(mangled):
        if between := _BETWEEN.match(mangled, at):
            at = between.end()
        elif length := _LENGTH.match(mangled, at):
            end = length.end() + int(length[1])
            word = mangled[length.end() : end]
            found += [word] if word.isidentifier() else []
            at = end
        else:
            at += 1
    return found
