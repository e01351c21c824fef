"""A function's calls as C programs, whose instructions callgrind counts: where nothing can be sampled."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.checks.evidence.expectation import NOTHING
from abidance.core.profiles import FoldedStack, ProfileFrame
from abidance.run.cost.counted_programs import program_of
from abidance.toolchain.callgrind import CallgrindError, count_instructions, demangled
from abidance.toolchain.symbolize import plain_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from abidance.boundary.model.values import Case
    from abidance.run.execution.context import Context
    from abidance.toolchain.callgrind import CountedLine
    from abidance.toolchain.library import Artifact

MOST = 6
"""Each call is a program of its own, so no more are made than this."""
TIMES = 20
"""So often does a program make its call: what only the first one does then weighs little."""
_RUNNING = 120.0
"""Seconds for a program."""


@dataclass(frozen=True, slots=True)
class CountedCalls:
    """The stacks of so many calls, weighed in instructions."""

    frames: tuple[ProfileFrame, ...]
    stacks: tuple[FoldedStack, ...]
    calls: int
    in_callbacks: int
    """Instructions of what stands in for callbacks, which are in none of the stacks."""


def count_calls(context: Context, artifact: Artifact, cases: Sequence[Case]) -> CountedCalls:
    """Count what calls execute; raises CallgrindError."""
    symbol = context.function.declaration.symbol
    found: list[CountedLine] = []
    in_callbacks = 0
    for case in cases[:MOST]:
        with tempfile.TemporaryDirectory(prefix="abidance-call-") as folder:
            trial = context.calls.bare(case, NOTHING)
            program = program_of(case, trial, artifact, TIMES, Path(folder), _RUNNING)
            counted = count_instructions(program, symbol, _RUNNING)
            own = {each.names[-1] for each in counted if Path(each.object) == program}
            inside = [each for each in counted if not _is_callback(each, own)]
            in_callbacks += sum(each.instructions for each in counted) - sum(
                each.instructions for each in inside
            )
            found += inside
    if not found:
        raise CallgrindError("the program that makes the call executes nothing in it")
    frames, stacks = _folded(found)
    return CountedCalls(frames, stacks, TIMES * min(len(cases), MOST), in_callbacks)


def _is_callback(counted: CountedLine, own: Collection[str]) -> bool:
    """Tell whether a line is of what the program stands in with for a callback, or of what that called."""
    return any(name in own for name in counted.names)


def _folded(found: Sequence[CountedLine]) -> tuple[tuple[ProfileFrame, ...], tuple[FoldedStack, ...]]:
    written = demangled(sorted({name for each in found for name in each.names}))
    objects = {each.names[-1]: Path(each.object).name for each in found}
    numbers: dict[ProfileFrame, int] = {}
    weights: Counter[tuple[int, ...]] = Counter()
    for each in found:
        names = [plain_name(written.get(name, name)) for name in each.names]
        stack = [
            ProfileFrame(name, objects.get(mangled, ""))
            for name, mangled in zip(names[:-1], each.names, strict=False)
        ]
        stack.append(ProfileFrame(names[-1], Path(each.object).name, each.file, each.line))
        weights[tuple(numbers.setdefault(frame, len(numbers)) for frame in stack)] += each.instructions
    return tuple(numbers), tuple(FoldedStack(stack, weight) for stack, weight in sorted(weights.items()))
