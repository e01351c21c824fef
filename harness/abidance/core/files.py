"""Files are written whole: into a temporary file beside the target, then renamed over it."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

_OPEN_FILES = (("dev", "stdout"), ("dev", "stderr"), ("dev", "fd"), ("proc", "self"))
"""They may lead to a plain file, which somebody else writes to."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write `content` so that a reader, or a run cut short, never sees half a file.

    Raises OSError as `open` would. The temporary file is private to the user until the rename. A link stays one: what
    it leads to is written. Nothing is renamed over a device or a pipe, such as ``/dev/null``, which is written to.
    """
    raw = content.encode() if isinstance(content, str) else content
    if _takes_bytes(path):
        with path.open("ab") as file:
            file.write(raw)
        return
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _takes_bytes(path: Path) -> bool:
    """Tell whether this is no file that lies somewhere, but something that bytes are handed to."""
    if path.absolute().parts[1:3] in _OPEN_FILES:
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
