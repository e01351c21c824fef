"""Files that call themselves internal: what they declare is not meant for callers, though it may be seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_INTERNAL = re.compile(r"(^|[-_.])(internal|internals|private|priv|impl|int|p)([-_.]|$)")


def is_internal(path: Path) -> bool:
    """Tell whether the name of the file says so."""
    return _INTERNAL.search(path.stem) is not None
