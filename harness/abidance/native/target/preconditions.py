"""What preconditions ask the library, in C: right before the call, which is not made where the condition does not hold.

A function that is asked may have preconditions of its own; it is asked nothing where they do not hold.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.questions import FollowUpArgument
from abidance.boundary.model.traversal import number_left
from abidance.boundary.model.types import (
    HandleShape,
    NothingShape,
    OpaqueShape,
    PointerHandle,
    PointerShape,
    RecordHandle,
    ScalarShape,
    is_fraction,
    is_text,
)
from abidance.boundary.resolve.calls_after import parts_of_answer
from abidance.contract.expression import spelling
from abidance.native.expressions.values import (
    CBytes,
    CFloat,
    CGuarded,
    CInt,
    CNullable,
    COpaque,
    CRecord,
    CUnavailable,
)
from abidance.native.target.asked_calls import asked_call, passed_on
from abidance.native.target.c_text import load, real
from abidance.native.target.call_status import status_in_c
from abidance.native.target.domains import in_ranges
from abidance.native.target.places import number
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import AskedBefore, AskedPart, AskedPrecondition
    from abidance.boundary.model.types import Shape
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall

Arguments = tuple[FollowUpArgument, ...]


def demand(call: AfterCall, given: Collection[str]) -> None:
    """Compile that a call is given up where a precondition does not hold, but for those about what is `given`.

    Raises NotCompiledError.
    """
    function, out = call.function, call.out
    own = tuple(FollowUpArgument(member.name) for member in function.members)
    names = [member.name for member in function.members]
    environment = call.drawer.environment()
    for each in function.asked_before:
        if not each.names(names) & {*given}:
            out(f"if (!{_met(call, each, function, own, environment)}) goto unlawful;")


def rooms_told(call: AfterCall, questions: tuple[AskedBefore, ...]) -> dict[str, CValue]:
    """Compile what functions tell of the memory that a call is given, which is given up where one tells nothing.

    Raises NotCompiledError.
    """
    own = {member.name: FollowUpArgument(member.name) for member in call.function.members}
    told: dict[str, CValue] = {}
    for each in questions:
        value, there = _ask(call, each, own, {**call.drawer.environment(), **told})
        call.out(f"if (!{there}) goto unlawful;")
        name, field = parts_of_answer(each.text)
        told[name] = CRecord({field: told_as(each.shape, value)})
    return told


def permit(call: AfterCall, function: BoundaryFunction, arguments: Arguments) -> list[str]:
    """Compile what the preconditions of a function ask that is asked with some arguments; return when it may be."""
    if not function.requires and not function.asked_before:
        return []
    environment = _given(call, function, arguments)
    found = [f"({call.clauses.condition(each, environment)}) == 1" for each in function.requires]
    return found + [_met(call, each, function, arguments, environment) for each in function.asked_before]


def work_out(call: AfterCall, arguments: Arguments, environment: Mapping[str, CValue]) -> list[str]:
    """Compile what a function is asked with that others tell, or that is calculated; return when it is there.

    Raises NotCompiledError.
    """
    found = []
    for argument in arguments:
        if argument.of in call.other_answers:
            call.worked_out[argument], there = call.other_answers[argument.of]
            found.append(there)
        elif argument.calculated is not None:
            variable = call.out.fresh("worked_out")
            call.out(f"abidance_int {variable} = 0; (void){variable};")
            found.append(f"({call.clauses.number(argument.calculated, environment, variable)}) == 1")
            call.worked_out[argument] = variable
    return found


def lawful(call: AfterCall, asked: BoundaryFunction, arguments: Arguments) -> list[str]:
    """Return the conditions under which a function may be given what a call was given, by the limits of each place."""
    found = []
    for member, argument in zip(asked.members, arguments, strict=True):
        shape = member.shape
        if not argument.parameter:
            if argument in call.worked_out and isinstance(shape, ScalarShape):
                found += _valid(shape, call.worked_out[argument])
            continue
        given, at, there = passed_on(call, argument, shape)
        found += [there] if there else []
        if isinstance(shape, HandleShape | PointerShape):
            if shape.nullable is False:
                found.append(f"ABIDANCE_LOAD(void *, {at}) != NULL")
        elif isinstance(shape, ScalarShape) and isinstance(given, ScalarShape) and given.format is None:
            found += _valid(shape, load(given, at))
    return found


def rooms_for(call: AfterCall, asked: BoundaryFunction, arguments: Arguments) -> dict[str, str]:
    """Declare the memory in which a function leaves answers; return its names in C, by parameter."""
    found = {}
    for member, argument in zip(asked.members, arguments, strict=True):
        left = number_left(member.shape)
        if argument.room and left is not None:
            found[member.name] = room = call.out.fresh("answer")
            before = member.shape.initially if isinstance(member.shape, PointerShape) else b""
            held = ", ".join(map(str, before)) or "0"
            call.out(f"_Alignas({left.align}) unsigned char {room}[{left.size}] = {{{held}}}; (void){room};")
    return found


def answered(asked: BoundaryFunction, value: str, rooms: Mapping[str, str]) -> str:
    """Return the condition that a function which returned a number has left its answers; raises NotCompiledError."""
    if asked.status is not None:
        room = rooms.get(asked.status.parameter or "")
        if room is not None:
            return status_in_c(asked.status, room)
        raise NotCompiledError(f"what `{asked.name}` leaves is asked by `run`")
    match asked.result.shape, asked.result.ok:
        case ScalarShape(kind="int" | "enum"), ok if ok:
            return in_ranges(value, ok.each)
        case ScalarShape(kind="bool"), _:
            return f"{value} != 0"
        case ScalarShape(kind="int" | "enum") | NothingShape(), _:
            return "1"
    raise NotCompiledError(f"what `{asked.name}` leaves is asked by `run`")


def _valid(shape: ScalarShape, value: str) -> list[str]:
    """Return the condition under which a function may be asked with a number at a place of its own; none for any."""
    if shape.kind != "float":
        return [f"({in_ranges(value, _taken(shape))})"]
    if shape.listed:
        return [f"({' || '.join(f'{value} == {real(float(each))}' for each in shape.listed)})"]
    if math.isinf(shape.lowest) and math.isinf(shape.highest):
        return []
    return [f"({value} >= {real(float(shape.lowest))} && {value} <= {real(float(shape.highest))})"]


def _taken(shape: ScalarShape) -> tuple[tuple[int, int], ...]:
    """Return the numbers that a function may be asked with at a place of its own; none of a combination of flags."""
    if shape.flags:
        return ()
    if shape.listed:
        return tuple((int(number), int(number)) for number in shape.listed)
    return ((int(shape.lowest), int(shape.highest)),)


def _given(call: AfterCall, function: BoundaryFunction, arguments: Arguments) -> dict[str, CValue]:
    """Return the numbers and the memory that a function is given which is asked, by its own names for them."""
    found: dict[str, CValue] = {}
    handed_on = call.drawer.environment()
    for member, argument in zip(function.members, arguments, strict=True):
        of_parameter = spelling(argument.parameter) in handed_on and not argument.field
        if isinstance(member.shape, PointerShape) and of_parameter:
            found[spelling(member.name)] = handed_on[spelling(argument.parameter)]
        if not isinstance(member.shape, ScalarShape):
            continue
        if not argument.parameter:
            told = call.worked_out.get(argument)
            if told is None and isinstance(argument.constant, int):
                told = str(argument.constant)
            if told is not None:
                found[spelling(member.name)] = CInt(told)
            continue
        shape, at, _ = passed_on(call, argument, member.shape)
        if isinstance(shape, ScalarShape):
            value = number(shape, at)
            if value is not None:
                found[spelling(member.name)] = value
    return found


def _met(
    call: AfterCall,
    precondition: AskedPrecondition,
    function: BoundaryFunction,
    arguments: Arguments,
    environment: Mapping[str, CValue],
) -> str:
    """Compile a precondition of a function that is given some arguments; return the C variable that it holds."""
    out = call.out
    met = out.fresh("met")
    out(f"int {met} = 0; (void){met};")
    by_name = {member.name: each for member, each in zip(function.members, arguments, strict=True)}
    for parts in precondition.alternatives:
        with out.block(f"if (!{met})"):
            _parts(call, list(parts), by_name, environment, f"{met} = 1;")
    return met


def _parts(
    call: AfterCall,
    parts: list[AskedPart],
    by_name: Mapping[str, FollowUpArgument],
    environment: Mapping[str, CValue],
    then: str,
) -> None:
    """Compile that the parts hold, one inside of the other: nothing is asked of what one before has ruled out."""
    if not parts:
        call.out(then)
        return
    part, *rest = parts
    if part.each is not None:
        raise NotCompiledError(f"`{part.condition.text}` is asked in a loop by `run`")
    told = dict(environment)
    there = []
    value = ""
    for question in part.questions:
        value, asked = _ask(call, question, by_name, told)
        there.append(asked)
        name, field = parts_of_answer(question.text)
        before = told.get(name)
        fields = dict(before.fields) if isinstance(before, CRecord) else {}
        told[name] = CRecord({**fields, field: CGuarded(f"!{asked}", told_as(question.shape, value))})
    if part.handle:
        if not by_name[part.handle].parameter:
            raise NotCompiledError(f"`{part.condition.text}` is asked of what is no parameter by `run`")
        handle = passed_on(call, by_name[part.handle], part.questions[-1].shape).at
        holds = f"{value} {'!=' if part.differs else '=='} ABIDANCE_LOAD(uintptr_t, {handle})"
    else:
        holds = f"({call.clauses.condition(part.condition, told)}) == 1"
    with call.out.block(f"if ({' && '.join((*there, holds))})"):
        _parts(call, rest, by_name, environment, then)


def told_as(shape: Shape, value: str) -> CNullable | CFloat | CInt | COpaque | CUnavailable:
    """Return what expressions see of what a call has told."""
    if isinstance(shape, RecordHandle):
        return CUnavailable("what a function tells by value is read by `run`")
    if is_text(shape):
        return CNullable(f"({value} == NULL)", CBytes(value, f"strlen((const char *){value})"))
    if is_fraction(shape):
        return CFloat(value)
    if isinstance(shape, ScalarShape):
        return CInt(value)
    return COpaque(
        f"({value} == 0)", f"(uintptr_t){value}" if isinstance(shape, HandleShape | OpaqueShape) else ""
    )


def note_answer(call: AfterCall, text: str, shape: Shape, value: str, there: str) -> None:
    """Note what a function answers that is no number, so that others may be asked with it: a text, or a handle."""
    if isinstance(shape, RecordHandle):
        call.other_answers[text] = value, there
    elif is_text(shape) or isinstance(shape, PointerHandle):
        call.other_answers[text] = value, f"{there} && {value}"


def type_of(call: AfterCall, asked: BoundaryFunction, shape: Shape) -> str:
    """Return the C type of the variable that keeps what a call has told."""
    if isinstance(shape, RecordHandle) and asked.signature is not None and call.drawer.types is not None:
        return call.drawer.types.name(asked.signature.returns)
    if is_text(shape):
        return "const unsigned char *"
    if is_fraction(shape):
        return "double"
    return "abidance_int" if isinstance(shape, ScalarShape) else "uintptr_t"


def _ask(
    call: AfterCall,
    question: AskedBefore,
    by_name: Mapping[str, FollowUpArgument],
    environment: Mapping[str, CValue],
) -> tuple[str, str]:
    """Compile one question; return the C variables of what it tells, and that it was asked."""
    function = call.drawer.boundary.functions[question.function]
    known = work_out(call, question.arguments, environment)
    arguments = tuple(_composed(each, by_name) for each in question.arguments)
    type_ = type_of(call, function, question.shape)
    rooms = rooms_for(call, function, arguments)
    asked = asked_call(call, function.name, arguments, "abidance_int" if question.left else type_, rooms)
    if asked is None:
        raise NotCompiledError(f"`{function.name}` is asked by `run`")
    out = call.out
    value, there = out.fresh("told"), out.fresh("is_told")
    out(f"{type_} {value} = {{0}}; int {there} = 0; (void){value}; (void){there};")
    note_answer(call, question.text, question.shape, value, there)
    with out.block(f"if ({' && '.join((*known, *lawful(call, function, arguments))) or '1'})"):
        allowed = permit(call, function, arguments)
        with out.block(f"if ({' && '.join(allowed) or '1'})"):
            if question.left or function.status is not None:
                if not isinstance(question.shape, ScalarShape):
                    raise NotCompiledError(f"what `{function.name}` returns is asked by `run`")
                well = answered(function, "status", rooms)
                left = load(question.shape, rooms[question.left]) if question.left else "status"
                asking(call, f"{{ abidance_int status = {asked}; {there} = {well}; {value} = {left}; }}")
            else:
                asking(call, f"{value} = {asked}; {there} = 1;")
    return value, there


def _composed(given: FollowUpArgument, by_name: Mapping[str, FollowUpArgument]) -> FollowUpArgument:
    """Return what a function is asked with, in the names of the call that is judged."""
    if not given.parameter:
        return given
    of = by_name[given.parameter]
    if given.field and not of.parameter:
        raise NotCompiledError("a field of what is no parameter is given on by `run`")
    index = given.index if of.index is None else of.index
    return replace(of, index=index, field=(*of.field, *given.field))


def asking(call: AfterCall, statement: str) -> None:
    """Compile a call that is asked something: what it asks of the heap is not counted for the one under test."""
    before = call.out.fresh("before")
    call.out(f"long {before} = abidance_asked;\nabidance_inside = 1;")
    call.out(statement)
    call.out(f"abidance_inside = 0;\nabidance_asked = {before};")
