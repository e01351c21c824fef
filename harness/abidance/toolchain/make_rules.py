"""The dependencies that compilers and cargo write down, in the words of make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_RULE = re.compile(r"^(?![#\t]).*?[^\\]: (.*)$", re.MULTILINE)
_NAME = re.compile(r"(?:\\[ #]|\S)+")


def depended_on(file: Path) -> tuple[str, ...]:
    """Return the names behind the colons of a file's rules; none where there is no such file."""
    try:
        text = file.read_text(encoding="utf-8", errors="surrogateescape").replace("\\\n", " ")
    except OSError:
        return ()
    found = (name for rule in _RULE.finditer(text) for name in _NAME.findall(rule[1]))
    return tuple(dict.fromkeys(re.sub(r"\\([ #])", r"\1", name).replace("$$", "$") for name in found))
