"""What the place a report goes to can show: colour, width, and the folder that paths are relative to."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from abidance.core.codes import Severity

UNLIMITED = 140
"""The width where there is no terminal; the same everywhere, so that logs and goldens are equal."""


class Color(Enum):
    """A way to write, as the numbers of an ANSI SGR sequence."""

    PLAIN = ""
    STRONG = "1"
    FRAME = "1;34"
    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    GOOD = "1;32"


def here() -> Path:
    """Return the working directory, or the root where that is gone."""
    try:
        return Path.cwd()
    except OSError:
        return Path("/")


_SEVERITIES = {"error": Color.ERROR, "warning": Color.WARNING, "note": Color.NOTE}


def color_of(severity: Severity) -> Color:
    """Return how the severity is written."""
    return _SEVERITIES[severity.value]


@dataclass(frozen=True, slots=True)
class Style:
    """How text is shown. `base` is where shown paths start when they are below it."""

    color: bool = False
    width: int = UNLIMITED
    base: Path = field(default_factory=here)

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        """Return what `stream` can show: colour only on a terminal, and never with ``NO_COLOR``."""
        if not is_terminal(stream):
            return cls()
        color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(color, shutil.get_terminal_size((100, 24)).columns)

    def paint(self, text: str, color: Color) -> str:
        """Return `text` written with `color`, or as it is where there is no colour."""
        if not self.color or color is Color.PLAIN or not text:
            return text
        return f"\x1b[{color.value}m{text}\x1b[0m"

    def path(self, path: Path) -> str:
        """Return the path relative to the base when it is below it, else as it was given."""
        if not path.is_absolute() and ".." not in path.parts:
            return str(path)
        whole = self.base / path
        # Resolving is for `contracts/../include/x.h`; a link without `..` keeps the name that the user gave.
        for candidate in (whole, whole.resolve()):
            if ".." not in candidate.parts and candidate.is_relative_to(self.base):
                return str(candidate.relative_to(self.base))
        return str(path if ".." not in path.parts else whole.resolve())


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person looks at `stream`; a closed one is none."""
    try:
        return stream.isatty()
    except ValueError:
        return False
