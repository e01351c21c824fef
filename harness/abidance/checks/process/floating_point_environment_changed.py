"""ABD363: a call changed how floating-point numbers are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import call_side_effects, may
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class FloatingPointEnvironmentChanged(Check):
    """Flags a call that changes the rounding mode, flush-to-zero or exception masks of floating point.

    ## Why it matters
    Every later computation of the thread gives other results. A library built with `-ffast-math` does this when
    it is loaded; here a call did.

    ## Example
        fesetround(FE_UPWARD);      /* for one sum, and never put back */

    ## How it is detected
    The control bits of MXCSR and of the x87 unit, or FPCR on ARM, are compared before and after every call. The
    psABI (3.2.1) and AAPCS64 (6.1.2) require the callee to preserve them. Status flags may change.

    ## Not detected
    Bits that are changed and restored during the call; the state of the library's own threads.
    """

    id = "ABD363"
    name = "floating-point-environment-changed"
    formerly = ("floating-point-control-changed",)
    by_itself = True
    only_with = Evidence.CONTROL
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a call."""
        for effects, function in call_side_effects(trial):
            if not effects.control or may(trial, "floating_point", function):
                continue
            yield Diagnostic(
                self.code,
                f"`{function.name}` changed floating-point control bits: rounding, flushing, traps",
                function_labels(function, "leaves them alone"),
                help="put them back before returning (`fegetenv`, `fesetenv`); where this is what the function is for: "
                "`may: [floating_point]`",
                place=function.name,
            )
