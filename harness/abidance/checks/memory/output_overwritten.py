"""ABD326: a call wrote to an out parameter that it must leave alone when it ends so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import Direction, HandleShape, PointerShape, What
from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.changed_memory import changed_behind, changed_fields, first_change
from abidance.checks.evidence.handles_left import left_without_success
from abidance.checks.evidence.promise_labels import member_labels
from abidance.checks.evidence.wording import having_returned, result_text
from abidance.contract.expression import spelling
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.checks.evidence.case_result import CaseResult


class OutputOverwritten(Check):
    """Flags a call that wrote to an out parameter which it must leave untouched: mostly one that failed.

    ## Why it matters
    A caller that keeps its old value on failure loses it, or uses an incomplete one. A caller that looks whether
    there is an error takes a success for a failure.

    ## Example
        value: {out: int}           # the library stores the digits it has read before it meets a bad one
        error: {out: js_error, on_success: untouched}       # and one that clears it in every call

    ## How it is detected
    After a call whose status is none of `ok`, or that returns NULL, out memory must still have its fill.
    `on_failure: written` or `unspecified` permits writes, and so does a postcondition that uses the parameter.
    A buffer, and a number that is the length of one, may be written unless `on_failure: untouched` forbids it:
    that the data does not fit is often known only after a part was written. After a call that succeeded, what is
    `on_success: untouched` must hold what it held before; so must `inout` memory of which a contract says it, and the
    pointer to a window must lead to where it did. A handle in the caller's memory that is `on_failure: untouched` is as
    it was, but for the fields that a postcondition names. In the
    place of a handle that was not made a failed call may leave NULL, or a number that is `invalid`, and no other.

    ## Not detected
    Calls whose failure cannot be determined: false, or a number without a `status`. A byte that is overwritten
    with the value that it has. Other pointers in `inout` memory that the caller put there.
    """

    id = "ABD326"
    name = "output-overwritten"
    formerly = ("output-after-failure",)

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a parameter."""
        if not trial.answered or trial.expectation.rejects:
            return
        failed = unwritten_memory.tells_failure(trial)
        if not failed and not unwritten_memory.tells_success(trial):
            return
        memory, function = unwritten_memory.watched_memory(trial), trial.function
        for member in function.members:
            if failed and unwritten_memory.on_failure(trial, member) == "untouched":
                for words in changed_fields(trial, member, memory, function.ensures):
                    yield self._wrote(trial, member, "changed", (words,), failed=True)
                    break
            block = trial.subject.places.get(member.name)
            if block is None or block not in memory:
                continue
            if isinstance(member.shape, HandleShape):
                if failed and left_without_success(trial, member, memory[block]):
                    yield self._wrote(trial, member, "left something in the place of", (), failed=True)
                continue
            if not isinstance(member.shape, PointerShape):
                continue
            if not (failed or _says_untouched(function, member)):
                continue
            change = first_change(trial, block, memory[block])
            notes = (
                (change.words,) if change is not None else tuple(changed_behind(trial, member, memory))[:1]
            )
            # What is said is asked only of what was written: it may evaluate every postcondition.
            if not notes or (failed and not must_keep(trial, member, member.shape, block)):
                continue
            yield self._wrote(trial, member, "wrote to", notes, failed=failed)

    def _wrote(
        self, trial: CaseResult, member: Member, did: str, notes: tuple[str, ...], *, failed: bool
    ) -> Diagnostic:
        function = trial.function
        ended = f"{result_text(trial)}, which is a failure," if failed else having_returned(trial)
        clause, when = ("on_failure", "a failure") if failed else ("on_success", "a success")
        return Diagnostic(
            self.code,
            f"`{function.name}`{ended} {'and ' if failed else ''}{did} `{member.name}`",
            member_labels(trial.boundary, function, member.name, f"untouched after {when}"),
            notes,
            help=f"if that is intended, say `{member.name}: {{..., {clause}: written}}`, or `unspecified`",
            place=f"{function.name}:{member.name}",
        )


def _says_untouched(function: BoundaryFunction, member: Member) -> bool:
    """Tell whether the contract says that a success leaves a parameter alone."""
    param = function.promise.params.get(member.name) if function.promise else None
    return param is not None and param.after_success == "untouched"


def must_keep(trial: CaseResult, member: Member, shape: PointerShape, block: int) -> bool:
    """Tell whether a failed call must leave a parameter alone."""
    said = unwritten_memory.on_failure(trial, member)
    if said:
        return said == "untouched"
    given = trial.encoded.plan.blocks[block].contents
    return shape.direction is Direction.OUT and not given and _is_plain(member.name, shape, trial.function)


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
