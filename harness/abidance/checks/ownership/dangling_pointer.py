"""ABD373: the library dereferenced a pointer to memory that it had borrowed for an earlier call alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.frames import frame_label
from abidance.checks.evidence.promise_labels import member_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.checks.evidence.case_result import CaseResult


class DanglingPointer(Check):
    """Flags a use of a dangling pointer, to memory that an earlier call borrowed.

    ## Why it matters
    The caller has freed or reused the memory. The library reads whatever is there now.

    ## Example
        table->key = key;           /* in a call that adds an entry; the next lookup compares with it */

    ## How it is detected
    The target of an argument is revoked once the call has returned: its page is made inaccessible, and under
    AddressSanitizer it is poisoned. `lifetime: handle(NAME)` delays that until the handle is destroyed,
    `lifetime: static` for ever.

    ## Not detected
    A pointer that is kept and never dereferenced. Memory of a handle that the caller allocates.
    """

    id = "ABD373"
    name = "dangling-pointer"
    formerly = ("pointer-kept-too-long",)
    only_with = Evidence.DEATH
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic: the access ended the process."""
        death = trial.death
        if death is None or death.touch is None or cause_of(trial) is not Cause.KEPT_POINTER:
            return
        assert death.touch.block is not None
        placed, path = trial.encoded.owner(death.touch.block)
        lender, function = placed.function, trial.run.running
        verb = {True: "writes to", False: "reads", None: "touches"}[death.touch.write]
        lines, notes = frame_label(death.frames, "used here")
        lent, said = "for its own call only", "borrowed for the call"
        remedy = (
            "copy what is needed later; or, if the caller must keep it valid, say "
            f"`{path.partition('.')[0]}: {{..., lifetime: handle(NAME)}}`, or `static`"
        )
        if (until := _ended_by(trial, death.touch.block)) is not None and until is not placed:
            lent = f"until `{until.function.name}`"
            said = f"borrowed {lent}"
            remedy = f"let go of it in `{until.function.name}`"
        yield Diagnostic(
            self.code,
            f"`{function.name}` {verb} the memory of `{path}`, which `{lender.name}` borrowed {lent}",
            (*member_labels(trial.boundary, lender, path, said), *lines),
            notes,
            help=remedy,
            place=f"{lender.name}:{path}",
        )


def _ended_by(trial: CaseResult, block: int) -> PlacedCall | None:
    """Return the call after which nobody may touch a block any more; None where none was made."""
    calls = zip(trial.encoded.calls, trial.encoded.plan.calls, strict=True)
    return next((placed for placed, call in calls if block in call.retires), None)
