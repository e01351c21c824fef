"""What stands before the regions of a function that never ran, by the counters of clang and rustc."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.source_reach import Barrier
from abidance.toolchain.source_coverage.llvm_mapping import (
    BRANCH,
    CODE,
    DECISION_BRANCH,
    DIFFERENCE,
    EXPANSION,
    NONE,
    evaluated,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.core.source_reach import Way
    from abidance.toolchain.source_coverage.llvm_mapping import Counter, MappedRegion

Sum = frozenset[tuple[int, int]]
"""A counter as a sum of plain ones: the number of each, and how often it is added."""


def conditions(regions: Sequence[MappedRegion]) -> Iterator[MappedRegion]:
    """Yield the conditions that can go both ways: a constant has no counter on either."""
    for each in regions:
        if each.kind in (BRANCH, DECISION_BRANCH) and (each.counter, each.other) != (NONE, NONE):
            yield each


@dataclass(slots=True)
class Barriers:
    """The regions of a function in one file, with how often each counter says that they ran."""

    expressions: Sequence[tuple[Counter, Counter]]
    regions: Sequence[MappedRegion]
    counts: Mapping[Counter, int]
    _sums: dict[Counter, Sum] = field(default_factory=lambda: {NONE: frozenset()})
    _ways: dict[Sum, tuple[MappedRegion, Way]] = field(init=False)
    _ran: list[MappedRegion] = field(init=False)

    def __post_init__(self) -> None:
        self._ways = {
            self._sum(counter): (each, way)
            for each in conditions(self.regions)
            for counter, way in ((each.counter, "true"), (each.other, "false"))
            if counter != NONE
        }
        self._ran = [
            each for each in self.regions if each.kind in (CODE, EXPANSION) and self.counts[each.counter]
        ]

    def of(self, unreached: set[int]) -> Iterator[Barrier]:
        """Yield what stands before each region that never ran, with those of the `unreached` lines that it has.

        That is the condition with the region's counter on one of its ways. A condition that was never come to stands
        behind another one itself.
        """
        outermost: tuple[int, int] | None = None
        for each in sorted(
            self.regions, key=lambda each: (each.start, tuple(-number for number in each.end))
        ):
            if each.kind not in (CODE, EXPANSION) or self.counts[each.counter]:
                continue
            inside = outermost is not None and each.start < outermost
            outermost = max(outermost or each.end, each.end)
            behind = tuple(line for line in range(each.start[0], each.end[0] + 1) if line in unreached)
            known = self._ways.get(self._sum(each.counter)) if each.counter != NONE else None
            if known is not None and self._times(known[0]):
                yield self._barrier(*known, behind)
            elif known is None and not inside:
                yield from self._after(each, behind)

    def _times(self, condition: MappedRegion) -> int:
        return self.counts[condition.counter] + self.counts[condition.other]

    def _barrier(self, condition: MappedRegion, missing: Way, behind: tuple[int, ...]) -> Barrier:
        end = condition.end[1] if condition.end[0] == condition.start[0] else 0
        times = self._times(condition)
        return Barrier(condition.start[0], times, behind, missing, condition.start[1], end)

    def _after(self, region: MappedRegion, behind: tuple[int, ...]) -> Iterator[Barrier]:
        """Yield what ran last before a region: of a condition of several parts, the last that never went one way."""
        anchor = self._anchor(region)
        before = [each for each in self._ran if each.file == region.file and each.start < anchor]
        if not before:
            return
        last = max(before, key=lambda each: (each.end <= anchor, min(each.end, anchor), each.start))
        parts = [
            (condition, way)
            for condition, way in self._ways.values()
            if last.end <= anchor
            and condition.file == region.file
            and last.start <= condition.start
            and condition.end <= last.end
            and self._times(condition)
            and not self.counts[condition.counter if way == "true" else condition.other]
        ]
        if parts:
            yield self._barrier(*max(parts, key=lambda part: part[0].start), behind)
        else:
            line = last.end[0] if last.end <= anchor else region.start[0]
            yield Barrier(line, self.counts[last.counter], behind, decides=False)

    def _anchor(self, region: MappedRegion) -> tuple[int, int]:
        """Return where what decided upon a region ends: for an `else`, before the code that ran in its place."""
        around = [each for each in self._ran if each.start <= region.start and region.end <= each.end]
        if around:
            whole = self._sum(max(around, key=lambda each: each.start).counter)
            mine = dict(self._sum(region.counter))
            for each in self._ran:
                if each.end <= region.start and each.file == region.file:
                    both = dict(self._sum(each.counter))
                    for number, times in mine.items():
                        both[number] = both.get(number, 0) + times
                    if frozenset((number, times) for number, times in both.items() if times) == whole:
                        return each.start
        return region.start

    def _sum(self, counter: Counter) -> Sum:
        """Return a counter as a sum of plain ones, which is the same however it was put together."""
        return evaluated(
            counter, self.expressions, self._sums, lambda number: frozenset({(number, 1)}), _joined
        )


def _joined(kind: int, left: Sum, right: Sum) -> Sum:
    parts = dict(left)
    for each, times in right:
        parts[each] = parts.get(each, 0) + (-times if kind == DIFFERENCE else times)
    return frozenset((each, times) for each, times in parts.items() if times)
