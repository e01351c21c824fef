"""What gcc's counters say of a library: each function's notes, with the counters that the library has for it.

The library names the notes' files beside its counters, and knows each function by three numbers, as the notes do.
"""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.source_reach import Barrier, Branch, FunctionReach
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.source_coverage.counters import NOTES
from abidance.toolchain.source_coverage.gcc_flow import flow
from abidance.toolchain.source_coverage.gcc_notes import ENTRY, EXIT, read_notes
from abidance.toolchain.source_coverage.symbol_names import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from abidance.toolchain.elf_image import Image
    from abidance.toolchain.source_coverage.counters import Counters
    from abidance.toolchain.source_coverage.gcc_notes import Arc, NotedFunction

_DATA = re.compile(rb"[^\0]+\.gcda(?=\0)")
_READABLE = re.compile(rb"/[ -~]*$")
_MOST_FOLDERS = 256
_WRITABLE, _ALLOCATED, _SHT_PROGBITS, _SHT_RELA = 1, 2, 1, 4
_RELATIVE = {"x86-64": 8, "aarch64": 1027, "riscv": 3, "ppc64le": 22, "s390x": 12}
# `struct gcov_fn_info` of gcc's libgcov.h, for 64 bits: a key, three numbers, how many counters, where they are.
_INFO_NUMBERS, _INFO_COUNT, _INFO_VALUES = 8, 24, 32


Spot = tuple[str, str, int]
"""A function, the name of a file without its folder, and a line."""


@dataclass(frozen=True, slots=True)
class GccReach:
    """What was counted, and what cannot be told: notes that are gone, or those of another build."""

    functions: tuple[FunctionReach, ...]
    untold: tuple[str, ...] = ()


def gcc_reach(library: Path, counters: Counters, ends: Mapping[Spot, int]) -> GccReach:
    """Return what ran of the parts of a library that gcc compiled with counters; raises ValueError, OSError.

    `ends` has where processes were ended, and how often each: a counter of gcc's counts only what was left again.
    """
    with library.open("rb") as file:
        image = open_image(file)
        untold: list[str] = []
        noted: dict[tuple[int, int, int], tuple[str, NotedFunction]] = {}
        for place, read in _notes_of(image):
            try:
                notes = read_notes(read())
            except OSError as error:
                untold.append(f"`{place}`, which gcc wrote, cannot be read: {(error.strerror or '').lower()}")
            except ValueError as error:
                untold.append(f"`{place}` is not understood: {error}")
            else:
                # An inline function of a header is noted wherever it is used.
                noted |= {each.key: (notes.directory, each) for each in notes.functions}
        values = _counters_of(image, noted.keys())
    functions: list[FunctionReach] = []
    missing: dict[str, None] = {}
    for directory, each in noted.values():
        found = values.get(each.key, ())
        if each.artificial:
            continue
        count = sum(1 for arc in each.arcs if arc.counted)
        copies = [at for number, at in found if number == count]
        if found and not copies:
            missing[each.source] = None  # the notes are of another build
        functions += (_function(directory, each, counters.numbers(at, count), ends) for at in copies)
    untold += (f"what gcc noted of `{source}` is of another build" for source in missing)
    return GccReach(tuple(functions), tuple(untold))


def _notes_of(image: Image) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield where notes are, and what reads them: inside, and in files where the counts would be written."""
    for section in image.sections:
        if section.name == NOTES:
            yield NOTES, partial(image.contents, section)
            return
    found: dict[Path, None] = {}
    for section in image.sections:
        if section.kind == _SHT_PROGBITS and section.flags & _ALLOCATED:
            found |= dict.fromkeys(_beside(match[0]) for match in _DATA.finditer(image.contents(section)))
    for place in found:
        yield str(place), place.read_bytes


def _beside(text: bytes) -> Path:
    """Return the notes beside the file that a text names, which is absolute, and may begin after other data."""
    starts = [at for at in range(len(text)) if text[at : at + 1] == b"/"][-_MOST_FOLDERS:]
    places = [Path(os.fsdecode(text[at:])).with_suffix(".gcno") for at in starts]
    readable = _READABLE.search(text)
    last = Path(os.fsdecode(readable[0] if readable else text)).with_suffix(".gcno")
    return next((place for place in places if _is_file(place)), last)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the name of no file
        return False


def _counters_of(
    image: Image, wanted: Iterable[tuple[int, int, int]]
) -> dict[tuple[int, int, int], list[tuple[int, int]]]:
    """Return how many counters each function has and the address of the first, for each copy of it."""
    if image.bits != 64 or image.order != "<":
        raise ValueError(f"counters of {image.bits}-bit {image.machine} are not read")
    parts = {(first, lines | graph << 32): (first, lines, graph) for first, lines, graph in wanted}
    relocated = _relocated(image)
    found: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
    firsts = {first for first, _ in parts}
    for section in image.sections:
        if section.kind != _SHT_PROGBITS or not section.flags & _WRITABLE:
            continue
        data = image.contents(section)
        words = struct.unpack_from(f"<{len(data) // 4}I", data)
        for at in range(0, len(words) - 7, 2):
            if words[at] not in firsts:
                continue
            key = parts.get((words[at], words[at + 1] | words[at + 2] << 32))
            if key is None:
                continue
            start = 4 * at - _INFO_NUMBERS
            place = section.address + start + _INFO_VALUES
            inside = int.from_bytes(data[start + _INFO_VALUES : start + _INFO_VALUES + 8], "little")
            values = relocated.get(place, inside)
            found.setdefault(key, []).append((words[(start + _INFO_COUNT) // 4], values))
    return found


def _relocated(image: Image) -> dict[int, int]:
    """Return what the dynamic linker writes where, without the address that the library is loaded at."""
    kind = _RELATIVE.get(image.machine)
    return {
        place: addend
        for section in image.sections
        if section.kind == _SHT_RELA
        for place, told, _, addend in image.relocations(section)
        if told == kind and addend is not None
    }


def _function(
    directory: str, noted: NotedFunction, counts: Sequence[int], ends: Mapping[Spot, int]
) -> FunctionReach:
    """Return what ran of a function; raises ValueError where that does not follow from its counters."""
    ran, taken = flow(noted.blocks, noted.arcs, counts, _ends_in(noted, ends))

    def placed(source: str) -> Path:
        return Path(directory, source)

    lines: dict[tuple[Path, int], int] = {}
    for block, told in noted.lines.items():
        for source, line in told:
            place = placed(source), line
            lines[place] = max(lines.get(place, 0), ran[block])
    graph = _Graph(noted, ran, taken)
    return FunctionReach(
        shown_name(noted.name),
        placed(noted.source),
        noted.line,
        ran[ENTRY],
        lines,
        tuple((placed(source), branch) for source, branch in graph.branches()),
        tuple((placed(source), barrier) for source, barrier in graph.barriers(lines, placed(noted.source))),
    )


def _ends_in(noted: NotedFunction, ends: Mapping[Spot, int]) -> dict[int, int]:
    """Return how often processes ended in each block: the first that has the line."""
    found: dict[int, int] = {}
    for (function, file, line), times in ends.items():
        if function == noted.name:
            blocks = (
                block
                for block, told in noted.lines.items()
                if any(at == line and Path(source).name == file for source, at in told)
            )
            for block in islice(blocks, 1):
                found[block] = found.get(block, 0) + times
    return found


class _Graph:
    """A function's blocks with how often they ran."""

    def __init__(self, noted: NotedFunction, ran: Sequence[int], taken: Sequence[int]) -> None:
        self._noted = noted
        self._ran = ran
        self._out: list[list[tuple[Arc, int]]] = [[] for _ in range(noted.blocks)]
        self._into: list[list[Arc]] = [[] for _ in range(noted.blocks)]
        for arc, count in zip(noted.arcs, taken, strict=True):
            if not arc.fake:
                self._out[arc.source].append((arc, count))
                self._into[arc.target].append(arc)

    def branches(self) -> Iterator[tuple[str, Branch]]:
        """Yield the ways on from each block that has several, with the file of the condition."""
        conditions: dict[tuple[str, int], int] = {}
        for block, ways in enumerate(self._out):
            place = self._last_line(block)
            if len(ways) < 2 or block == ENTRY or place is None:
                continue
            number = conditions[place] = conditions.get(place, -1) + 1
            for way, (_, count) in enumerate(ways):
                yield place[0], Branch(place[1], number, way, count if self._ran[block] else None)

    def barriers(self, lines: dict[tuple[Path, int], int], path: Path) -> Iterator[tuple[str, Barrier]]:
        """Yield the ways from what ran to what did not, with the lines of the function's own file behind them."""
        unreached = {line for (file, line), count in lines.items() if not count and file == path}
        for block, ways in enumerate(self._out):
            place = self._last_line(block)
            if not self._ran[block] or block == ENTRY or place is None:
                continue
            for arc, count in ways:
                if count or self._ran[arc.target] or arc.target == EXIT:
                    continue
                behind = tuple(sorted(unreached & self._behind(arc.target)))
                if behind:
                    yield place[0], Barrier(place[1], self._ran[block], behind, arc.way)

    def _behind(self, block: int) -> set[int]:
        """Return the lines of a block that did not run and of those that only follow it."""
        seen, waiting = {block}, [block]
        while waiting:
            for arc, _ in self._out[waiting.pop()]:
                if arc.target not in seen and not self._ran[arc.target]:
                    seen.add(arc.target)
                    waiting.append(arc.target)
        return {line for each in seen for _, line in self._noted.lines.get(each, ())}

    def _last_line(self, block: int) -> tuple[str, int] | None:
        """Return where the code of a block ends; one without lines of its own goes on from the one before it."""
        for _ in range(len(self._out)):
            told = self._noted.lines.get(block)
            if told:
                return told[-1]
            before = [arc.source for arc in self._into[block] if arc.source != block]
            if len(before) != 1:
                return None
            block = before[0]
        return None
