"""ABD326: a call failed and left an out parameter otherwise than the contract says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import held_before
from abidance.boundary.model.types import Direction, PointerShape, What
from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.promise_labels import member_labels
from abidance.checks.evidence.wording import result_text
from abidance.contract.expression import spelling
from abidance.core import masks
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import BoundaryFunction
    from abidance.checks.evidence.case_result import CaseResult


class OutputAfterFailure(Check):
    """Flags a call that failed, but wrote to an out parameter.

    ## Why it matters
    A caller that keeps its old value on failure loses it, or uses an incomplete one.

    ## Example
        value: {out: int}           # the library stores the digits it has read before it meets a bad one

    ## How it is detected
    After a call whose status is none of `ok`, or that returns NULL, out memory must still have its fill.
    `on_failure: written` or `unspecified` permits writes, and so does a postcondition that uses the parameter.
    A buffer, and a number that is the length of one, may be written unless `on_failure: untouched` forbids it:
    that the data does not fit is often known only after a part was written.

    ## Not detected
    Calls whose failure cannot be determined: false, or a number without a `status`. A byte that is overwritten
    with the fill value.
    """

    id = "ABD326"
    name = "output-after-failure"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a parameter."""
        if not trial.answered or trial.expectation.rejects or not unwritten_memory.tells_failure(trial):
            return
        memory, function, plan = unwritten_memory.watched_memory(trial), trial.function, trial.encoded.plan
        for member in function.members:
            shape, block = member.shape, trial.subject.places.get(member.name)
            if (
                not isinstance(shape, PointerShape)
                or shape.direction is not Direction.OUT
                or block is None
                or block not in memory
            ):
                continue
            if plan.blocks[block].contents:
                continue
            raw, before = memory[block], held_before(trial.encoded, trial.observation, plan.subject, block)
            at = masks.first(masks.different(before, raw))
            if at is None:
                continue
            # Asked only of what was written: it may evaluate every postcondition.
            said = unwritten_memory.on_failure(trial, member)
            if said in ("written", "unspecified") or (
                not said and not _is_plain(member.name, shape, function)
            ):
                continue
            yield Diagnostic(
                self.code,
                f"`{function.name}`{result_text(trial)}, which is a failure, and wrote to `{member.name}`",
                member_labels(trial.boundary, function, member.name, "untouched after a failure"),
                (f"the byte at offset {at} was 0x{before[at]:02x} before the call and is 0x{raw[at]:02x}",),
                help=f"if that is intended, say `{member.name}: {{..., on_failure: written}}`, or `unspecified`",
                place=f"{function.name}:{member.name}",
            )


def _is_plain(name: str, shape: PointerShape, function: BoundaryFunction) -> bool:
    """Tell whether a parameter points at one thing, and that is no length of a buffer.

    Such a length often tells how much room would have been needed.
    """
    told = {
        word
        for buffer in (function.result.shape, *(member.shape for member in function.members))
        if isinstance(buffer, PointerShape) and buffer.length is not None
        for word in buffer.length.names
    }
    return shape.what is What.ONE and spelling(name) not in told
