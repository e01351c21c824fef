"""What postconditions ask of other functions, in C: each is called right before the call, or right after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME, ScalarShape
from abidance.native.expressions.values import CGuarded, CInt, CRecord, CUnavailable
from abidance.native.target.preconditions import asking, lawful, permit

if TYPE_CHECKING:
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
    function, arguments = call.drawer.boundary.functions[observer.function], observer.arguments
    with out.block(f"if ({' && '.join((JUDGES, *lawful(call, function, arguments)))})"):
        allowed = permit(call, function, arguments)
        with out.block(f"if ({' && '.join(allowed) or '1'})"):
            asking(call, f"{value} = {asked}; {there} = 1;")
    return CGuarded(f"!{there}", CInt(value))
