"""ABD351: a call clobbers a callee-saved register or leaves the direction flag set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import call_side_effects
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult

_NAMES = ("rbx", "rbp", "r12", "r13", "r14", "r15", "rsp")
_DIRECTION = 1 << len(_NAMES)


class RegisterClobbered(Check):
    """Flags a call that clobbers a callee-saved register, or leaves the direction flag set.

    ## Why it matters
    The caller's compiler keeps its own variables in these registers across the call, and uses the string
    instructions assuming that they count up. It continues with a wrong pointer or index, and fails far away
    from the call.

    ## Example
        __asm__("cpuid" : "=a"(a), "=d"(d) : "a"(1) : "ecx");    /* and rbx, which is not in the list */
        __asm__("std; rep movsb" ...);                            /* without `cld` */

    ## How it is detected
    On x86-64 the function is called through code that sets rbx and r12 to r15 to unique values and compares
    them, rbp, rsp and the direction flag when it returns. The System V psABI (3.2.1) requires the callee to
    preserve them. They are then restored, so that abidance's own code can continue. A call that returns to
    where an earlier one was made, through a stale `longjmp`, is detected in the same way.

    ## Not detected
    A register that is clobbered and restored before the call returns or, around an inline function or macro,
    saved by the compiler. Calls on several threads. Other processors.
    """

    id = "ABD351"
    name = "register-clobbered"
    formerly = ("register-not-preserved",)
    only_with = Evidence.REGISTERS
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a call."""
        for effects, function in call_side_effects(trial):
            found = effects.registers
            if not found:
                continue
            broken = [f"another value in `{name}`" for bit, name in enumerate(_NAMES) if found & 1 << bit]
            if found & _DIRECTION:
                broken.append("the direction flag set")
            yield Diagnostic(
                self.code,
                f"`{function.name}` returned with {' and '.join(broken)}",
                function_labels(function, "the calling convention requires it to preserve these"),
                help="name what inline assembly changes in its list of clobbers, end what sets the direction flag by "
                "`cld`, and push and pop the registers that an assembly routine uses",
                place=function.name,
            )
