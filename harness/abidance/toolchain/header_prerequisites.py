"""What has to be included before a header that does not compile by itself.

C lets a header use what its includers have included before, and well-known ones do: `jpeglib.h` wants
`FILE` and `size_t`, much of X11 wants `X11/Xlib.h`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.toolchain.compiler import search_flags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from abidance.toolchain.compiler import Compiler

_COMMON = ("stddef.h", "stdint.h", "stdio.h", "stdlib.h", "sys/types.h")
_TRIED: tuple[tuple[str, ...], ...] = (
    ("stddef.h",),
    ("stdio.h",),
    _COMMON,
    (
        *_COMMON,
        "stdarg.h",
        "stdbool.h",
        "limits.h",
        "string.h",
        "time.h",
        "sys/time.h",
        "sys/socket.h",
        "netinet/in.h",
    ),
)


def needed_before(
    header: Path,
    compiler: Compiler,
    include_dirs: Sequence[Path] = (),
    defines: Mapping[str, str] | None = None,
) -> tuple[str, ...] | None:
    """Return the standard headers that make `header` compile when they come first: as few as it takes.

    None when it compiles with none of the sets that are tried; empty when it compiles alone.
    """
    flags = (*search_flags(include_dirs, defines or {}), "-include", str(header.absolute()))
    for tried in ((), *_TRIED):
        ran = including(compiler, tried).run(
            ("-fsyntax-only", "-w", "-Wfatal-errors", *flags, "-x", "c", "-")
        )
        if ran.ok:
            return tried
    return None


def including(compiler: Compiler, headers: Sequence[str]) -> Compiler:
    """Return the compiler with these headers included before everything that it compiles."""
    words = [word for header in headers for word in ("-include", header)]
    return replace(compiler, command=(*compiler.command, *words)) if words else compiler
