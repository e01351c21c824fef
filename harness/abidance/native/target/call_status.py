"""Whether a call has succeeded, where the contract says what tells it: as C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.types import (
    NumberHandle,
    RecordHandle,
    ScalarShape,
)
from abidance.native.expressions.values import (
    COpaque,
    CUnavailable,
)
from abidance.native.target.asked_calls import asked_call, passed_on
from abidance.native.target.c_text import load
from abidance.native.target.domains import in_domain, in_ranges
from abidance.native.target.places import lies_at, number
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.status_place import StatusPlace, StatusSource
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall


def status_in_c(status: StatusPlace, at: str) -> str:
    """Return the condition that what lies behind a pointer, or in a result, tells of success."""
    if status.number is None:
        return f"ABIDANCE_LOAD(void *, {at} + {status.offset}) {'!=' if status.null_fails else '=='} NULL"
    return in_ranges(load(status.number, f"({at} + {status.offset})"), status.ok.each)


def success_told(call: AfterCall) -> str:
    """Return the condition that a call succeeded as its status has it; of NULL, where that is left, nobody asks."""
    status = call.function.status
    if status is None or status.parameter is None:
        return "success"
    return f"{status_pointer(call, status)} != NULL && success"


def strange_status(call: AfterCall) -> str:
    """Return the condition that what tells of success beside the result is no status; empty where none is."""
    status = call.function.status
    if status is None or status.number is None:
        return ""
    promised = call.reject.ensures if call.reject is not None else ()
    if any(status.path == path for each in promised for path, _ in each.paths):
        return ""  # what comes back is promised for this call alone
    at = "result" if status.parameter is None else status_pointer(call, status)
    allowed = in_domain(status.number, f"({at} + {status.offset})")
    there = "1" if status.parameter is None else f"{at} != NULL"
    return f"{there} && !({allowed})" if allowed else ""


def success_by_status(call: AfterCall, status: StatusPlace, otherwise: str) -> str:
    """Return the condition that a call succeeded by its status; `otherwise`, where nobody wants to know it."""
    if status.parameter is None:
        return status_in_c(status, "result")
    pointer = status_pointer(call, status)
    return f"{pointer} == NULL ? ({otherwise}) : ({status_in_c(status, pointer)})"


def ask_status(call: AfterCall, status: StatusPlace) -> None:
    """Compile what asks whether the call has succeeded, if that is asked; nobody wants to know it of NULL."""
    if status.asked is None:
        return
    untold = ", ".join(map(str, status.untold))
    call.out(f"_Alignas(8) unsigned char told_of[{status.width}] = {{{untold}}};")
    call.out("unsigned char *asked_status = told_of; (void)asked_status;")
    if status.asked.behind is not None:
        _look_behind(call, status, status.asked)
        return
    if not status.asked.function:
        call.out("memcpy(told_of, &told, sizeof told);")
        return
    if call.is_traced:  # a program is traced, which asks or does not
        call.out("asked_status = NULL;")
        return
    type_ = "uintptr_t" if status.number is None else f"{'' if status.signed else 'u'}int{8 * status.width}_t"
    asked = asked_call(call, status.asked.function, status.asked.arguments, type_)
    if asked is None:
        raise NotCompiledError(f"`{status.asked.text}` is asked by `run`")
    there = []
    for given, member in zip(
        status.asked.arguments,
        call.drawer.boundary.functions[status.asked.function].members,
        strict=True,
    ):
        if not given.parameter or isinstance(member.shape, ScalarShape | NumberHandle | RecordHandle):
            continue
        null = f"ABIDANCE_LOAD(void *, {passed_on(call, given, member.shape).at}) == NULL"
        if given.parameter == THE_RESULT:
            there.append(f"!({null})")
        else:
            call.out(f"if ({null}) asked_status = NULL;")
    with call.out.block(f"if ({' && '.join(('asked_status', *there))})"):
        call.out("long before_asked = abidance_asked;\nabidance_inside = 1;")
        call.out(f"{type_} answer = {asked};\nmemcpy(told_of, &answer, {status.width});")
        call.out("abidance_inside = 0;\nabidance_asked = before_asked;")


def _look_behind(call: AfterCall, status: StatusPlace, asked: StatusSource) -> None:
    """Compile what takes it from behind a pointer that the call returns, or is given."""
    given = asked.arguments[0]
    at = "result"
    if given.parameter != THE_RESULT:
        index = [member.name for member in call.function.members].index(given.parameter)
        at = lies_at(call.function.members[index].shape, f"a{index}")
    call.out(f"const unsigned char *tells = ABIDANCE_LOAD(const unsigned char *, {at});")
    if given.parameter != THE_RESULT:
        call.out("if (tells == NULL) asked_status = NULL;")
    there = f"tells != NULL && abidance_readable(tells + {asked.behind}, {status.width})"
    call.out(f"if ({there}) memcpy(told_of, tells + {asked.behind}, {status.width});")


def status_asked(status: StatusPlace) -> CValue:
    """Return what was told of the call, as expressions see it."""
    if status.number is not None:
        return number(status.number, "told_of") or CUnavailable("it is read by `run`")
    return COpaque("(ABIDANCE_LOAD(void *, told_of) == NULL)")


def status_pointer(call: AfterCall, status: StatusPlace) -> str:
    if status.asked is not None:
        return "asked_status"
    index = [member.name for member in call.function.members].index(status.parameter or "")
    return f"ABIDANCE_LOAD(unsigned char *, a{index})"
