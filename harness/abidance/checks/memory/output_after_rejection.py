"""ABD328: an invalid call with a promised answer wrote to memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import Direction, HandleShape, PointerShape, ScalarShape, What
from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.changed_memory import changed_behind, changed_fields, first_change
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.handles_left import left_without_success
from abidance.checks.evidence.promise_labels import member_labels
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Member
    from abidance.checks.evidence.case_result import CaseResult


class OutputAfterRejection(Check):
    """Flags a call that is rejected as promised, but modified memory of the caller's.

    ## Why it matters
    To the caller, a rejected call had no effect.

    ## Example
        rejects: [{when: {in: null}, returns: -1}]      # the library clears `out` before it looks at `in`

    ## How it is detected
    All memory that the call may write is compared with its state before the call. Exempt are parameters with
    `on_failure: written` or `unspecified`, those that `ensures` of the clause names, and those that a
    postcondition of the function uses under a condition on `result`, as in `implies(result != 0, out == 0)`. The
    pointer to a window must lead to where it did. A handle in the caller's memory of which it is said,
    `on_failure: untouched`, is as it was but for the fields that `ensures` of the clause names.

    ## Not detected
    A write that restores the old byte; one to the fields of a handle, in which libraries note what was wrong, unless
    it is `on_failure: untouched`; other pointers in `inout` memory that the caller put there; NULL in the place of a
    handle that was not made; one to a single `inout` number, in which libraries return the size that was needed,
    unless it is `on_failure: untouched`.
    """

    id = "ABD328"
    name = "output-after-rejection"
    formerly = ("rejected-call-wrote",)
    only_with = Evidence.REJECTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a parameter."""
        expectation = trial.expectation
        if not trial.answered or not expectation.rejects:
            return
        function, memory = trial.function, unwritten_memory.watched_memory(trial)
        for member in function.members:
            if unwritten_memory.on_failure(trial, member) == "untouched":
                for words in changed_fields(trial, member, memory, expectation.ensures):
                    yield self._wrote(trial, member, "changed", (words,))
                    break
            block = trial.subject.places.get(member.name)
            if block is None or block not in memory or member.name in expectation.written:
                continue
            if isinstance(member.shape, HandleShape):
                if left_without_success(trial, member, memory[block]):
                    yield self._wrote(trial, member, "left something in the place of", ())
                continue
            if not isinstance(member.shape, PointerShape):
                continue
            said = unwritten_memory.on_failure(trial, member)
            if said in ("written", "unspecified") or (not said and _is_inout_number(member.shape)):
                continue
            change = first_change(trial, block, memory[block])
            notes = (
                (change.words,) if change is not None else tuple(changed_behind(trial, member, memory))[:1]
            )
            if notes:
                yield self._wrote(trial, member, "wrote to", notes)

    def _wrote(self, trial: CaseResult, member: Member, did: str, notes: tuple[str, ...]) -> Diagnostic:
        expectation, name = trial.expectation, trial.function.name
        assert expectation.span is not None
        return Diagnostic(
            self.code,
            f"`{name}` {did} `{member.name}` in a call that it rejects ({expectation.rejects})",
            (
                Label(expectation.span, "refused"),
                *member_labels(trial.boundary, trial.function, member.name, "written to"),
            ),
            notes,
            help=f"if that is intended, say `{member.name}: {{..., on_failure: written}}`, or `unspecified`",
            place=f"{name}:rejects:{expectation.span.line}:{member.name}",
        )


def _is_inout_number(shape: PointerShape) -> bool:
    return (
        shape.direction is Direction.INOUT
        and shape.what is What.ONE
        and isinstance(shape.element, ScalarShape)
    )
