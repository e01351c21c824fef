"""A header that does not compile alone: what it needs is included first, or a header that includes it is read.

C lets a header use what its includers have included before: `jpeglib.h` wants `FILE`, `libxml/dict.h` what
`libxml/tree.h` declares before it includes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.files import read_regular
from abidance.toolchain.header_prerequisites import needed_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from abidance.toolchain.compiler import Compiler

_MOST = 1 << 20
_TRIED = 12
"""Headers around one that are compiled to see whether they bring what it needs."""


@dataclass(frozen=True, slots=True)
class HeaderNeeds:
    """What makes a header readable: others that come `before` it, or another, `around` it, that includes it."""

    before: tuple[str, ...] = ()
    around: Path | None = None


def completion(
    header: Path, compiler: Compiler, include_dirs: Sequence[Path], defines: Mapping[str, str]
) -> HeaderNeeds | None:
    """Return what a header needs to compile; None for one that compiles alone, or that nothing helps."""
    needed = needed_before(header, compiler, include_dirs, defines)
    if needed is not None:
        return HeaderNeeds(needed) if needed else None
    around = (each for each in _around(header) if needed_before(each, compiler, include_dirs, defines) == ())
    found = next(around, None)
    return HeaderNeeds(around=found) if found is not None else None


def _around(header: Path) -> Iterator[Path]:
    """Yield the headers of the same folder, and of the one above, that include a header, those of like names first."""
    included = re.compile(
        rf'^[ \t]*#[ \t]*include[ \t]*[<"](?:[^">\n]*/)?{re.escape(header.name)}[">]', re.MULTILINE
    )
    met = 0
    for folder in (header.parent, header.parent.parent):
        # `tree.h` before `xpathInternals.h`, and the folder's own name (`curl/curl.h`) before any.
        near = sorted(
            folder.glob("*.h"), key=lambda each: (each.stem != folder.name, len(each.name), each.name)
        )
        for each in near:
            if each == header or met >= _TRIED:
                continue
            try:
                text = read_regular(each, _MOST).decode("utf-8", errors="replace")
            except OSError:
                continue
            if included.search(text):
                met += 1
                yield each


def text_of(before: Sequence[str], header: str) -> str:
    """Return a header that includes what another needs, and then that."""
    lines = [f"/* What `{header}` needs comes before it: it does not compile alone. */"]
    lines += [f"#include <{each}>" for each in before]
    return "\n".join((*lines, f"#include {header}" if header.startswith("<") else f'#include "{header}"', ""))
