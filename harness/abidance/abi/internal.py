"""What calls itself internal: it is not meant for callers, though they may see it, and must to make room for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_INTERNAL = re.compile(r"(^|[-_.])(internal|internals|private|priv|impl|int|p)([-_.]|$)")

_INTERNAL_NAME = re.compile(
    r"(^|_)(internal|internals|private|priv|impl)(_|$)|[a-z0-9](Internal|Private|Impl)$"
)


def is_reserved(name: str) -> bool:
    """Tell whether C keeps the name for compilers and its own library: no header gives it to callers (C11 7.1.3)."""
    return name.startswith("_")


def is_internal_name(name: str) -> bool:
    """Tell whether a type says so by its name, such as ``stream_internal`` or ``StreamPrivate``."""
    return _INTERNAL_NAME.search(name) is not None


def is_internal(path: Path) -> bool:
    """Tell whether the name of the file says so."""
    return _INTERNAL.search(path.stem) is not None
