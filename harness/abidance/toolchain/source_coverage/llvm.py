"""What the counters of clang and rustc say of a library, by the coverage mapping that lies in it."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.source_reach import Branch, FunctionReach
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.source_coverage.llvm_barriers import Barriers, conditions
from abidance.toolchain.source_coverage.llvm_mapping import (
    BRANCH,
    CODE,
    COUNTED,
    DECISION_BRANCH,
    EXPANSION,
    GAP,
    NONE,
    SUM,
    evaluated,
    read_mapping,
    read_names,
)
from abidance.toolchain.source_coverage.symbol_names import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.core.source_reach import Barrier
    from abidance.toolchain.elf_image import Image
    from abidance.toolchain.source_coverage.counters import Counters
    from abidance.toolchain.source_coverage.llvm_mapping import Counter, MappedFunction, MappedRegion

_FUNCTIONS, _FILES, _NAMES, _DATA = "__llvm_covfun", "__llvm_covmap", "__llvm_prf_names", "__llvm_prf_data"


def llvm_reach(library: Path, counters: Counters) -> tuple[FunctionReach, ...]:
    """Return what ran of the parts of a library that have a mapping; raises ValueError, OSError."""
    with library.open("rb") as file:
        image = open_image(file)
        mapped = read_mapping(_whole(image, _FUNCTIONS), _whole(image, _FILES))
        names = read_names(_whole(image, _NAMES))
        places = _counters_of(image, mapped)
    found: list[FunctionReach] = []
    told: set[int] = set()
    # Where a function was nowhere used it is mapped without counters, in each unit that could have had it.
    for function in sorted(mapped, key=lambda each: (each.name, each.graph) not in places):
        at = places.get((function.name, function.graph))
        if at is None and function.name in told:
            continue
        told.add(function.name)
        found += _reach(function, names.get(function.name, ""), _counts(function, counters, at))
    return tuple(found)


def _whole(image: Image, name: str) -> bytes:
    return b"".join(image.contents(each) for each in image.sections if each.name == name)


def _counters_of(image: Image, mapped: Sequence[MappedFunction]) -> dict[tuple[int, int], int]:
    """Return where the counters of each function begin: the record of each has that as its third word.

    It is relative to the record since LLVM 14 (`INSTR_PROF_DATA` of LLVM's InstrProfData.inc).
    """
    if image.bits != 64 or image.order != "<":
        raise ValueError(f"counters of {image.bits}-bit {image.machine} are not read")
    wanted = {(each.name, each.graph) for each in mapped}
    found: dict[tuple[int, int], int] = {}
    for section in image.sections:
        if section.name != _DATA:
            continue
        data = image.contents(section)
        words = struct.unpack_from(f"<{len(data) // 8}Q", data)
        for number in range(len(words) - 2):
            key = words[number], words[number + 1]
            if key in wanted:
                found[key] = (section.address + 8 * number + words[number + 2]) % (1 << 64)
    return found


def _counts(function: MappedFunction, counters: Counters, at: int | None) -> dict[Counter, int]:
    """Return the value of each counter that a function's regions use, by what it is written as."""
    used = {counter for each in function.regions for counter in (each.counter, each.other)}
    values: dict[Counter, int] = {NONE: 0}
    count = 1 + max((number for kind, number in _leaves(function, used) if kind == COUNTED), default=-1)
    raw = counters.numbers(at, count) if at is not None and count else (0,) * count

    def joined(kind: int, left: int, right: int) -> int:
        return left + right if kind == SUM else max(0, left - right)

    for counter in used:
        evaluated(counter, function.expressions, values, raw.__getitem__, joined)
    return values


def _leaves(function: MappedFunction, used: set[Counter]) -> Iterator[Counter]:
    yield from used
    for pair in function.expressions:
        yield from pair


def _reach(function: MappedFunction, name: str, counts: Mapping[Counter, int]) -> Iterator[FunctionReach]:
    """Yield what ran of a function, if any of its source is told."""
    regions = _expanded(function)
    expanded = {each.expands for each in regions if each.expands >= 0}
    own = [each for each in regions if each.file not in expanded and each.kind == CODE]
    if not own:
        return
    first = min(own, key=lambda each: (each.start, tuple(-number for number in each.end)))
    path = Path(function.files[first.file])
    lines: dict[tuple[Path, int], int] = {}
    branches: list[tuple[Path, Branch]] = []
    barriers: list[tuple[Path, Barrier]] = []
    for file in dict.fromkeys(function.files):
        here = [each for each in regions if function.files[each.file] == file]
        told = line_counts(here, counts)
        lines |= {(Path(file), line): count for line, count in told.items()}
        branches += ((Path(file), each) for each in _branches(here, counts))
        unreached = {line for line, count in told.items() if not count}
        found = Barriers(function.expressions, here, counts).of(unreached)
        barriers += ((Path(file), each) for each in found)
    entered = counts[first.counter]
    yield FunctionReach(
        shown_name(name),
        path,
        first.start[0],
        entered,
        lines,
        tuple(branches),
        tuple(barriers) if entered else (),
    )


def _expanded(function: MappedFunction) -> list[MappedRegion]:
    """Return the regions, each use of a macro counted as its first one, and its conditions where it is used."""
    first: dict[int, Counter] = {}
    uses = {each.expands: each for each in function.regions if each.kind == EXPANSION}
    for each in function.regions:
        if each.kind == CODE:
            first.setdefault(each.file, each.counter)
    inner = {each.file: each.expands for each in function.regions if each.kind == EXPANSION}

    def counter_of(file: int) -> Counter:
        for _ in function.files:  # a macro may be nothing but another one
            if file in first or file not in inner:
                break
            file = inner[file]
        return first.get(file, NONE)

    def used(region: MappedRegion) -> MappedRegion:
        for _ in function.files:
            use = uses.get(region.file)
            if use is None:
                break
            region = region._replace(file=use.file, start=use.start, end=use.end)
        return region

    found = []
    for each in function.regions:
        if each.kind == EXPANSION:
            found.append(each._replace(counter=counter_of(each.expands)))
        else:
            found.append(used(each) if each.kind in (BRANCH, DECISION_BRANCH) else each)
    return found


def line_counts(regions: Sequence[MappedRegion], counts: Mapping[Counter, int]) -> dict[int, int]:
    """Return how often each line ran: as often as the most frequent region that begins on it or goes on over it.

    What is used several times, as the text of a macro is, is the same region each time.
    """
    ran: dict[tuple[tuple[int, int], tuple[int, int], int], int] = {}
    for each in regions:
        if each.kind not in (BRANCH, DECISION_BRANCH):
            place = each.start, each.end, each.kind
            ran[place] = ran.get(place, 0) + counts[each.counter]
    told: dict[int, int] = {}
    # From the outermost to the innermost: the last one to cover the beginning of a line is what goes on there.
    for (start, end, kind), count in sorted(
        ran.items(), key=lambda item: (item[0][0], _reversed(item[0][1]))
    ):
        if kind in (CODE, EXPANSION, GAP):
            told |= dict.fromkeys(range(start[0] + 1, end[0] + 1), count)
        else:  # comments, and what the preprocessor leaves out
            for line in range(start[0], end[0] + 1):
                told.pop(line, None)
    for (start, _, kind), count in ran.items():
        if kind in (CODE, EXPANSION):
            told[start[0]] = max(told.get(start[0], 0), count)
    return told


def _reversed(place: tuple[int, int]) -> tuple[int, int]:
    return -place[0], -place[1]


def _branches(regions: Sequence[MappedRegion], counts: Mapping[Counter, int]) -> Iterator[Branch]:
    numbers: dict[int, int] = {}
    for each in sorted(conditions(regions), key=lambda each: each.start):
        line = each.start[0]
        number = numbers[line] = numbers.get(line, -1) + 1
        ways = counts[each.counter], counts[each.other]
        for way, count in enumerate(ways):
            yield Branch(line, number, way, count if any(ways) else None)
