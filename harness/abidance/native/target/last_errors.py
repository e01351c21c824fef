"""What tells why calls failed, in C: a function that is called right after each call, or an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from abidance.boundary.model.questions import Observer
from abidance.boundary.model.types import RESULT_NAME, ScalarShape
from abidance.native.expressions import compile_value
from abidance.native.expressions.kinds import number
from abidance.native.expressions.values import CGuarded, CInt, CNullable, COpaque, CUnavailable
from abidance.native.target.domains import in_ranges
from abidance.native.target.observers import observe_one
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.questions import ErrorSource
    from abidance.contract.expression import Expression
    from abidance.native.expressions.emitter import Emitter
    from abidance.native.expressions.kinds import AnyValue
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall


def ask_why(call: AfterCall) -> None:
    """Compile what tells why the call failed, right after it: what that is, expressions see as `last_error`."""
    told = call.function.result.last_error
    if told is None:
        return
    if told.expression is not None:
        call.why = _worked_out(call, told.expression)
        return
    if call.function.asks:
        call.why = CUnavailable(f"`{told.function}` is asked before how much there is by `run`")
        return
    asked = call.drawer.boundary.functions[told.function]
    question = Observer(
        told.function,
        told.arguments,
        asked.result.shape,
        f"{told.text}#why",
        told.span,
        before=False,
        by_state=True,
    )
    call.why = cast("CValue", observe_one(call, question).fields[RESULT_NAME])


def _worked_out(call: AfterCall, expression: Expression) -> CValue:
    """Compile a number that is worked out of what the call has left."""
    out, value = call.out, call.out.fresh("why")

    def take(emitter: Emitter, found: AnyValue) -> None:
        match number(emitter, found):
            case CInt(c):
                emitter(f"{value} = {c};")
            case _:
                raise NotCompiledError(f"`{expression.text}` is a number of a kind that only Python has")
        emitter("abidance_r = 1;")

    unseen: list[str] = []
    try:
        told = compile_value(
            expression,
            call.now(),
            take,
            before=call.before(),
            constants=call.clauses.constants,
            unseen=unseen,
        )
    except NotCompiledError as error:
        return CUnavailable(error.reason)
    if unseen:
        return CUnavailable(unseen[0])
    there = out.fresh("is_why")
    out(f"abidance_int {value} = 0; (void){value};\nint {there} = ({told}) == 1; (void){there};")
    return CGuarded(f"!{there}", CInt(value))


def judge_why(call: AfterCall, when: str = "") -> None:
    """Compile that what tells why a call failed says so, and nothing like it of a success (ABD322).

    Of some calls that may be asked `when` they have failed only.
    """
    told = call.function.result.last_error
    if told is None or call.why is None:
        return
    succeeded, failed = call.known
    lost, right = _is_right(told, call.why)
    if not right:
        why = call.why.reason if isinstance(call.why, CUnavailable) else "what it tells is no number"
        call.clauses.leave(f"whether `{told.text}` tells why a call failed: {why}")
        return
    name = "last_error"
    if failed != "0":
        call.report(f"{when}{failed} && !({lost}) && !({right[0]})", "ABD322", name)
    if not when and succeeded != "0" and right[1]:
        call.report(f"{succeeded} && !({lost}) && !({right[1]})", "ABD322", name)


def _is_right(told: ErrorSource, value: CValue) -> tuple[str, tuple[str, str]] | tuple[str, tuple[()]]:
    """Return when it is not known what tells it, and the conditions that it tells of a failure, and of a success."""
    lost, inner = "0", value
    while isinstance(inner, CGuarded):
        lost, inner = f"{lost} || {inner.lost}", cast("CValue", inner.inner)
    match inner:
        case CInt(c) if isinstance(told.shape, ScalarShape):
            no_success = f"!({in_ranges(c, told.ok.each)})" if told.ok else "1"
            failure = in_ranges(c, told.errors.each) if told.errors else no_success
            return lost, (failure, in_ranges(c, told.ok.each) if told.ok else "")
        case CNullable(null) | COpaque(null):
            return lost, (f"!({null})", "")
    return "", ()
