"""ABD313: the library wrote to memory that it may only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import held_before
from abidance.boundary.model.types import PointerShape
from abidance.checks.check import Check
from abidance.checks.evidence.bounds import whose
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.elements import of_all_elements
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.frames import frame_label
from abidance.checks.evidence.promise_labels import member_labels
from abidance.checks.evidence.sequence_calls import each_call, law_of
from abidance.core import masks
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class InputModified(Check):
    """Flags a write to memory that the contract or the header declares read-only.

    ## Why it matters
    Callers pass shared or constant data there. Writing to it races with other readers, or crashes if the data
    is in a read-only section, even if the old value is restored.

    ## Example
        name: {in: bytes, length: n}        # the library lowers the case in place, through a cast

    ## How it is detected
    On builds without AddressSanitizer the memory is mapped read-only during calls, so a write faults even if it
    restores the value. With AddressSanitizer it is compared after the call, and so is memory that an earlier
    step of a law has written.

    ## Not detected
    With AddressSanitizer: a write that restores the value before the call returns.
    """

    id = "ABD313"
    name = "input-modified"
    only_with = Evidence.DEATH | Evidence.MODIFIED | Evidence.SEQUENCE
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a buffer."""
        death = trial.death
        if death is not None and death.touch is not None and cause_of(trial) is Cause.INPUT_WRITTEN:
            assert death.touch.block is not None
            yield self._modified(trial, death.touch.block, death.touch.distance)
            return
        for modified in trial.observation.modified:
            yield self._modified(trial, modified.block, modified.offset)
        for each in each_call(trial) if law_of(trial) else ():
            for block, offset in _changed(each):
                yield self._modified(each, block, offset)

    def _modified(self, trial: CaseResult, block: int, offset: int) -> Diagnostic:
        placed, path = trial.encoded.owner(block)
        function, death = placed.function, trial.death
        # What an earlier call was given is there as long as its lifetime says, and a later one may write to it.
        running = trial.run.running if death is not None else function
        lines: tuple[Label, ...] = ()
        notes: tuple[str, ...] = ()
        if death is not None:
            lines, notes = frame_label(death.frames, "this write")
        return Diagnostic(
            self.code,
            f"`{running.name}` wrote to {whose(path, function, running)}, which it may only read",
            (
                *member_labels(
                    trial.boundary, function, path, "read only", "" if not path else "declared here"
                ),
                *lines,
            ),
            (f"the byte at offset {offset} was written", *notes),
            place=f"{running.name}:{of_all_elements(path)}",
        )


def _changed(trial: CaseResult) -> Iterator[tuple[int, int]]:
    """Yield memory that an earlier step left and this one may only read, with where it is not what it was.

    It is mapped for writing, as that step wrote it, so that a write to it does not fault.
    """
    placed, index = trial.subject, trial.encoded.plan.subject
    call, returned = trial.encoded.plan.calls[index], trial.observation.calls[index]
    pointers = {m.name: m.shape for m in placed.function.members if isinstance(m.shape, PointerShape)}
    written = {placed.places.get(name) for name, shape in pointers.items() if shape.direction.written}
    for name, shape in pointers.items():
        block = placed.places.get(name)
        if shape.direction.written or block is None or block in written or block not in call.watched:
            continue
        if not any(block in earlier.watched for earlier in trial.encoded.plan.calls[:index]):
            continue  # it is this call's own, and mapped read-only
        before = held_before(trial.encoded, trial.observation, index, block)
        after = returned.blocks[call.watched.index(block)]
        offset = masks.first(masks.different(before, after))
        if offset is not None:
            yield block, offset
