"""The inputs of a build target by content hash, because build tools compare modification times and those can be wrong.

`rsync -t`, an unpacked archive, a restored cache and a clock set back all leave a new content under a time that
is older than the object file, and ninja, make and cargo then take the object for up to date. So each build leaves
a record of its inputs. Before the next one, the inputs are looked at: times and inode first, among them the
time that `utime` cannot set back, and the content where these differ. What changed without a newer time makes
the build start over; all else is left to the tool.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from abidance.toolchain.cache_entries import read_value, write_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FOLDER = "abidance-inputs"
_TICK = 20_000_000  # nanoseconds: two changes within a tick of the kernel's clock bear one time
SOURCES = frozenset({
    ".c", ".cc", ".cpp", ".cxx", ".c++", ".h", ".hh", ".hpp", ".hxx", ".h++", ".inc", ".inl", ".ipp", ".tpp", ".def",
    ".in", ".s", ".asm", ".rs", ".y", ".yy", ".l", ".ll", ".proto",
})  # fmt: skip
"""Endings of what is compiled, included, or made into such."""

_Stamp = tuple[int, int, int, int]
_NEVER: _Stamp = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ToolInputs:
    """All that the tool knows of what it built from.

    `folders` are those in which a file more or fewer may change what is compiled or included; `environment` are
    names of variables that the build reads; `notes` are kept for whoever starts the build over.
    """

    files: tuple[Path, ...]
    folders: tuple[Path, ...] = ()
    environment: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class RunningTool(Protocol):
    """A build tool at work in one tree, whose lock is held."""

    def build(self) -> bool:
        """Bring the target up to date; tell whether there was something to do."""
        ...

    def start_over(self, notes: frozenset[str]) -> None:
        """Make the tool forget what it built; `notes` are those of all records in the tree."""
        ...

    def sources(self) -> ToolInputs:
        """Return what the target was built from."""
        ...


def build_by_content(tree: Path, name: str, tool: RunningTool) -> None:
    """Bring the target `name` of `tree` up to date with the content of its inputs.

    Raises what `tool` raises; the record then says that outputs may be of either content.
    """
    records = {path.stem: BuildRecord.load(path) for path in (tree / _FOLDER).glob("*.bin")}
    own, record = tree / _FOLDER / f"{name}.bin", records.get(name)
    look = record.look() if record else None
    # A target without a record may share what others were built from, and a tree without any is not known at all.
    looked = [look] if record else [each.look() if each else None for each in records.values()]
    anew = not looked or any(each is None or each.unseen for each in looked)
    if anew:
        _start_over(tree, tool, records.values())
    began = now(tree)
    trusted = record if look and look.changed and not anew else None
    if trusted and look:
        # An interrupted build leaves outputs of both contents, and no time that all of them are older than.
        trusted.begun(look, whole=False).save(own)
    try:
        worked = tool.build()
    except BaseException:
        if trusted and look:
            trusted.begun(look, whole=True).save(own)
        raise
    if trusted and not worked:
        _start_over(tree, tool, records.values())
        began, anew = now(tree), True
        tool.build()
    if worked or anew or look is None or look.changed or look.moved:
        BuildRecord.settled(tool.sources(), look, began, 0 if anew or not record else record.time).save(own)


def _start_over(tree: Path, tool: RunningTool, records: Iterable[BuildRecord | None]) -> None:
    notes = frozenset(note for each in records if each for note in each.notes)
    for path in (tree / _FOLDER).glob("*.bin"):
        path.unlink(missing_ok=True)
    tool.start_over(notes)


class _Entry(NamedTuple):
    """One input. `built`: the outputs have this content; `begun`: they have it or an earlier one; `raced`: unknown."""

    stamp: _Stamp
    digest: str
    state: Literal["built", "begun", "raced"]


@dataclass(frozen=True, slots=True)
class InputState:
    """The inputs as they are now. `changed` are those that differ, `unseen` those of them without a newer time.

    `moved` tells that an input has its content still, and another stamp.
    """

    entries: Mapping[str, _Entry]
    changed: tuple[str, ...]
    unseen: tuple[str, ...]
    moved: bool


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """The inputs of one target as its last build had them; outputs are no newer than `time` if it was `whole`."""

    entries: Mapping[str, _Entry]
    folders: Mapping[str, str]
    environment: Mapping[str, str | None]
    notes: tuple[str, ...]
    whole: bool
    time: int = 0

    @classmethod
    def load(cls, path: Path) -> BuildRecord | None:
        """Return the record in a file, or None where there is none that can be trusted."""
        try:
            written = path.stat().st_mtime_ns
            entries, folders, environment, notes, whole, time = read_value(path)
            entries = {name: _Entry(*entry) for name, entry in entries.items()}
            time = max(written, time)  # a clock may have been set back since
            return cls(entries, folders, environment, notes, whole, time)
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    @classmethod
    def settled(cls, sources: ToolInputs, look: InputState | None, began: int, time: int) -> BuildRecord:
        """Return the record of a build that began at `began` and came to its end; outputs may be as new as `time`."""
        entries = {}
        for name in sorted({str(path) for path in sources.files}):
            entry = _read(name)
            if entry is None:
                continue
            before = look.entries.get(name) if look else None
            if max(entry.stamp[:2]) > began and (before is None or before.digest != entry.digest):
                entry = entry._replace(state="raced")  # it was written during the build
            elif max(entry.stamp[:2]) > began - _TICK:
                entry = entry._replace(stamp=_NEVER)  # its stamp proves nothing yet
            entries[name] = entry
        folders = {str(folder): _names(str(folder)) for folder in sources.folders}
        environment = {name: os.environ.get(name) for name in sources.environment}
        return cls(entries, folders, environment, sources.notes, whole=True, time=time)

    def begun(self, look: InputState, *, whole: bool) -> BuildRecord:
        """Return the record of a build that has not ended well."""
        return BuildRecord(look.entries, self.folders, self.environment, self.notes, whole, self.time)

    def save(self, path: Path) -> None:
        """Write it to a file."""
        entries = {name: tuple(entry) for name, entry in self.entries.items()}
        write_value(path, (entries, self.folders, self.environment, self.notes, self.whole, self.time))

    def look(self) -> InputState:
        """Compare the inputs with what they are now."""
        entries: dict[str, _Entry] = {}
        changed: list[str] = []
        unseen: list[str] = []
        moved = False
        for name, entry in self.entries.items():
            if entry.state != "raced" and entry.stamp != _NEVER and entry.stamp == _stamp(name):
                entries[name] = entry
                continue
            now = _read(name)
            if now is not None and now.digest == entry.digest and entry.state == "built":
                entries[name] = now
                moved = True
                continue
            changed.append(name)
            if now is None or entry.state == "raced" or not (self.whole and now.stamp[0] > self.time):
                unseen.append(name)
            entries[name] = now._replace(state="begun") if now else entry._replace(state="raced")
        unseen += [folder for folder, names in self.folders.items() if _names(folder) != names]
        unseen += [name for name, value in self.environment.items() if os.environ.get(name) != value]
        return InputState(entries, tuple(dict.fromkeys((*changed, *unseen))), tuple(unseen), moved)


def folders_of(files: Iterable[Path], below: Path) -> tuple[Path, ...]:
    """Return the folders at or below `below` that hold some of `files`."""
    folders = (folder for folder, _ in groupby(sorted(files), key=lambda path: path.parent))
    return tuple(dict.fromkeys(folder for folder in folders if folder.is_relative_to(below)))


def _read(name: str) -> _Entry | None:
    """Return a file's entry, or None when there is no such file."""
    try:
        stamp = _stamp(name)
        if stamp is None:
            return None
        with Path(name).open("rb") as file:
            return _Entry(stamp, hashlib.file_digest(file, "blake2b").hexdigest()[:32], "built")
    except OSError:
        return None


def _stamp(name: str) -> _Stamp | None:
    try:
        facts = os.stat(name)  # noqa: PTH116 - a build has hundreds of inputs, and each is looked at every time
    except OSError:
        return None
    if not stat.S_ISREG(facts.st_mode):
        return None
    return facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size, facts.st_ino


def _names(folder: str) -> str:
    """Return a digest of the names of sources in a folder; what editors leave beside them is none."""
    names: list[str] = []
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        names = [each.name for each in found if each.name[0] not in ".#"]
    sources = sorted(name for name in names if os.path.splitext(name)[1].lower() in SOURCES)  # noqa: PTH122
    return hashlib.blake2b("\0".join(sources).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def now(tree: Path) -> int:
    """Return the time as the file system of the tree has it, which may be another machine's."""
    mark = tree / "abidance-began"
    mark.write_bytes(b"")
    return mark.stat().st_mtime_ns
