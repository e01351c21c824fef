"""Profiles as a terminal shows them: the functions that take the most, and what differs between two libraries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from abidance.report.hot_frames import hot_functions
from abidance.report.text.chars import visible
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.core.profiles import Profiled
    from abidance.report.text.style import Style

_MOST, _DIFFERENCES = 10, 5
"""So many functions are shown of a library, and of those whose shares differ."""
_LEAST = 0.005
"""A function with a smaller share is not shown."""
_WIDEST = 60
"""Longer names are shown without their middle."""
_APART = 0.05
"""Shares differ where they do by this."""


def profile_lines(profiles: Sequence[Profiled], look: Style) -> list[str]:
    """Return the lines."""
    lines: list[str] = []
    for profile in profiles:
        lines += [*_one(profile, look), ""]
    for profile in profiles[1:]:
        lines += [*_beside(profiles[0], profile, look), ""]
    return lines[:-1]


def _one(profile: Profiled, look: Style) -> Iterator[str]:
    name = look.paint(f"{profile.function}   {profile.library} {profile.build}".rstrip(), Color.STRONG)
    calls = f"{count(profile.weight, profile.unit.removesuffix('s'))} in {count(profile.calls, 'call')}"
    yield f"{name}   {calls} of {profile.inputs}, by {profile.tool}"
    rows = [[Cell("itself", right=True), Cell("with callees", right=True)]]
    for each in hot_functions(profile)[:_MOST]:
        if each.own >= _LEAST or each.total >= _LEAST:
            where = each.place.rpartition("/")[2] or each.object
            rows.append([_share(each.own), _share(each.total), Cell(_shown(each.name)), Cell(_shown(where))])
    yield from columns(rows, look)
    objects: Counter[str] = Counter()
    for stack in profile.stacks:
        objects[profile.frames[stack.frames[-1]].object] += stack.weight
    shares = (
        f"{_shown(name) or 'elsewhere'} {weight / profile.weight:.0%}"
        for name, weight in objects.most_common(4)
    )
    yield f"  by library: {', '.join(shares)}"
    if profile.in_callbacks:
        spent = count(profile.in_callbacks, profile.unit.removesuffix("s"))
        yield f"  left out: {spent} in what stands in for callbacks"


def _beside(first: Profiled, other: Profiled, look: Style) -> Iterator[str]:
    shares = [{each.name: each.own for each in hot_functions(profile)} for profile in (first, other)]
    names = {name for each in shares for name in each}
    apart = sorted(names, key=lambda name: (-abs(shares[0].get(name, 0) - shares[1].get(name, 0)), name))
    apart = [name for name in apart if abs(shares[0].get(name, 0) - shares[1].get(name, 0)) >= _APART]
    yield look.paint(f"{other.library} beside {first.library}", Color.STRONG)
    if not apart:
        yield "  no function takes a clearly larger share in one than in the other"
        return
    rows = [[Cell(first.library, right=True), Cell(other.library, right=True)]]
    rows += [
        [
            *(_share(each[name]) if name in each else Cell("-", right=True) for each in shares),
            Cell(_shown(name)),
        ]
        for name in apart[:_DIFFERENCES]
    ]
    yield from columns(rows, look)


def _share(value: float) -> Cell:
    return Cell(f"{value:.1%}", right=True)


def _shown(words: str) -> str:
    shown = "".join(char if char.isprintable() else visible(char) for char in words)
    return shown if len(shown) <= _WIDEST else f"{shown[: _WIDEST // 2 - 2]}...{shown[-_WIDEST // 2 + 1 :]}"
