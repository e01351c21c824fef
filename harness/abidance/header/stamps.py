"""Whether a header would still preprocess to what it did: the files that were read, and where others would be.

What is trusted: the compiler's word on which files it read and where it searches, and the kernel's times of
files and directories, unless they are so near to the reading that a later change could bear the same time.
Then contents are compared. `__DATE__`, `__TIME__` and compilers that are swapped for others of the same
version, size and times are not noticed.
"""

# ruff: noqa: PTH100, PTH112, PTH113, PTH116, PTH120, PTH123
# There are thousands of paths to look at, and making a Path of each takes longer than all the rest.

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.toolchain.compiler import SearchPlaces

# Two changes within one tick of the kernel's clock have one time; file systems are coarser still.
_RACY = 2_000_000_000  # nanoseconds
_TICK = 20_000_000
# Each begins with literal text, which is found fast. What a comment has of the kind is one more place to look.
_NAMED = r'[ \t]*(?:"(?P<quoted>[^"\n]+)"|<(?P<angled>[^>\n]+)>)'
_INCLUDES = (
    re.compile(rf"\#[ \t]*(?:include|include_next|import|embed)\b{_NAMED}"),
    re.compile(rf"__has_(?:include|include_next|embed)[ \t]*\({_NAMED}"),
)

Stamp = tuple[int, int, int, int]
"""Size, inode, and the times in nanoseconds of the last change to contents and to the inode."""


class FileStamp(NamedTuple):
    """A file that was read. The digest decides where the stamp is no proof."""

    path: str
    stamp: Stamp
    racy: bool
    digest: bytes


class FolderStamp(NamedTuple):
    """A directory, and which files in it or below are there (True) or not, of those that would be included."""

    path: str
    stamp: Stamp | None
    racy: bool
    entries: list[tuple[str, bool]]


class Stamps(NamedTuple):
    """All that one preprocessing depended on."""

    files: list[FileStamp]
    folders: list[FolderStamp]

    def hold(self) -> bool:
        """Tell whether nothing changed since."""
        return all(map(_file_holds, self.files)) and all(map(_folder_holds, self.folders))

    def plain(self) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        """Return them for `marshal`."""
        return [tuple(each) for each in self.files], [tuple(each) for each in self.folders]

    @classmethod
    def of(cls, plain: Any) -> Stamps:
        """Return what `plain` was made of; raises ValueError or TypeError for anything else."""
        files, folders = plain
        return cls([FileStamp(*each) for each in files], [FolderStamp(*each) for each in folders])


class StampCollection:
    """The stamps of one preprocessing, taken in two steps so that the second can wait.

    `started` is the time in nanoseconds before the preprocessor was started.
    """

    def __init__(self, started: int, files: Iterable[str], places: SearchPlaces) -> None:
        self._started = started
        self._places = places
        self._stamps = {path: _stamp(path) for path in map(os.path.abspath, files)}

    def finish(self) -> Stamps | None:
        """Return the stamps, or None when a file or a directory changed since the preprocessor was started."""
        files = []
        texts = []
        for path, stamp in self._stamps.items():
            raw = _contents(path)
            if (
                stamp is None
                or raw is None
                or _stamp(path) != stamp
                or max(stamp[2:]) > self._started - _TICK
            ):
                return None
            files.append(FileStamp(path, stamp, max(stamp[2:]) > self._started - _RACY, _digest(raw)))
            texts.append((path, raw.decode("utf-8", "replace")))
        folders = list(self._folders(texts))
        if any(folder.stamp is None or self._is_new(folder.stamp) for folder in folders):
            return None
        return Stamps(files, folders)

    def _is_new(self, stamp: Stamp) -> bool:
        """Tell whether what has this stamp may have changed since the preprocessor was started."""
        return max(stamp[2:]) > self._started - _TICK

    def _folders(self, texts: list[tuple[str, str]]) -> Iterator[FolderStamp]:
        """Yield the directories in which a new file, or one less, would change what is included."""
        # By folder that quoted names are looked for in first, or "" for the others: many files name the same.
        wanted: dict[tuple[str, str], None] = {}
        for path, text in texts:
            own = os.path.dirname(path)
            for name, quoted in _included(text):
                wanted[own if quoted else "", name] = None
            # What a macro names in an include is known by what was read.
            for place in self._places.angled:
                if path.startswith(f"{place}/"):
                    wanted["", path[len(place) + 1 :]] = None
        candidates = dict.fromkeys(each for own, name in wanted for each in self._candidates(own, name))
        folders: dict[str, list[tuple[str, bool]]] = {}
        known: dict[str, str] = {}
        for each in candidates:
            folder = os.path.dirname(each)
            if folder not in known:
                known[folder] = _existing(folder)
            folders.setdefault(known[folder], []).append((each, os.path.isfile(each)))
        for folder, entries in folders.items():
            stamp = _stamp(folder)
            yield FolderStamp(folder, stamp, stamp is None or max(stamp[2:]) > self._started - _RACY, entries)

    def _candidates(self, own: str, name: str) -> Iterator[str]:
        if name.startswith("/"):
            yield name
            return
        # A directory that is not there now may be there next time.
        places = (*self._places.angled, *self._places.missing)
        for place in (own, *self._places.quoted, *places) if own else places:
            yield os.path.abspath(f"{place}/{name}")


def _included(text: str) -> Iterator[tuple[str, bool]]:
    for pattern in _INCLUDES:
        for found in pattern.finditer(text):
            yield found["quoted"] or found["angled"], bool(found["quoted"])


def _file_holds(seen: FileStamp) -> bool:
    if not seen.racy and _stamp(seen.path) == seen.stamp:
        return True
    raw = _contents(seen.path)
    return raw is not None and _digest(raw) == seen.digest


def _folder_holds(folder: FolderStamp) -> bool:
    if not folder.racy and _stamp(folder.path) == folder.stamp:
        return True
    return all(os.path.isfile(path) is there for path, there in folder.entries)


def _stamp(path: str) -> Stamp | None:
    try:
        facts = os.stat(path)
    except (OSError, ValueError):
        return None
    return facts.st_size, facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns


def _contents(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError):
        return None


def _digest(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=16).digest()


def _existing(folder: str) -> str:
    """Return the directory, or the nearest above it that is there."""
    while not os.path.isdir(folder):
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    return folder
