"""What postconditions ask of other functions, in C: each is called right before the call, or right after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME, HandleShape, PointerShape, ScalarShape
from abidance.native.expressions.values import CGuarded, CInt, CRecord, CUnavailable
from abidance.native.target.c_text import load
from abidance.native.target.domains import in_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Observer
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall

JUDGES = "!abidance_role && (alone || abidance_sequence)"


def observe(call: AfterCall, *, before: bool) -> dict[str, CValue]:
    """Compile the calls that are made before the one that is judged, or after it; return what they tell, by texts."""
    found: dict[str, CValue] = {}
    told: dict[str, CValue] = {}
    for each in call.function.observers:
        if each.before is not before:
            continue
        written = each.text.partition("#")[0]
        if written not in told:
            told[written] = _observe(call, each)
        found[each.text] = CRecord({RESULT_NAME: told[written]})
    return found


def _observe(call: AfterCall, observer: Observer) -> CValue:
    shape = observer.shape
    if not isinstance(shape, ScalarShape) or shape.kind == "float" or shape.size > 8:
        return CUnavailable(f"`{observer.function}` tells more than a whole number, which `run` asks for")
    asked = call.asked_call(observer.function, observer.arguments)
    if asked is None:
        return CUnavailable(f"`{observer.function}` is not asked in C")
    out = call.out
    value, there = out.fresh("observed"), out.fresh("is_observed")
    out(f"abidance_int {value} = 0; int {there} = 0; (void){value}; (void){there};")
    lawful = " && ".join((JUDGES, *_lawful(call, observer)))
    with out.block(f"if ({lawful})"):
        out("long before_observed = abidance_asked;\nabidance_inside = 1;")
        out(f"{value} = {asked}; {there} = 1;")
        out("abidance_inside = 0;\nabidance_asked = before_observed;")
    return CGuarded(f"!{there}", CInt(value))


def _lawful(call: AfterCall, observer: Observer) -> Iterator[str]:
    """Yield the conditions under which the function may be given what the call was given."""
    asked = call.drawer.boundary.functions[observer.function]
    members = {member.name: n for n, member in enumerate(call.function.members)}
    for member, argument in zip(asked.members, observer.arguments, strict=True):
        if not argument.parameter:
            continue
        at = "result" if argument.parameter == RESULT_NAME else f"a{members[argument.parameter]}"
        shape = member.shape
        if isinstance(shape, HandleShape | PointerShape):
            if shape.nullable is False:
                yield f"ABIDANCE_LOAD(void *, {at}) != NULL"
            continue
        given = (
            call.function.result.shape
            if argument.parameter == RESULT_NAME
            else call.function.members[members[argument.parameter]].shape
        )
        if isinstance(shape, ScalarShape) and isinstance(given, ScalarShape) and shape.kind != "float":
            if shape.flags:
                yield "0"
            elif shape.listed:
                yield f"({in_ranges(load(given, at), tuple((int(n), int(n)) for n in shape.listed))})"
            else:
                yield in_ranges(load(given, at), ((int(shape.lowest), int(shape.highest)),))
