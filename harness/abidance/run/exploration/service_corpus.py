"""Inputs that a fuzzing service kept of the fuzzers that ``abidance fuzz --emit`` writes, in folders or archives.

ClusterFuzzLite has a folder for each fuzzer in its storage repository, or an archive as an artifact of a workflow;
OSS-Fuzz has archives to download. All of them, and what either kept of crashes, have the fuzzer's name in theirs.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.native.emission import fuzzer_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.core.events import ItemId

_FUZZER = re.compile(r"(?:.*-)?(\w+_fuzzer)(?:_seed_corpus)?")
"""A fuzzer's name in that of a folder or archive: ``cifuzz-corpus-NAME.zip``, ``NAME_seed_corpus.zip``, ``NAME``."""
_LONGEST = 1 << 16
MOST = 20_000
"""So many inputs of one fuzzer are taken, in the order of their paths."""


@dataclass(frozen=True, slots=True)
class ServiceCorpus:
    """The inputs by the names of their fuzzers, each once."""

    inputs: Mapping[str, Sequence[bytes]]

    @classmethod
    def read(cls, places: Sequence[Path]) -> ServiceCorpus:
        """Read folders and archives; raises UsageError for one that cannot be read, or that has no fuzzer's inputs."""
        found: dict[str, dict[bytes, None]] = defaultdict(dict)
        for place in places:
            number = 0
            try:
                for name, data in _inputs_at(place.absolute()):
                    number += 1
                    if len(found[name]) < MOST and len(data) <= _LONGEST:
                        found[name][data] = None
            except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                words = getattr(error, "strerror", None) or str(error)
                raise _unreadable(place, words.lower()) from None
            if not number:
                raise _unreadable(place, "no folder or archive there is named after a fuzzer")
        return cls({name: tuple(inputs) for name, inputs in found.items()})

    def of(self, item: ItemId) -> Sequence[bytes]:
        """Return the inputs of an item's function or handle."""
        libraries = dict.fromkeys(side.library for side in item.sides)
        return self.inputs.get(fuzzer_name(item.boundary, [*libraries], item.function), ())


NO_CORPUS = ServiceCorpus({})


def _inputs_at(place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name of a fuzzer and an input, for each file below a place and each member of an archive."""
    if not place.is_dir():
        yield from _inputs_in(place)
        return
    for file in sorted(each for each in place.rglob("*") if each.is_file() and not each.is_symlink()):
        if zipfile.is_zipfile(file):
            yield from _inputs_in(file)
        elif (name := _fuzzer(file.parent)) is not None and file.stat().st_size <= _LONGEST:
            yield name, file.read_bytes()


def _inputs_in(archive: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as members:
        for member in members.infolist():
            name = _fuzzer(archive.with_suffix("") / PurePath(member.filename).parent)
            if name is not None and not member.is_dir() and member.file_size <= _LONGEST:
                yield name, members.read(member)


def _fuzzer(folder: PurePath) -> str | None:
    """Return the fuzzer that a folder, or the nearest above it, is named after."""
    matches = (_FUZZER.fullmatch(part) for part in reversed(folder.parts))
    return next((found[1] for found in matches if found), None)


def _unreadable(place: Path, why: str) -> UsageError:
    return UsageError(
        Diagnostic(
            BAD_CONFIGURATION,
            f"`{place}` has no inputs to begin with: {why}",
            help="it is a folder or an archive that ClusterFuzzLite or OSS-Fuzz has of a fuzzer of `--emit`",
        )
    )
