"""Which files a header's own declarations stand in: the one rule, for layouts and for the ABI gate alike.

Files in the header's folder and below belong to it, and so does an include directory in which it lies. In a folder that
all headers of a system share it has its own file, the folder of its name (`/usr/include/SDL.h` and `/usr/include/SDL/`
are one project), and what it includes from `bits/`, which is how the C library's headers are cut: `sin` is in one.
A header that only includes others stands for those that it includes, each with what is its own, and not for what these
include in turn: `sodium.h` for all in `sodium/`, and for nothing of `stdlib.h`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PART = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<(bits/[^>\n]+)>", re.MULTILINE)
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b[ \t]*(?:(\"|<)([^\">\n]+)[\">])?", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/|//(?:\\\n|[^\n])*", re.DOTALL)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
_LINKAGE = re.compile(r'extern\s*"C"\s*\{|\}')
# A macro with a value is something that a header has of its own.
_VALUE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+\w+(?:\([^)\n]*\))?[ \t]+(?!1?[ \t]*$)\S", re.MULTILINE)
_USR = ("usr/include", "usr/local/include")
_INCLUDES = ("/usr/local/include", "/usr/include", "/usr/include/x86_64-linux-gnu")
_COMPILERS = ("/lib/gcc/", "/lib/clang/", "/lib/llvm-")
_SYSTEM = frozenset(
    map(Path, ("/", "/usr", "/usr/lib", "/usr/local", "/opt", "/usr/include", "/usr/local/include"))
)


class Own:
    """Tells own files from others. Paths are absolute."""

    def __init__(
        self, header: Path, include_dirs: Sequence[Path] = (), *, above: frozenset[Path] = frozenset()
    ) -> None:
        """Read a header; those that are `above` include it, and stand for what it is."""
        self._header = _plain(header)
        self._known: dict[str, bool] = {}  # thousands of declarations stand in a handful of files
        try:
            text = self._header.read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        included = _included(self._header, text, include_dirs) if _only_includes(text) else ()
        self._everything = included is None
        above |= {self._header}
        self._included = [
            Own(each, include_dirs, above=above) for each in included or () if each not in above
        ]
        self._parts = tuple(f"/{name}" for name in _PART.findall(text))
        folder = self._header.parent
        if is_shared(folder) or is_shared(folder.resolve()):
            self._roots: tuple[Path, ...] = (self._header.with_suffix(""),)
        else:
            given = map(_plain, include_dirs)
            own = (each for each in given if each not in _SYSTEM and not is_shared(each))
            around = (each for each in own if self._header.is_relative_to(each))
            self._roots = (folder, *around)

    def has(self, path: Path | str) -> bool:
        """Tell whether a declaration in this file is the header's own."""
        name = str(path)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._has(_plain(Path(name)))
        return known

    def _has(self, path: Path) -> bool:
        if self._everything or path == self._header:
            return True
        if str(path).endswith(self._parts) or any(path.is_relative_to(root) for root in self._roots):
            return True
        return any(each.has(path) for each in self._included)


def _only_includes(text: str) -> bool:
    """Tell whether there is nothing in a header but includes, in whatever conditions."""
    text = _COMMENT.sub(" ", text)
    if _INCLUDE.search(text) is None or _VALUE.search(text) is not None:
        return False
    return not _LINKAGE.sub("", _DIRECTIVE.sub("", text)).strip()


def _included(header: Path, text: str, include_dirs: Sequence[Path]) -> tuple[Path, ...] | None:
    """Return the files that a header stands for which only includes others; None where they are not found.

    What stands in angle brackets and is everybody's is what the others need, where there are others.
    """
    folder = header.parent
    own: list[Path] = []
    others: list[Path] = []
    for quote, name in _INCLUDE.findall(_COMMENT.sub(" ", text)):
        beside = [folder] if quote == '"' or is_shared(folder) else []
        places = (each / name for each in (*beside, *include_dirs, *map(Path, _INCLUDES)) if name)
        found = next((_plain(each) for each in places if each.is_file()), None)
        if found is not None:
            (others if quote == "<" and is_shared(found.parent) else own).append(found)
    return tuple(own or others) or None


def is_shared(folder: Path) -> bool:
    """Tell whether a folder has everybody's headers, in a system or in a copy of one for a compiler."""
    if any(part in f"{folder}/" for part in _COMPILERS):
        return True
    target = "-linux-" in folder.name
    where = folder.parent if target else folder
    return f"{where}".endswith(_USR) or (where.name == "include" and "-linux-" in where.parent.name)


def _plain(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))
