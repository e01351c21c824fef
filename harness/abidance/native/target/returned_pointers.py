"""What is seen of a pointer that comes back, as C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    RESULT_NAME,
    OpaqueShape,
    PointerHandle,
    PointerShape,
    What,
    WithinShape,
)
from abidance.native.expressions.values import (
    CBytes,
    CGuarded,
    CNullable,
    COpaque,
    CUnavailable,
)
from abidance.native.target.asked_calls import asked_count
from abidance.native.target.c_text import ending
from abidance.native.target.lent_room import judge_room
from abidance.native.target.places import elements
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.contract.expression import Expression
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall


def pointer_result(call: AfterCall) -> CValue:
    """Return what is seen of a pointer that comes back; what the contract describes is read, as a caller would."""
    shape, out = call.function.result.shape, call.out
    null = "(ABIDANCE_LOAD(void *, result) == NULL)"
    if call.answers() != "1":
        null = f"(!({call.answers()}) || {null})"
    if isinstance(shape, WithinShape):
        return call.places.seen(shape, "result", ("result?",))
    status = call.function.status
    asked = status is not None and status.asked is not None
    if not isinstance(shape, PointerShape):
        told_apart = isinstance(shape, PointerHandle | OpaqueShape)
        return COpaque(null, "ABIDANCE_LOAD(uintptr_t, result)" if told_apart else "")
    out(
        f"unsigned char *returned = {f'(!success || {null})' if asked else null} ? NULL : "
        "ABIDANCE_LOAD(unsigned char *, result); (void)returned;"
    )
    inner: CValue = COpaque()
    if shape.capacity is not None:
        judge_room(call, shape)
    if shape.is_bare_room:
        pass
    elif shape.what is What.STRING:
        out("ptrdiff_t returned_size = returned ? abidance_text_size(returned) : 0;")
        call.report("returned_size == ABIDANCE_NO_TEXT", "ABD322", "result")
        out("size_t returned_count = returned_size < 0 ? 0 : (size_t)returned_size; (void)returned_count;")
        inner = CBytes("returned", "returned_count")
    elif shape.ended_by is not None:
        out("ptrdiff_t returned_count = 0;")
        out(f"if (returned) returned_count = abidance_up_to_end(returned, {ending(shape.ended_by)});")
        call.report("returned_count == ABIDANCE_NO_TEXT", "ABD322", "result")
        inner = CGuarded("returned_count < 0", _elements(call, shape, "returned_count"))
    elif shape.what is What.ONE:
        inner = call.places.seen(shape.element, "returned", ("result?",))
    elif shape.length is not None:
        count = out.fresh("count")
        out(f"abidance_int {count} = 0;")
        counted = _count(call, shape.length, count)
        if counted is not None:
            return CNullable(null, counted)
        inner = _elements(call, shape, count)
    return CNullable(null, CGuarded("!success", inner) if asked else inner)


def _count(call: AfterCall, length: Expression, count: str) -> CValue | None:
    """Compile how many elements lie behind the pointer; return what is seen of it instead where nobody can tell."""
    out = call.out
    asked = next((each for each in call.function.asks if each.path == RESULT_NAME), None)
    if asked is not None:
        lines = asked_count(call, asked, count)
        if lines is None:
            return CUnavailable("nobody asks how much there is")
        with out.block("if (returned != NULL && success)"):
            out(lines)
        return None
    try:
        told = call.clauses.number(length, call.now(), count, call.before())
    except NotCompiledError as error:
        call.clauses.leave(str(error), length)
        return COpaque()
    out(f"if (({told}) != 1 || {count} < 0 || {count} > 1 << 24) {count} = 0;")
    return None


def _elements(call: AfterCall, shape: PointerShape, count: str) -> CValue:
    """Return what is seen of so many elements behind a pointer that comes back."""
    if shape.records is not None:
        call.returned_elements = count
        readable = f"abidance_all_readable(returned, (uint64_t){count}, {max(shape.unit, 1)})"
        return CGuarded(f"!{readable}", call.places.packed(shape, "returned", count))
    if shape.what is What.BYTES:
        return CBytes("returned", f"(size_t){count}")
    call.returned_elements = count
    return elements(shape.element, "returned", f"(size_t){count}", whole=False, left=True)
