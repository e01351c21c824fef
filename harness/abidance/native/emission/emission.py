"""Which files a contract comes to, by their paths below the repository's root: written, or compared with the old."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.core.errors import AbidanceError
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.generate.sweep import edge_cases
from abidance.native.emission.build_script import BuildScript
from abidance.native.emission.services import service_files
from abidance.native.seeds import encode
from abidance.native.target import emit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case
    from abidance.native.target import Target

FOLDER = "fuzz"
_MOST_SEEDS = 200
_OPTIONS = """[libfuzzer]
max_len = 8192

[asan]
# The target looks for leaks itself, after each input.
detect_leaks = 0
"""


@dataclass(frozen=True, slots=True)
class Emission:
    """Files by their paths from the root of the repository, with forward slashes."""

    files: Mapping[str, bytes]

    @classmethod
    def of(cls, boundaries: Sequence[Boundary], root: Path) -> Emission:
        """Return the files of contracts; raises UsageError for a library that is not below `root`."""
        files: dict[str, bytes] = {}
        rust = False
        for boundary in boundaries:
            target = emit(boundary, portable=True)
            entries = fuzzed(boundary, target)
            folder = f"{FOLDER}/{boundary.name}"
            script = BuildScript(boundary, root, entries)
            rust = rust or script.uses_rust
            files |= {
                f"{folder}/target.c": target.source.encode(),
                f"{folder}/target.dict": _dictionary(target).encode(),
                f"{folder}/target.options": _OPTIONS.encode(),
                f"{folder}/build.sh": script.text().encode(),
                **{f"{folder}/seeds/{entry}.zip": _seed_corpus(boundary, entry) for entry in entries},
            }
        files |= service_files(boundaries[0].name, [each.name for each in boundaries], rust=rust)
        return cls(dict(sorted(files.items())))


def write(emission: Emission, root: Path) -> None:
    """Write the files; scripts can be executed."""
    for name, raw in emission.files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
        if name.endswith(".sh"):
            file.chmod(0o755)


def stale(emission: Emission, root: Path) -> list[str]:
    """Return what is not as it would be written now: a line for each file."""
    found = []
    for name, raw in emission.files.items():
        try:
            there = (root / name).read_bytes()
        except OSError:
            found.append(f"{name} is missing")
            continue
        if there != raw:
            found.append(f"{name} differs from what would be written now")
    folders = [name.rpartition("/")[0] for name in emission.files if name.endswith("/target.c")]
    seeds = (
        f"{folder}/seeds/{file.name}" for folder in folders for file in (root / folder).glob("seeds/*.zip")
    )
    gone = sorted(name for name in seeds if name not in emission.files)
    return [*found, *(f"{name} is of no entry any more" for name in gone)]


def fuzzed(boundary: Boundary, target: Target) -> tuple[str, ...]:
    """Return the entries that get a fuzzer: handles, and functions that take none, which no sequence calls."""
    return tuple(
        entry
        for entry in target.entries
        if entry not in boundary.functions
        or not any(isinstance(m.shape, HandleShape) for m in boundary.functions[entry].members)
    )


def _dictionary(target: Target) -> str:
    """Return the texts of the contract as libFuzzer and AFL++ read them."""
    lines = [f'"{"".join(_escaped(byte) for byte in word)}"' for word in target.dictionary if len(word) <= 64]
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _escaped(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\x{byte:02x}"


def _seed_corpus(boundary: Boundary, entry: str) -> bytes:
    """Return inputs to begin with as an archive: for a function its examples and edge cases, and for all anything."""
    inputs: dict[bytes, None] = dict.fromkeys(_anything(entry))
    if entry in boundary.functions:
        for case in _cases(boundary, entry):
            raw = encode(boundary, entry, case)
            if raw is not None:
                inputs[raw] = None
            if len(inputs) == _MOST_SEEDS:
                break
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in sorted((sha256(raw).hexdigest()[:16], raw) for raw in inputs):
            archive.writestr(zipfile.ZipInfo(name), raw)  # dated 1980: the same bytes each time
    return packed.getvalue()


def _anything(entry: str) -> Iterator[bytes]:
    """Yield inputs of any bytes, the same each time: libFuzzer gives up where none that it has reaches anything."""
    for number in range(8):
        yield b"".join(sha256(f"{entry} {number} {part}".encode()).digest() for part in range(1 + number % 4))


def _cases(boundary: Boundary, entry: str) -> Iterator[Case]:
    function = boundary.functions[entry]
    hints = Hints.of(boundary, function)
    for example in function.examples:
        with suppress(UnlawfulExampleError, AbidanceError):
            yield complete(boundary, function, example.given, hints)
    yield from edge_cases(boundary, function)
