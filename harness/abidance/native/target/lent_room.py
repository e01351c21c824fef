"""Compiles room that a library lends: the call that asks for it, what is put there, and how far it can be written.

What stands in the room is drawn, bound and shown as a parameter of the call that takes it, which the call is not given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.destruction import least
from abidance.boundary.model.types import (
    Direction,
    HandleShape,
    Member,
    NumberHandle,
    PointerShape,
    RecordHandle,
    ScalarShape,
)
from abidance.contract.expression import parse, spelling
from abidance.native.target.c_text import integer, load, words
from abidance.native.target.input_format import LARGEST
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.drawing import ArgumentDrawer

_FILLING = 0x5A
"""What is written where nothing else is to stand, as in the worker."""


def with_room(boundary: Boundary, function: BoundaryFunction) -> BoundaryFunction:
    """Return a function with what stands in the room that it takes as a parameter; any other as it is."""
    lent = function.lent
    if lent is None or any(member.name == lent.lender for member in function.members):
        return function
    shape = boundary.functions[lent.lender].result.shape
    assert isinstance(shape, PointerShape)
    assert shape.capacity is not None
    room = replace(
        shape,
        direction=Direction.IN,
        length=parse(spelling(lent.count), shape.capacity.span),
        capacity=None,
        nullable=False,
        lifetime="",
        until=(),
        handed=False,
        free="",
    )
    member = Member(lent.lender, room, function.declaration.span)
    return replace(function, members=(*function.members, member))


def without_room(function: BoundaryFunction) -> tuple[Member, ...]:
    """Return the parameters that a call is given."""
    lent = function.lent
    return tuple(m for m in function.members if lent is None or m.name != lent.lender)


def fill_room(drawer: ArgumentDrawer) -> None:
    """Compile that the library is asked for room, as much as is put there or a little more, and that this is filled.

    Where there is none the call is not made.
    """
    function, boundary, out = drawer.function, drawer.boundary, drawer.out
    lent = function.lent
    if lent is None:
        return
    lender = boundary.functions[lent.lender]
    if drawer.refused or lender.signature is None or lender.signature.stub:
        raise NotCompiledError(f"`{lent.lender}` is not asked for room in C")
    _refuse_other_states(boundary, lender, function, lent.handle)
    slot = drawer.places.slots[lent.lender,]
    size = next(m.shape for m in lender.members if m.name == lent.size)
    assert isinstance(size, ScalarShape)
    low, high = (integer(int(each)) for each in (size.lowest, min(size.highest, LARGEST)))
    asked, room = out.fresh("asked"), out.fresh("room")
    count = load(*drawer.number((lent.count,)))
    out(f"if ((abidance_int){count} != (abidance_int){slot.count} || {slot.count} > {high}) goto unlawful;")
    out(f"abidance_int {asked} = (abidance_int)({slot.count} + {slot.count} % 3);")
    out(f"if ({asked} > {high}) {asked} = {high};\nif ({asked} < {low}) {asked} = {low};")
    types = [drawer.types.name(each) for each in lender.signature.parameters]
    given = []
    for of, member in zip(types, lender.members, strict=True):
        if isinstance(member.shape, HandleShape):
            given.append(f"({of})ABIDANCE_LOAD(void *, {_handle(function, lent.handle)})")
        else:
            number = least(member.shape)
            assert isinstance(number, int)
            given.append(f"({of}){asked if member.name == lent.size else integer(number)}")
    callee = drawer.symbols.function(lender.declaration.symbol)
    out("abidance_inside = 1;")
    out(f"unsigned char *{room} = (unsigned char *){drawer.types.call(lender.signature, callee, given)};")
    out("abidance_inside = 0;")
    with out.block(f"if (!{room})"):
        out("abidance_step++; /* it was shown */\ngoto unlawful;")
    with out.block(f"if (!abidance_readable({room}, (size_t){asked}))"):
        judged = "!abidance_role && (alone || abidance_sequence)"
        out(f'if ({judged}) abidance_report("ABD322", {words(lender.name)}, "result");\ngoto unlawful;')
    out(f"memset({room}, {_FILLING}, (size_t){asked});")
    with out.block(f"if ({slot.count})"):
        piece = f"(abidance_piece){{{slot.block}, {slot.count}}}"
        out(f"abidance_pour({room}, {piece}, (size_t){asked});")


def judge_room(call: AfterCall, shape: PointerShape) -> None:
    """Compile that room which a call has returned can be written to its end (ABD322)."""
    assert shape.capacity is not None
    room, out = call.out.fresh("room"), call.out
    out(f"abidance_int {room} = 0;")
    told = call.clauses.number(shape.capacity, call.before(), room)
    out(f"if (({told}) != 1 || {room} < 0 || {room} > {LARGEST} / {shape.unit}) {room} = 0;")
    fits = f"abidance_readable(returned, (size_t){room} * {shape.unit})"
    call.report(f"returned && {room} && !{fits}", "ABD322", "result")
    out(f"if (!{fits}) {room} = 0;")
    call.returned_room = room


def fill_returned_room(call: AfterCall) -> None:
    """Compile that all of the room which a call has returned is written, each with another byte as in the worker."""
    shape = call.function.result.shape
    if call.returned_room and isinstance(shape, PointerShape):
        byte = f"(int)(1 + ({_FILLING - 1} + 37 * abidance_step) % 255)"
        size = f"(size_t){call.returned_room} * {shape.unit}"
        call.out(f"if (returned && {call.returned_room}) memset(returned, {byte}, {size});")


def _handle(function: BoundaryFunction, handle: str) -> str:
    """Return where in C the handle is passed from that the room is asked of."""
    for index, member in enumerate(function.members):
        shape = member.shape
        if isinstance(shape, HandleShape) and shape.handle == handle and not shape.made:
            if isinstance(shape, NumberHandle | RecordHandle) or shape.behind_pointer:
                break
            return f"a{index}"
    raise NotCompiledError(f"room that a `{handle}` lends which is no pointer")


def _refuse_other_states(
    boundary: Boundary, lender: BoundaryFunction, function: BoundaryFunction, handle: str
) -> None:
    """Raise NotCompiledError where room may not be asked for where it may be taken, or asking leads elsewhere."""
    machine = boundary.handles[handle].machine
    if machine is None:
        return
    names = [
        next(m.name for m in each.members if isinstance(m.shape, HandleShape) and m.shape.handle == handle)
        for each in (lender, function)
    ]
    if not machine.lawful(function.name, names[1]) <= machine.lawful(lender.name, names[0]):
        raise NotCompiledError(
            f"`{lender.name}` may not be called in each state in which `{function.name}` may"
        )
    transition = machine.transition(lender.name, names[0])
    if transition is not None and (transition.targets or transition.once or transition.counts_by):
        raise NotCompiledError(f"`{lender.name}` leads a `{handle}` to another state")
