"""Which file a code address belongs to, and which frames are the library's side of a stack."""

from __future__ import annotations

import bisect
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.plan.observation import StackFrame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+ +(/.*)")
_FOREIGN = re.compile(
    r"""(?: python[\d.]*
          | lib (?: python[\d.]* | ffi | c | m | dl | pthread | rt | gcc_s )
            (?:[-.].*)? \.so (?:\.[\d.]+)?
          | lib (?: ubsan | asan | tsan | lsan | clang_rt\..* )
            (?:[-.].*)? \.so (?:\.[\d.]+)?
          | lib (?: c | m | dl | pthread | rt ) -[\d.]+ \.so
          | ld-linux.*
          | ld-[\d.]+ \.so
          | _ctypes .* \.so
          | abidance_ (?: watch | heap | calls | callbacks ) \.so
          | linux-vdso .* | \[.*\]
        )""",
    re.VERBOSE,
)
"""Python, libffi, the C library, the sanitizers' runtimes and abidance's own watcher."""
_CALLER = re.compile(r"\b(?:libffi|_ctypes)\b")


def is_foreign(module: str) -> bool:
    """Tell whether frames of this module say nothing about a library that is tested."""
    return _FOREIGN.fullmatch(os.path.basename(module)) is not None  # noqa: PTH119 - a name, not a file


class ModuleMap:
    """The modules of a process, by address: the zygote's are its workers' too.

    Frames of `library` count as its own whatever it is called: it may be the C library that is under test.
    """

    def __init__(self, maps: str, library: str = "") -> None:
        """Read text in the form of ``/proc/PID/maps``."""
        bases: dict[str, int] = {}
        found: list[tuple[int, int, str]] = []
        for line in maps.splitlines():
            if mapping := _MAPPING.fullmatch(line):
                start, end, path = int(mapping[1], 16), int(mapping[2], 16), mapping[5]
                bases.setdefault(path, start - int(mapping[4], 16))
                found.append((start, end, path))
        self._found = sorted(found)
        self._starts = [start for start, _, _ in self._found]
        self._bases = bases
        self._paths = {os.path.basename(path): path for path in bases}  # noqa: PTH119 - a name, not a file
        self._library = os.path.realpath(library) if library else ""

    @classmethod
    def of(cls, process: int, library: str) -> ModuleMap:
        """Read the map of a living process; empty when it is gone or may not be looked at."""
        try:
            maps = Path(f"/proc/{process}/maps").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            maps = ""
        return cls(maps, library)

    def path(self, name: str) -> str:
        """Return the whole path of a module that is named without its directory; else the name as it is."""
        return self._paths.get(name, name)

    def frame(self, address: int) -> StackFrame | None:
        """Return the frame of a code address, or None when no module is there.

        Shared objects are linked to begin at 0, so the offset from the first mapping is a symbolizer's too.
        """
        at = bisect.bisect_right(self._starts, address) - 1
        if at < 0 or address >= self._found[at][1]:
            return None
        path = self._found[at][2]
        return StackFrame(path, address - self._bases[path])

    def stack(self, addresses: Sequence[int]) -> tuple[StackFrame, ...]:
        """Return the library's frames of a stack of code addresses, innermost first.

        All but the first are return addresses, which belong to the line after the call: one less is in it.
        """
        located = [self.frame(address - bool(depth)) for depth, address in enumerate(addresses)]
        return self.own(frame for frame in located if frame is not None)

    def own(self, frames: Iterable[StackFrame]) -> tuple[StackFrame, ...]:
        """Return the frames that are not foreign, innermost first.

        A symbolized frame may name a source file and no module; it counts until a frame of the call into C.
        """
        kept: list[StackFrame] = []
        in_python = False
        for frame in frames:
            module = frame.module
            in_python = in_python or _CALLER.search(module) is not None
            if module:
                if not is_foreign(module) or (self._library and os.path.realpath(module) == self._library):
                    kept.append(frame)
            elif frame.file and not in_python:
                kept.append(frame)
        return tuple(kept)
