"""What is said when the operating system refuses: no space, no memory, no descriptors. None of it is ours to mend."""

from __future__ import annotations

import errno
import os
import tempfile
from typing import TYPE_CHECKING

from abidance.core.catalogue import SYSTEM_REFUSED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.core.limits import why

if TYPE_CHECKING:
    from collections.abc import Iterable

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
_RESOURCES = _FULL | {
    errno.EAGAIN, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS,
}  # fmt: skip
_LITTLE = 1 << 20  # bytes left: a file system that has no more is taken for full
FULL_WORDS = "No space left on device"
"""What tools say of a full file system, in the English that they are asked for."""


def refusal(error: BaseException, doing: str = "") -> CannotJudgeError | None:
    """Return what to raise for an error that comes from the system's lack of something, or None for others.

    `doing` says what was refused, such as ``start `cc` ``.
    """
    if not isinstance(error, OSError | MemoryError):
        return None
    number = errno.ENOMEM if isinstance(error, MemoryError) else error.errno
    name = getattr(error, "filename", None)
    if number not in _RESOURCES and name != os.devnull:
        return None
    place = os.fsdecode(name) if isinstance(name, str | bytes) else ""
    if not place and number in _FULL:
        place = full_place()
    return refused(doing, why(error), place, full=number in _FULL)


def refused(doing: str, words: str, place: str = "", *, full: bool = False) -> CannotJudgeError:
    """Return the error for something that the system refused; `words` say why, `place` is the file or folder."""
    what = f"the system refused to {doing}" if doing else "the system refused"
    where = f" at `{place}`" if place else ""
    remedy = "free some there, or name another folder with `TMPDIR` or `ABIDANCE_CACHE_DIR`" if full else None
    return CannotJudgeError(Diagnostic(SYSTEM_REFUSED, f"{what}: {words}{where}", help=remedy))


def full_place(*more: str) -> str:
    """Return the folder that has no space left, of those that are written to; else the first."""
    places = [*more, _temporary(), os.curdir]
    return next((place for place in places if _is_full(place)), places[0])


def _temporary() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:  # it tries to write to each, so a full one is none
        return _first_of((os.environ.get("TMPDIR", ""), "/tmp"))  # noqa: S108 - for a message


def _first_of(names: Iterable[str]) -> str:
    return next(name for name in names if name)


def _is_full(place: str) -> bool:
    try:
        found = os.statvfs(place)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _LITTLE or (found.f_files > 0 and found.f_favail == 0)
