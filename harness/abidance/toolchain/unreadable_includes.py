"""What a header includes that is no plain file: the compiler waits for the other end of a pipe, or reads on for ever.

Only the text is read, and conditions are not evaluated: what is found may be left out by one. So it makes nobody refuse
a header, and is what to tell when the compiler does not come to an end.
"""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, NamedTuple

from abidance.core.catalogue import HEADER_NOT_PREPROCESSED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.files import read_regular
from abidance.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include(?:_next)?[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)
_MOST = 2000
"""More files than this are not looked into."""


class Odd(NamedTuple):
    """An include of something that is no plain file, with its place."""

    path: Path
    by: Path
    line: int


def odd_include(header: Path, include_dirs: Sequence[Path]) -> Odd | None:
    """Return the first include, from a header on, that leads to a pipe, a socket or a device; nothing is raised."""
    waiting, seen = [header], {header}
    while waiting and len(seen) < _MOST:
        each = waiting.pop(0)
        try:
            raw = read_regular(each)
        except OSError:
            continue
        for found in _INCLUDE.finditer(raw):
            folders = (each.parent, *include_dirs) if found[1] == b'"' else include_dirs
            path = _first(folders, found[2].decode("utf-8", "surrogateescape"))
            if path is None or path in seen:
                continue
            if _is_odd(path):
                return Odd(path, each, raw.count(b"\n", 0, found.start()) + 1)
            seen.add(path)
            waiting.append(path)
    return None


def refused(odd: Odd, header: Path) -> Diagnostic:
    """Return the diagnostic for a header that the compiler could not read to its end because of such an include."""
    return Diagnostic(
        HEADER_NOT_PREPROCESSED,
        f"`{header.name}` cannot be read: `{odd.path.name}`, which it includes, is no plain file",
        labels=(Label(Span.at(odd.by, odd.line), "included here"),),
        help=f"put a header in the place of `{odd.path}`; the compiler waits for a pipe's other end for ever",
    )


def _first(folders: Sequence[Path], name: str) -> Path | None:
    try:
        return next((folder / name for folder in folders if (folder / name).exists()), None)
    except (OSError, ValueError):
        return None


def _is_odd(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
