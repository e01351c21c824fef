"""From sampled stacks to those of a profile: the harness left out, places as functions and lines of source."""

from __future__ import annotations

import re
import struct
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.profiles import FoldedStack, ProfileFrame
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.symbolize import symbolize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.toolchain.perf import SampledFrame

LANE = "abidance_lane"
"""The watcher's code that makes a call over and over; what is inside of its frame is the call."""
KERNEL = "[kernel"
INTERRUPT = re.compile(
    r"asm_sysvec_|(asm_)?common_interrupt|irqentry_|ret_from_intr|el[01]t?_(64_|32_)?(irq|fiq)"
)
"""What the kernel's outermost function on a stack is called, where nothing the process did has led there."""
CALLBACK = ProfileFrame("(callback)")
"""A stand-in for a callback that the library was given: what it takes is left out, what it leads to is not."""


@dataclass(slots=True)
class StackFolding:
    """Folds the stacks of calls of one function; `library` is its file, and `harness` are files of abidance's own."""

    function: str
    symbol: str
    library: Path
    harness: frozenset[str]
    dropped: int = 0
    """Samples that were not inside of a call, or in an interrupt: that is the machine's."""
    in_callbacks: int = 0
    """Samples in the stand-ins for callbacks, which are no part of the library."""
    _places: dict[tuple[str, int], tuple[ProfileFrame, ...]] = field(default_factory=dict)

    def folded(
        self, samples: Iterable[tuple[SampledFrame, ...]]
    ) -> tuple[tuple[ProfileFrame, ...], tuple[FoldedStack, ...]]:
        """Return the frames, and the stacks with how often each was seen; samples have the innermost frame first."""
        seen: Counter[tuple[SampledFrame, ...]] = Counter()
        for sample in samples:
            inside = self._inside(sample)
            if not inside or _is_interrupted(inside):
                self.dropped += 1
            elif self._is_callback(inside):
                self.in_callbacks += 1
            else:
                seen[inside] += 1
        self._look_up(seen)
        numbers: dict[ProfileFrame, int] = {}
        weights: Counter[tuple[int, ...]] = Counter()
        for inside, count in seen.items():
            stack = self._named(inside)
            weights[tuple(numbers.setdefault(frame, len(numbers)) for frame in stack)] += count
        stacks = tuple(FoldedStack(stack, weight) for stack, weight in sorted(weights.items()))
        return tuple(numbers), stacks

    def _inside(self, sample: tuple[SampledFrame, ...]) -> tuple[SampledFrame, ...]:
        """Return the frames of the call, the outermost first; none where the sample is of no call."""
        for depth, frame in enumerate(sample):
            if frame.name == LANE and frame.object in self.harness:
                inside = [*reversed(sample[:depth])]
                while inside and inside[0].object in self.harness and inside[0].object != frame.object:
                    del inside[0]  # a stub that passes the arguments on
                return () if inside and inside[0].object in self.harness else tuple(inside)
        # Where what called it could not be unwound, the function is the outermost frame that is known.
        known = [
            depth
            for depth, frame in enumerate(sample)
            if frame.name == self.symbol and frame.object == str(self.library)
        ]
        return tuple(reversed(sample[: known[-1] + 1])) if known else ()

    def _is_callback(self, inside: tuple[SampledFrame, ...]) -> bool:
        """Tell whether a call was in a callback's stand-in, and that had not called the library again."""
        ours = [depth for depth, frame in enumerate(inside) if frame.object in self.harness]
        return bool(ours) and all(frame.object != str(self.library) for frame in inside[ours[-1] :])

    def _look_up(self, seen: Iterable[tuple[SampledFrame, ...]]) -> None:
        """Find the functions and lines of all places, those of one file at a time."""
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for inside in seen:
            for depth, frame in enumerate(inside):
                if frame.object not in self.harness:
                    wanted[frame.object].add(_place(frame, innermost=depth == len(inside) - 1))
        for file, places in wanted.items():
            moved = _addresses(Path(file), places)
            found = symbolize(Path(file), [*moved.values()]) if moved else []
            for place, stack in zip(moved, found, strict=True):
                self._places[file, place] = tuple(
                    ProfileFrame(
                        each.function or "?", Path(file).name, str(each.file) if each.file else "", each.line
                    )
                    for each in reversed(stack)
                )

    def _named(self, inside: tuple[SampledFrame, ...]) -> list[ProfileFrame]:
        stack: list[ProfileFrame] = []
        for depth, frame in enumerate(inside):
            if frame.object in self.harness:
                if not stack or stack[-1] != CALLBACK:
                    stack.append(CALLBACK)
                continue
            place = _place(frame, innermost=depth == len(inside) - 1)
            named = self._places.get((frame.object, place), ())
            stack += named or [ProfileFrame(frame.name.strip("[]"), Path(frame.object).name)]
        if stack and stack[0].name != self.function:
            # The root is the function that was called, also where the library calls it by another of its names.
            stack = [ProfileFrame(self.function, self.library.name), *stack]
        return stack


def _is_interrupted(inside: tuple[SampledFrame, ...]) -> bool:
    entry = next((frame.name for frame in inside if frame.object.startswith(KERNEL)), "")
    return INTERRUPT.match(entry) is not None


def _place(frame: SampledFrame, *, innermost: bool) -> int:
    """Return the place of a frame: that of a call is one before where it returns to, so within the call."""
    return frame.place if innermost else frame.place - 1


def _addresses(file: Path, places: Iterable[int]) -> dict[int, int]:
    """Return the addresses of places of a file as its own symbols count them; nothing of what is no ELF file."""
    try:
        with file.open("rb") as opened:
            code = [each for each in open_image(opened).segments if each.runs]
    except (OSError, ValueError, struct.error):
        return {}
    return {
        place: place - each.offset + each.address
        for place in places
        for each in code
        if each.offset <= place < each.offset + each.size
    }
