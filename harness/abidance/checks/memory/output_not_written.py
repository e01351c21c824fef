"""ABD325: a call succeeded and left an out parameter, or a part of it, unwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.elements import of_all_elements
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import member_labels
from abidance.checks.evidence.wording import having_returned
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Member
    from abidance.checks.evidence.case_result import CaseResult


class OutputNotWritten(Check):
    """Flags a successful call that left bytes of an out parameter unwritten.

    ## Why it matters
    The caller reads uninitialised memory of its own: the bytes differ from run to run, and may be secret.

    ## Example
        out: {out: rg_stats}        # the library returns RG_OK and sets `accepted` alone

    ## How it is detected
    Out memory is filled before the call. If a byte still has the fill value afterwards, the call is repeated
    with another fill; a byte that has the fill value both times, and with three fills more, was not written. All
    bytes count except padding, up to `length` if that is reported.

    ## Not detected
    Buffers whose `length` the contract does not give; the bytes after the NUL in a `char` array; bit-fields,
    and members of unions; fields named as reserved. Calls whose success cannot be determined: a number is
    returned and the contract has no `status`.
    """

    id = "ABD325"
    name = "output-not-written"
    only_with = Evidence.REFILLED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a parameter."""
        again = trial.again
        if not trial.answered or trial.expectation.rejects or again is None or again.refilled is None:
            return
        fill, other_fill = trial.encoded.plan.fill, again.refilled.encoded.plan.fill
        told: set[str] = set()
        for region, left in unwritten_memory.left_unwritten(trial, (again.refilled, *again.refilled_anew)):
            if region.member.name in told:
                continue
            told.add(region.member.name)
            at, count, size = left.first, left.count, left.range.end - left.range.start
            where = f"{region.member.name}{left.range.path}"
            part = "" if count == size else f"byte{'' if count == 1 else f's {at} to'} {at + count - 1} of "
            function = trial.function
            tells = unwritten_memory.tells_by(function, region.member)
            when, remedy = _of_status(region.member) if tells else _asked(trial)
            yield Diagnostic(
                self.code,
                f"`{function.name}`{having_returned(trial, and_told=not tells)} left {part}`{where}` unwritten",
                member_labels(trial.boundary, function, region.member.name, f"written by {when}"),
                (
                    f"filled with 0x{fill:02x} before the call, it holds that afterwards; so with 0x{other_fill:02x}",
                ),
                help=remedy,
                place=f"{function.name}:{of_all_elements(where)}",
            )


def _of_status(member: Member) -> tuple[str, str]:
    """Return by which calls memory is written that tells of success, and what to do about one that does not."""
    clause = unwritten_memory.set_by_callers(member)
    remedy = f"; if only some calls write it, say what it holds before: `{clause}`" if clause else ""
    return "each call: it tells whether that has succeeded", f"write it on every path{remedy}"


def _asked(trial: CaseResult) -> tuple[str, str]:
    """Return by which calls the contract wants other memory written, and what to do about one that does not."""
    if unwritten_memory.tells_failure(trial):
        return "a call that fails as well", "write it on every path, or say `on_failure: unspecified`"
    return "a call that succeeds", (
        "write it on every path that succeeds; if this is a failure, say how it is reported: "
        "`returns: {status: ...}`"
    )
