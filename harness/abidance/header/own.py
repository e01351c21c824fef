"""Which files a header's own declarations stand in: the one rule, for layouts and for the ABI gate alike.

Files in the header's folder and below belong to it, and so does an include directory in which it lies. In a folder that
all headers of a system share it has its own file, the folder of its name (`/usr/include/SDL.h` and `/usr/include/SDL/`
are one project), and what it includes from `bits/`, which is how the C library's headers are cut: `sin` is in one.
A header that only includes others stands for all that these declare.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PART = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<(bits/[^>\n]+)>", re.MULTILINE)
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/|//(?:\\\n|[^\n])*", re.DOTALL)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
_LINKAGE = re.compile(r'extern\s*"C"\s*\{|\}')
# A macro with a value is something that a header has of its own.
_VALUE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+\w+(?:\([^)\n]*\))?[ \t]+(?!1?[ \t]*$)\S", re.MULTILINE)
_USR = ("usr/include", "usr/local/include")
_COMPILERS = ("/lib/gcc/", "/lib/clang/", "/lib/llvm-")
_SYSTEM = frozenset(
    map(Path, ("/", "/usr", "/usr/lib", "/usr/local", "/opt", "/usr/include", "/usr/local/include"))
)


class Own:
    """Tells own files from others. Paths are absolute."""

    def __init__(self, header: Path, include_dirs: Sequence[Path] = ()) -> None:
        self._header = _plain(header)
        self._known: dict[str, bool] = {}  # thousands of declarations stand in a handful of files
        try:
            text = self._header.read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        self._everything = _only_includes(text)
        self._parts = tuple(f"/{name}" for name in _PART.findall(text))
        folder = self._header.parent
        if is_shared(folder) or is_shared(folder.resolve()):
            self._roots: tuple[Path, ...] = (self._header.with_suffix(""),)
        else:
            given = map(_plain, include_dirs)
            around = (each for each in given if self._header.is_relative_to(each) and each not in _SYSTEM)
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
        return str(path).endswith(self._parts) or any(path.is_relative_to(root) for root in self._roots)


def _only_includes(text: str) -> bool:
    """Tell whether there is nothing in a header but includes, in whatever conditions."""
    text = _COMMENT.sub(" ", text)
    if _INCLUDE.search(text) is None or _VALUE.search(text) is not None:
        return False
    return not _LINKAGE.sub("", _DIRECTIVE.sub("", text)).strip()


def is_shared(folder: Path) -> bool:
    """Tell whether a folder has everybody's headers, in a system or in a copy of one for a compiler."""
    if any(part in f"{folder}/" for part in _COMPILERS):
        return True
    target = "-linux-" in folder.name
    where = folder.parent if target else folder
    return f"{where}".endswith(_USR) or (where.name == "include" and "-linux-" in where.parent.name)


def _plain(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))
