"""The steps of one frame: while it is planned, by what they wait for, and with its last contents marked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from abidance.native.target.input_format import (
    CallbackAnswers,
    DrawnContents,
    Frame,
    GoingOn,
    HandleStorage,
    InputStep,
    Invariants,
    Lend,
    MemoryEnd,
    Path,
    PlaceWithin,
    Room,
    RowNull,
    RowNumber,
    UserData,
    WrittenOut,
)


@dataclass(slots=True)
class FrameSteps:
    """The steps of one frame, by what they wait for."""

    first: list[InputStep] = field(default_factory=list)
    asked: list[InputStep] = field(default_factory=list)
    contents: list[InputStep] = field(default_factory=list)
    rooms: list[InputStep] = field(default_factory=list)
    ends: list[InputStep] = field(default_factory=list)
    numbers: set[Path] = field(default_factory=set)
    """Where there are integers by now."""
    of_handles: int = 0
    """So many of the first steps are about handles, which come before everything else."""

    def steps(self) -> tuple[InputStep, ...]:
        """Return them in the order in which they are taken."""
        return (*self.first, *self.asked, *self.contents, *self.rooms, *self.ends)


def with_last(frame: Frame) -> Frame:
    """Return the frame with its last contents marked, where nothing of the input comes after them."""
    takes = [n for n, step in enumerate(frame.steps) if not isinstance(step, _FREE) and not _is_said(step)]
    last = frame.steps[takes[-1]] if takes else None
    match last:
        case DrawnContents():
            if last.only or last.length.exactly is not None or last.length.like:
                return frame
        case CallbackAnswers():
            if not last.written or last.written[-1].frame is not None or last.written[-1].lent:
                return frame
        case _:
            return frame
    steps = list(frame.steps)
    steps[takes[-1]] = replace(last, last=True)
    return replace(frame, steps=tuple(steps))


def _is_said(step: InputStep) -> bool:
    """Tell whether what a step stands for is said elsewhere, by the law or by the row of a record."""
    if isinstance(step, DrawnContents):
        return step.row is not None
    return isinstance(step, CallbackAnswers) and step.said is not None


_FREE = (
    WrittenOut, GoingOn, Lend, Room, MemoryEnd, PlaceWithin, Invariants, HandleStorage, UserData, RowNumber, RowNull,
)  # fmt: skip
"""Steps that take nothing of the input."""
