"""Names of functions as LLVM writes them down, for people."""

from __future__ import annotations

import re

# Between the identifiers of a mangled name: what tells two of one name apart, and references to what came before.
_BETWEEN = re.compile(r"[sB][0-9A-Za-z]*_")
_LENGTH = re.compile(r"(\d+)_?")
_LEGACY_HASH = re.compile(r"17h[0-9a-f]{16}E.*$")


def shown_name(name: str) -> str:
    """Return a name without the file that a static function has before it, and of Rust's the path."""
    plain = name.rpartition(";")[2] if ";" in name else name
    if plain.startswith("_R"):
        return "::".join(_identifiers(plain[2:])) or plain
    if plain.startswith("_ZN") and _LEGACY_HASH.search(plain):
        return "::".join(_identifiers(_LEGACY_HASH.sub("", plain[3:]))) or plain
    return plain if "::" in plain else plain.rpartition(":")[2]


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
