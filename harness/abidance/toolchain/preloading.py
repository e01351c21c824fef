"""Names for shared objects that the dynamic linker takes whole.

``LD_PRELOAD`` is split at spaces and colons, and ``$`` begins a word that ld.so(8) replaces. A file whose path has one
of them is left out, and the program starts without it. So such a file is named by a link in a directory of our own.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TAKEN_APART = re.compile(r"[ :;$]")
_PLACES = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - only a directory of our own is made there


@contextlib.contextmanager
def preloadable(files: Sequence[Path]) -> Iterator[str]:
    """Yield `files` as a value of ``LD_PRELOAD``, good for processes that start in the block.

    Raises UsageError when one needs another name and nowhere can that be given.
    """
    if not any(_TAKEN_APART.search(str(file)) for file in files):
        yield ":".join(map(str, files))
        return
    home = _own_directory(files)
    try:
        names: list[str] = []
        for number, file in enumerate(files):
            # What a runtime is called matters: AddressSanitizer looks for itself by name.
            link = home / str(number) / _TAKEN_APART.sub("_", file.name)
            link.parent.mkdir()
            link.symlink_to(file.absolute())
            names.append(str(link))
        yield ":".join(names)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _own_directory(files: Sequence[Path]) -> Path:
    named = [os.environ.get(name, "") for name in ("TMPDIR", "XDG_RUNTIME_DIR")]
    for place in (*named, *_PLACES):
        if place and not _TAKEN_APART.search(place):
            with contextlib.suppress(OSError):
                return Path(tempfile.mkdtemp(prefix="abidance-", dir=place))
    file = next(file for file in files if _TAKEN_APART.search(str(file)))
    raise UsageError(
        Diagnostic(
            BAD_CONFIGURATION,
            f"`{file}` cannot be preloaded: the dynamic linker ends a path at a space or colon",
            notes=(f"and no directory without them can be written: {', '.join(_PLACES)}",),
            help="set `TMPDIR` or `ABIDANCE_CACHE_DIR` to a directory without them",
        )
    )
