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
    """How text is shown. `base` is where shown paths start when they are below it.

    `web` is where a server shows the files below it: an address that a path follows, empty where there is none.
    """

    color: bool = False
    width: int = UNLIMITED
    base: Path = field(default_factory=here)
    web: str = ""

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        """Return what `stream` can show: colour only on a terminal, and never with ``NO_COLOR``."""
        if not is_terminal(stream):
            return cls()
        color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(color, shutil.get_terminal_size((100, 24)).columns)

    @classmethod
    def of_checkout(cls) -> Style:
        """Return what a service shows that lays paths against the checkout it made, wherever in it a step works."""
        folder, web = here(), ""
        for name, address in (("GITHUB_WORKSPACE", _github), ("CI_PROJECT_DIR", _gitlab)):
            root = Path(os.environ.get(name) or ".")
            if root.is_absolute() and folder.is_relative_to(root.resolve()):
                folder, web = root.resolve(), address()
                break
        return cls(base=folder, web=web)

    def is_outside(self, path: Path) -> bool:
        """Tell whether a file is not below the base, so that nobody has it there."""
        return Path(self.path(path)).is_absolute()

    def paint(self, text: str, color: Color) -> str:
        """Return `text` written with `color`, or as it is where there is no colour."""
        if not self.color or color is Color.PLAIN or not text:
            return text
        return f"\x1b[{color.value}m{text}\x1b[0m"

    def path(self, path: Path) -> str:
        """Return the path relative to the base when it is below it, else as it was given."""
        # A relative path starts in the working directory, which may lie deeper than the base.
        whole = here() / path
        if not path.is_absolute() and ".." not in path.parts and not whole.is_relative_to(self.base):
            return str(path)
        # Resolving is for `contracts/../include/x.h`; a link without `..` keeps the name that the user gave.
        for candidate in (whole, whole.resolve()):
            if ".." not in candidate.parts and candidate.is_relative_to(self.base):
                return str(candidate.relative_to(self.base))
        return str(path if ".." not in path.parts else whole.resolve())


def _github() -> str:
    parts = [os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA")]
    return "/".join((*parts[:2], "blob", parts[2], "")) if all(parts) else ""


def _gitlab() -> str:
    parts = [os.environ.get(f"CI_{name}", "") for name in ("PROJECT_URL", "COMMIT_SHA")]
    return "/".join((parts[0], "-/blob", parts[1], "")) if all(parts) else ""


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person looks at `stream`; a closed one is none."""
    try:
        return stream.isatty()
    except ValueError:
        return False
