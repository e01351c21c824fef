"""What the counters of clang and rustc say of a library, by the coverage mapping that lies in it."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.reached import Barrier, Branch, FunctionReach
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.source_coverage.llvm_mapping import (
    BRANCH,
    CODE,
    DECISION_BRANCH,
    EXPANSION,
    GAP,
    NONE,
    read_mapping,
    read_names,
)
from abidance.toolchain.source_coverage.symbol_names import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abidance.core.reached import Way
    from abidance.toolchain.elf_image import Image
    from abidance.toolchain.source_coverage.counters import Counters
    from abidance.toolchain.source_coverage.llvm_mapping import Counter, MappedFunction, Region

_FUNCTIONS, _FILES, _NAMES, _DATA = "__llvm_covfun", "__llvm_covmap", "__llvm_prf_names", "__llvm_prf_data"
_COUNTER, _DIFFERENCE, _SUM = 1, 2, 3


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
    count = 1 + max((number for kind, number in _leaves(function, used) if kind == _COUNTER), default=-1)
    raw = counters.numbers(at, count) if at is not None and count else (0,) * count

    def value(counter: Counter, depth: int = 0) -> int:
        if depth > len(function.expressions):
            raise ValueError("its coverage mapping goes round in circles")
        kind, number = counter
        if counter not in values:
            if kind == _COUNTER:
                values[counter] = raw[number]
            else:
                left, right = (value(each, depth + 1) for each in function.expressions[number])
                values[counter] = left + right if kind == _SUM else max(0, left - right)
        return values[counter]

    for counter in used:
        value(counter)
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
        barriers += ((Path(file), each) for each in _barriers(here, counts, unreached))
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


def _expanded(function: MappedFunction) -> list[Region]:
    """Return the regions, each place where a macro is used counted as the first of the macro's."""
    first: dict[int, Counter] = {}
    for each in function.regions:
        if each.kind == CODE:
            first.setdefault(each.file, each.counter)
    found = []
    for each in function.regions:
        inner, seen = each, 0
        while inner.kind == EXPANSION and inner.expands not in first and seen < len(function.files):
            seen += 1  # a macro that is nothing but another one
            deeper = [
                other for other in function.regions if other.file == inner.expands and other.kind == EXPANSION
            ]
            if not deeper:
                break
            inner = deeper[0]
        counter = first.get(inner.expands, NONE) if each.kind == EXPANSION else each.counter
        found.append(each._replace(counter=counter))
    return found


def line_counts(regions: Sequence[Region], counts: Mapping[Counter, int]) -> dict[int, int]:
    """Return how often each line ran: as often as the most frequent region that begins on it or goes on over it."""
    counted = [each for each in regions if each.kind in (CODE, EXPANSION)]
    told: dict[int, int] = {}
    # From the outermost to the innermost: the last one to cover the beginning of a line is what goes on there.
    covering = sorted(
        (each for each in regions if each.kind not in (BRANCH, DECISION_BRANCH)),
        key=lambda each: (each.start, tuple(-number for number in each.end)),
    )
    for each in covering:
        for line in range(each.start[0] + 1, each.end[0] + 1):
            if each.kind in (CODE, EXPANSION, GAP):
                told[line] = counts[each.counter]
            else:
                told.pop(line, None)  # left out by the preprocessor
    for each in counted:
        line, count = each.start[0], counts[each.counter]
        told[line] = max(told.get(line, 0), count)
    return told


def _branches(regions: Sequence[Region], counts: Mapping[Counter, int]) -> Iterator[Branch]:
    numbers: dict[int, int] = {}
    for each in sorted(_conditions(regions), key=lambda each: each.start):
        line = each.start[0]
        number = numbers[line] = numbers.get(line, -1) + 1
        ways = counts[each.counter], counts[each.other]
        for way, count in enumerate(ways):
            yield Branch(line, number, way, count if any(ways) else None)


def _conditions(regions: Sequence[Region]) -> Iterator[Region]:
    """Yield the conditions that can go both ways: a constant has no counter on either."""
    for each in regions:
        if each.kind in (BRANCH, DECISION_BRANCH) and (each.counter, each.other) != (NONE, NONE):
            yield each


def _barriers(
    regions: Sequence[Region], counts: Mapping[Counter, int], unreached: set[int]
) -> Iterator[Barrier]:
    """Yield what stands before each region that never ran: a condition with its counter on one way, or what ran last.

    A condition that was itself never come to stands behind another one.
    """
    ways = {
        counter: (each, missing, counts[each.counter] + counts[each.other])
        for each in _conditions(regions)
        for counter, missing in ((each.counter, "true"), (each.other, "false"))
        if counter != NONE
    }
    ran = [each for each in regions if each.kind in (CODE, EXPANSION) and counts[each.counter]]
    outermost: tuple[int, int] | None = None
    for each in sorted(regions, key=lambda each: (each.start, tuple(-number for number in each.end))):
        if each.kind not in (CODE, EXPANSION) or counts[each.counter]:
            continue
        inside = outermost is not None and each.start < outermost
        outermost = max(outermost or each.end, each.end)
        behind = tuple(line for line in range(each.start[0], each.end[0] + 1) if line in unreached)
        condition, missing, count = ways.get(each.counter, (None, "", 0))
        if condition is not None and count:
            yield _barrier(condition, missing, count, behind)
        elif condition is None and not inside:
            yield from _after(each, ran, ways.values(), counts, behind)


def _barrier(condition: Region, missing: Way, count: int, behind: tuple[int, ...]) -> Barrier:
    end = condition.end[1] if condition.end[0] == condition.start[0] else 0
    return Barrier(condition.start[0], count, behind, missing, condition.start[1], end)


def _after(
    region: Region,
    ran: Sequence[Region],
    ways: Iterable[tuple[Region, Way, int]],
    counts: Mapping[Counter, int],
    behind: tuple[int, ...],
) -> Iterator[Barrier]:
    """Yield what ran last before a region: the code that ends nearest before it, or that it is in the middle of.

    Where that is a condition of several parts, it is the last of them that never went one way.
    """
    before = [each for each in ran if each.file == region.file and each.start < region.start]
    if not before:
        return
    last = max(before, key=lambda each: (min(each.end, region.start), each.start))
    parts = [
        (condition, missing, count)
        for condition, missing, count in ways
        if last.end <= region.start
        and condition.file == region.file
        and last.start <= condition.start
        and condition.end <= last.end
        and count
        and not counts[condition.counter if missing == "true" else condition.other]
    ]
    if parts:
        yield _barrier(*max(parts, key=lambda part: part[0].start), behind)
        return
    line = last.end[0] if last.end <= region.start else region.start[0]
    yield Barrier(line, counts[last.counter], behind)
