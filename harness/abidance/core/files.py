"""Files are read whole, if they are files and no larger than they should be, and written whole.

Nobody waits for the other end of a pipe, or reads a device that has no end. What is written goes into a temporary file
beside the target, which is then renamed over it.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_OPEN_FILES = (("dev", "stdout"), ("dev", "stderr"), ("dev", "fd"), ("proc", "self"))
"""They may lead to a plain file, which somebody else writes to."""

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
LARGEST = 4 << 20
"""Bytes of a file that a person writes; what is larger is none of those."""


def read_regular(path: Path, most: int = LARGEST) -> bytes:
    """Return what a plain file holds.

    Raises OSError as `open` would, with `EFBIG` for more than `most` bytes, and for what is no plain file.
    """
    raw = read_beginning(path, most + 1)
    if len(raw) > most:
        raise OSError(errno.EFBIG, f"larger than {_size(most)}", str(path))
    return raw


def read_beginning(path: Path, size: int) -> bytes:
    """Return the first `size` bytes of a plain file; raises OSError, also for what is none."""
    with open_regular(path) as file:
        raw = file.read(size)
    if raw is None:  # a file of the kernel's own that has nothing to say yet
        raise OSError(errno.EAGAIN, "nothing is in it yet", str(path))
    return raw


def open_regular(path: Path) -> BinaryIO:
    """Open a plain file; raises OSError, also for what is none: opening a pipe would wait for its other end."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        what = next((words for kind, words in _KINDS if kind(mode)), "")
        if what:
            raise OSError(errno.EINVAL, f"it is {what}, not a file", str(path))
        return open(handle, "rb")  # noqa: PTH123 - a descriptor, which the caller closes
    except BaseException:
        os.close(handle)
        raise


def read_regular_text(path: Path, most: int = LARGEST) -> str:
    """Return the text of a plain file in UTF-8; raises what `read_regular` does, and UnicodeDecodeError."""
    return read_regular(path, most).decode()


def project_folder(root: Path) -> Path:
    """Return the folder of what belongs to a project and not to its history: a .gitignore keeps it out of that.

    Raises OSError where it cannot be made.
    """
    folder = root / ".abidance"
    keep_out_of_git(folder)
    return folder


def keep_out_of_git(folder: Path) -> None:
    """Make a folder whose contents belong to no project's history; raises OSError where it cannot be made."""
    if not (folder / ".gitignore").exists():
        write_whole(folder / ".gitignore", "*\n")


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write `content` so that a reader, or a run cut short, never sees half a file.

    Raises OSError as `open` would. The temporary file is private to the user until the rename, and with `private`
    stays so. A link stays one: what it leads to is written. Nothing is renamed over a device or a pipe, such as
    ``/dev/null``, which is written to.
    """
    raw = content.encode() if isinstance(content, str) else content
    if _takes_bytes(path):
        with path.open("ab") as file:
            file.write(raw)
        return
    import tempfile  # noqa: PLC0415 - who only reads does not wait for it

    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        if not private:
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


def _size(most: int) -> str:
    return f"{most >> 20} MiB" if most >> 20 else f"{most >> 10} KiB"
