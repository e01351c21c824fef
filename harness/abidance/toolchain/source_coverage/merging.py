"""Puts functions together to files: what was compiled several times, such as an inline function, is added up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.core.source_reach import Branch, FileReach, FunctionCount

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from abidance.core.source_reach import Barrier, FunctionReach, Way


def merged(functions: Iterable[FunctionReach]) -> tuple[FileReach, ...]:
    """Return the files of functions, in order; what was compiled several times, such as an inline function, is added.

    Behind a barrier are only lines that no copy of the function has reached.
    """
    files: dict[Path, _Merging] = {}
    for each in functions:
        found = files.setdefault(each.path, _Merging())
        place = (each.line, each.name)
        entered, _ = found.functions.get(place, (0, 0))
        found.functions[place] = entered + each.count, sum(1 for path, _ in each.lines if path == each.path)
        for (path, line), count in each.lines.items():
            lines = files.setdefault(path, _Merging()).lines
            lines[line] = lines.get(line, 0) + count
        for path, branch in each.branches:
            key = (branch.line, branch.condition, branch.way, each.line)
            branches = files.setdefault(path, _Merging()).branches
            branches[key] = _both(branches.get(key), branch.taken)
        for path, barrier in each.barriers:
            files.setdefault(path, _Merging()).barriers.append(barrier)
    return tuple(files[path].done(path) for path in sorted(files))


def _both(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


@dataclass(slots=True)
class _Merging:
    """A file while its functions are put together."""

    lines: dict[int, int] = field(default_factory=dict)
    branches: dict[tuple[int, int, int, int], int | None] = field(default_factory=dict)
    functions: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    barriers: list[Barrier] = field(default_factory=list)

    def done(self, path: Path) -> FileReach:
        """Return it as it is now."""
        return FileReach(
            path,
            dict(sorted(self.lines.items())),
            tuple(Branch(*key[:3], taken) for key, taken in sorted(self.branches.items())),
            tuple(
                FunctionCount(name, line, *counts) for (line, name), counts in sorted(self.functions.items())
            ),
            tuple(self._barriers()),
        )

    def _barriers(self) -> list[Barrier]:
        """Return those that some line is behind which nothing reached, each place and way once."""
        found: dict[tuple[int, int, Way, tuple[int, ...]], Barrier] = {}
        for each in self.barriers:
            behind = tuple(sorted(line for line in set(each.behind) if not self.lines.get(line)))
            key = (each.line, each.column, each.missing, behind)
            known = found.get(key)
            if behind:
                count = each.count + (known.count if known else 0)
                found[key] = replace(each, count=count, behind=behind)
        return sorted(found.values(), key=lambda each: (each.behind, each.line, each.column))
