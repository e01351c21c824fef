"""Gives frames their functions and source lines: once, for the minimal case, since asking takes long."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.execute.endings import with_endings
from abidance.toolchain.dwarf.sources import source_files
from abidance.toolchain.symbolize import symbolize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.plan.observation import Observation, StackFrame
    from abidance.toolchain.symbolize import Stack

_Key = tuple[str, int]


def with_symbols(observation: Observation) -> Observation:
    """Return the observation with names in its frames, as far as debug information has them.

    A frame into which calls were inlined becomes several, innermost first. Nothing is raised.
    """
    death = observation.death
    if death is None:
        site, corruption = observation.site, observation.corruption
        spots = (corruption.made_at, corruption.freed_at) if corruption is not None else ()
        names = _names(frame for stack in (site, *spots) for frame in stack)
        if not names:
            return observation
        if corruption is not None:
            made_at, freed_at = _named(corruption.made_at, names), _named(corruption.freed_at, names)
            corruption = replace(corruption, made_at=made_at, freed_at=freed_at)
        return replace(observation, site=_named(site, names), corruption=corruption)
    report = death.report
    stacks: list[tuple[StackFrame, ...]] = [death.frames]
    if report is not None:
        stacks += [report.frames, report.freed, report.allocated, report.previous]
    names = _names(frame for stack in stacks for frame in stack)
    if report is not None:
        report = replace(
            report,
            frames=_named(report.frames, names),
            freed=_named(report.freed, names),
            allocated=_named(report.allocated, names),
            previous=_named(report.previous, names),
        )
    frames = _named(death.frames, names)
    death = replace(death, frames=frames, report=report)
    return replace(observation, death=with_endings(death))


def named(frames: tuple[StackFrame, ...]) -> tuple[StackFrame, ...]:
    """Return frames with the names that debug information has; nothing is raised."""
    return _named(frames, _names(frames))


def _names(frames: Iterable[StackFrame]) -> dict[_Key, Stack]:
    wanted: dict[str, dict[int, None]] = defaultdict(dict)
    for frame in frames:
        if frame.module and not frame.function:
            wanted[frame.module][frame.offset] = None
    found: dict[_Key, Stack] = {}
    for module, offsets in wanted.items():
        for offset, stack in zip(offsets, symbolize(Path(module), [*offsets]), strict=True):
            found[module, offset] = stack
    return found


def _named(frames: Sequence[StackFrame], names: dict[_Key, Stack]) -> tuple[StackFrame, ...]:
    return tuple(
        named for frame in frames for named in _expand(frame, names.get((frame.module, frame.offset), ()))
    )


def _expand(frame: StackFrame, stack: Stack) -> list[StackFrame]:
    if not stack:
        return [frame]
    expanded = [
        replace(
            frame,
            function=each.function,
            file="" if each.file is None else _resolved(each.file),
            line=each.line,
            column=each.column,
        )
        for each in stack
    ]
    if frame.file:
        # UBSan has named the place itself, more exactly than an address can.
        file = _as_compiled(Path(frame.file), Path(expanded[0].file), frame.module)
        expanded[0] = replace(expanded[0], file=file, line=frame.line, column=frame.column)
    return expanded


def _as_compiled(named: Path, known: Path, module: str) -> str:
    """Return the file that UBSan names as its compiler was given it: with Meson, relative to where that ran."""
    if named.is_absolute():
        return _resolved(named)
    if known.name == named.name:
        return str(known)
    folders = source_files(Path(module))[1]
    return next((_resolved(folder / named) for folder in folders if (folder / named).is_file()), str(named))


def _resolved(file: Path) -> str:
    """Return a path by which one file has one name, whichever folder it was built in."""
    return str(file.resolve() if ".." in file.parts else file)
