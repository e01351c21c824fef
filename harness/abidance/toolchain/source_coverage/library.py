"""What was reached of a library's own source files, by whichever counters its parts have."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.elf_image import open_image
from abidance.toolchain.source_coverage.counters import GCC, LLVM
from abidance.toolchain.source_coverage.gcc import gcc_reach
from abidance.toolchain.source_coverage.llvm import llvm_reach
from abidance.toolchain.source_coverage.merging import merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.core.source_reach import FileReach, FunctionReach
    from abidance.toolchain.source_coverage.counters import Counters
    from abidance.toolchain.source_coverage.gcc import Spot

_OF_THE_SYSTEM = ("/usr/include", "/usr/local/include", "/usr/lib", "/usr/local/lib", "/rustc")
_MOST_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class SourceReach:
    """The files of a library that are there to be read, and in words what could not be told.

    `whole` tells whether something is known of the library itself, and not only of the stubs beside it.
    """

    files: tuple[FileReach, ...]
    untold: tuple[str, ...] = ()
    whole: bool = False


def source_reach(
    library: Path, counted: Mapping[Path, Counters], header: Path, ends: Mapping[Spot, int]
) -> SourceReach:
    """Return what was reached, by the counters of a library and of the stubs beside it.

    `ends` has where calls ended their process. What belongs to the system or to Rust's standard library is left out,
    but for the `header`, and so is what belongs to crates of a registry, where the library has other code.
    """
    functions: list[FunctionReach] = []
    untold: list[str] = []
    stubs: set[Path] = set()
    whole = False
    for file, counters in counted.items():
        try:
            kinds = _kinds(file)
            before = len(functions)
            if GCC in kinds:
                reach = gcc_reach(file, counters, ends)
                functions += reach.functions
                untold += reach.untold
            if LLVM in kinds:
                functions += llvm_reach(file, counters)
            if file == library:
                whole = len(functions) > before
            else:
                stubs |= {each.path for each in functions[before:]}
        except (ValueError, OSError, struct.error) as error:
            untold.append(f"what the counters of `{file.name}` stand for: {error}")
    files = [each for each in merged(map(_placed, functions)) if not _is_of_the_system(each.path, header)]
    # A crate that is nothing but a face of one from a registry has no other code.
    own = [each for each in files if not _is_of_a_registry(each.path)] or files
    found: list[FileReach] = []
    for each in own:
        text = _text(each.path)
        if text is not None:
            found.append(_of_code(each, text))
        elif each.path not in stubs:  # whose own text is compiled and kept nowhere
            untold.append(f"`{each.path}`, which is not there")
    if whole and not any(each.lines for each in found):
        untold.append(f"which lines of `{library.name}` ran: none of its code is of a file that is there")
    return SourceReach(tuple(found), tuple(untold), whole)


def _kinds(library: Path) -> set[str]:
    with library.open("rb") as file:
        return {section.name for section in open_image(file).sections}


def _placed(function: FunctionReach) -> FunctionReach:
    """Return a function with its files' paths as short as they get."""
    return replace(
        function,
        path=_short(function.path),
        lines={(_short(path), line): count for (path, line), count in function.lines.items()},
        branches=tuple((_short(path), each) for path, each in function.branches),
        barriers=tuple((_short(path), each) for path, each in function.barriers),
    )


def _short(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _is_of_the_system(path: Path, header: Path) -> bool:
    foreign = any(path.is_relative_to(each) for each in _OF_THE_SYSTEM) or "rustlib" in path.parts
    return foreign and path != _short(header)


def _is_of_a_registry(path: Path) -> bool:
    cargo = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    return any(path.is_relative_to(cargo / each) for each in ("registry", "git"))


def _text(path: Path) -> list[str] | None:
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None


def _of_code(file: FileReach, text: Sequence[str]) -> FileReach:
    """Return a file without lines that hold no code: clang and rustc count whatever lies between."""

    def has_code(line: int) -> bool:
        words = text[line - 1].strip() if 0 < line <= len(text) else ""
        return bool(words) and not words.startswith("//")

    lines = {line: count for line, count in file.lines.items() if has_code(line)}
    barriers = (
        replace(each, behind=tuple(line for line in each.behind if line in lines)) for each in file.barriers
    )
    return replace(file, lines=lines, barriers=tuple(each for each in barriers if each.behind))
