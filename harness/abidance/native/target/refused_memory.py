"""Compiles calls that are refused memory, as `may_fail` says that they may fail for want of it.

A byte of the input says which of the blocks that the call asks for, that one alone or all from it on. A call that
succeeds all the same, or fails otherwise, is made once more with all its memory, and must answer alike (ABD389).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME, ScalarShape
from abidance.boundary.resolve.transfers import shows_failure
from abidance.native.target.c_text import load
from abidance.native.target.call_status import strange_status
from abidance.native.target.domains import in_domain, in_ranges
from abidance.native.target.last_errors import judge_why

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.c_text import Lines
    from abidance.native.target.drawing import ArgumentDrawer

WANTS = "wants"
"""The C variable that tells whether a call has failed for want of memory."""


def is_refused(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a target refuses a function memory: failing must show."""
    failure = function.out_of_memory
    if failure is None:
        return False
    if any(life.destroy == function.name for life in boundary.handles.values()):
        return False
    expected = failure.expected.get(RESULT_NAME)
    if expected is None:
        return shows_failure(function)
    return isinstance(expected, int) and expected not in function.result.ok


def lift_refusal(boundary: Boundary, out: Lines) -> None:
    """Compile that a callback has all the memory that it asks for: it is not the library that does."""
    if any(is_refused(boundary, each) for each in boundary.functions.values()):
        again = "__attribute__((cleanup(abidance_deny_again), unused))"
        out(f"unsigned denied {again} = abidance_deny_none();")


def refuse_memory(drawer: ArgumentDrawer) -> None:
    """Have the call under test refused the blocks that the input says."""
    function = drawer.function
    if drawer.refused:
        drawer.refusal_way = ""
    if not drawer.refusal_way:
        if (
            function.out_of_memory is not None
            and not is_refused(drawer.boundary, function)
            and not drawer.refused
        ):
            drawer.clauses.leave("what it answers that is refused memory")
        return
    drawer.out(f"abidance_deny({_may_be_refused(drawer)} && !abidance_plain ? {drawer.refusal_way} : 0);")


def _may_be_refused(drawer: ArgumentDrawer) -> str:
    """Return the condition that a call is under test, alone or once in a sequence, in memory that does not overlap."""
    apart = " && !overlapped" if drawer.overlap_way else ""
    return f"(alone || (abidance_sequence && !abidance_role && abidance_times == 1)){apart}"


def told_of_want(call: AfterCall) -> None:
    """Compile whether the call was refused memory, and what it made of that; one that fails so skips what else is."""
    if call.drawer.refusal_way:
        answered = _answered(call)
        fails = f"(!success{f' || {answered}' if answered else ''})"
        call.out(f"int {WANTS} = (denied || abidance_wanted) && {fails}; (void){WANTS};")
        # In a sequence, what is called behind it may answer otherwise for good reason.
        call.out(f"if (alone && judges && denied && !({answered or WANTS})) abidance_does_without = 1;")
        call.out("if (denied) abidance_wanted = 1;")


def judge_want(call: AfterCall) -> None:
    """Compile that a call which fails where it was refused memory is not held to its promises."""
    if call.drawer.refusal_way:
        failure, status = call.function.out_of_memory, call.function.status
        if failure is not None and not failure.expected:
            if (strange := strange_status(call)) and status is not None:
                call.report(f"{WANTS} && ({strange})", "ABD322", status.path)
            result = call.function.result
            known = in_domain(result.shape, "result") if isinstance(result.shape, ScalarShape) else ""
            if known and result.ok:
                call.report(f"{WANTS} && !({known})", "ABD322", "result")
        judge_why(call, f"{WANTS} && ")
        call.out(f"if ({WANTS}) goto wanted;")


def _answered(call: AfterCall) -> str:
    """Return the condition that a call has answered what one that is refused memory does; empty for any failure."""
    failure, shape = call.function.out_of_memory, call.function.result.shape
    expected = failure.expected.get(RESULT_NAME) if failure is not None else None
    if not isinstance(shape, ScalarShape) or not isinstance(expected, int):
        return ""
    return in_ranges(load(shape, "result"), ((int(expected), int(expected)),))


def show_refusal(drawer: ArgumentDrawer) -> None:
    """Print which block the call is refused, below 0 with all after it."""
    with drawer.out.block(f"if ({_may_be_refused(drawer)} && abidance_denied_block({drawer.refusal_way}))"):
        drawer.out('abidance_show(", \\"refuses\\": ");')
        drawer.out(f"abidance_show_integer(abidance_denied_block({drawer.refusal_way}));")
