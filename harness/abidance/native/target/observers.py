"""What postconditions ask of other functions, in C: each is called right before the call, or right after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.observing import may_change
from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.traversal import leads_to_number, number_left
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    HandleShape,
    NumberHandle,
    RecordHandle,
    ScalarShape,
    is_fraction,
    is_text,
)
from abidance.boundary.resolve.observers import given_as_left
from abidance.contract.expression import spelling
from abidance.native.expressions.values import CGuarded, CRecord, CUnavailable
from abidance.native.target.after_call import when_left
from abidance.native.target.asked_calls import asked_call
from abidance.native.target.places import number
from abidance.native.target.preconditions import (
    answered,
    asking,
    lawful,
    note_answer,
    permit,
    rooms_for,
    told_as,
    type_of,
    work_out,
)
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.states import mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import Observer
    from abidance.boundary.model.types import Shape
    from abidance.contract.expression import Expression
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall

JUDGES = "!abidance_role && (alone || abidance_sequence)"


def observe(call: AfterCall, *, before: bool) -> dict[str, CValue]:
    """Compile the calls that are made before the one that is judged, or after it; return what they tell, by texts."""
    found: dict[str, CValue] = {}
    told: dict[str, CRecord] = {}
    for each in call.function.observers if call.reject is None else call.reject.observers:
        if each.before is not before:
            continue
        written = each.text.partition("#")[0]
        if written not in told:
            known = _known(call, {**found, **told}, before=before)
            told[written] = _observe(call, each, known, _in_turn(call, each))
        found[each.text] = told[written]
    return found


def observe_one(call: AfterCall, observer: Observer) -> CRecord:
    """Compile one question beside those of postconditions, right after the call; return what it answers."""
    return _observe(call, observer, _known(call, {}, before=False), [])


def _in_turn(call: AfterCall, observer: Observer) -> list[str]:
    """Return the conditions that a question is asked this time, which may spoil what other conditions ask.

    Of the conditions of a call that ask something which may change a handle, one has its turn in each run; in some
    sequences none has.
    """
    boundary = call.drawer.boundary
    if not may_change(boundary, observer.function):
        return []
    promises = call.function.ensures if call.reject is None else call.expectation.ensures
    asking = [
        {(each.name, each.old) for each in promise.calls}
        for promise in promises
        if any(may_change(boundary, each.function) for each in _asked(call, promise))
    ]
    written = observer.text.partition("#")[0]
    turns = [
        number
        for number, questions in enumerate(asking)
        if any((name.partition("#")[0], old) == (written, observer.before) for name, old in questions)
    ]
    if len(turns) == len(asking):
        return ["!abidance_only_reads"]
    mine = " || ".join(f"abidance_asker % {len(asking)} == {number}" for number in turns)
    return ["!abidance_only_reads", f"({mine})"]


def _asked(call: AfterCall, promise: Expression) -> list[Observer]:
    """Return what a condition asks."""
    questions = {(each.name, each.old) for each in promise.calls}
    observers = call.function.observers if call.reject is None else call.reject.observers
    return [each for each in observers if (each.text, each.before) in questions]


def _known(call: AfterCall, told: Mapping[str, CValue], *, before: bool) -> dict[str, CValue]:
    """Return what is known of a call when it is asked about: its parameters, its result, what others have told."""
    result = {} if before or call.result is None else {RESULT_NAME: call.result}
    now = {} if before else call.now()
    numbers = (spelling(each.name) for each in call.function.members if leads_to_number(each.shape))
    left = {name: now[name] for name in numbers if name in now}
    return {**call.drawer.environment(), **left, **result, **told}


def _observe(call: AfterCall, observer: Observer, known: Mapping[str, CValue], in_turn: list[str]) -> CRecord:
    """Compile a question; return what it answers: what the function returns, and what it leaves of its own accord."""
    function = call.drawer.boundary.functions[observer.function]
    numbers = {each.name: number_left(each.shape) for each in function.members}
    rooms = rooms_for(call, function, observer.arguments)
    told = _told(call, observer, known, rooms, in_turn)
    if isinstance(told, CUnavailable):
        return CRecord({RESULT_NAME: told, **dict.fromkeys(rooms, told)})
    value, there = told
    lost = f"!{there}"
    note_answer(call, observer.text.partition("#")[0], observer.shape, value, there)
    if not function.fails_with_answers:  # what is returned with a failure tells nothing
        lost = f"!({there} && ({answered(function, value, rooms)}))"
    answers: dict[str, CValue] = {RESULT_NAME: CGuarded(lost, told_as(observer.shape, value))}
    for name, room in rooms.items():
        shape = numbers[name]
        left = None if shape is None else number(shape, room)
        well = f"!({there} && ({answered(function, value, rooms)}))"
        answers[name] = CUnavailable("it is read by `run`") if left is None else CGuarded(well, left)
    return CRecord(answers)


def _told(
    call: AfterCall,
    observer: Observer,
    known: Mapping[str, CValue],
    rooms: Mapping[str, str],
    in_turn: list[str],
) -> tuple[str, str] | CUnavailable:
    """Return the C variables of what a function returns that is asked, and that it was."""
    shape, asks = observer.shape, call.drawer.boundary.functions[observer.function]
    if not _is_read(asks, shape, rooms):
        return CUnavailable(f"what `{observer.function}` tells is read by `run`")
    if observer.loops or any(each.index is not None for each in observer.arguments):
        return CUnavailable(f"`{observer.function}` is asked of one element after the other by `run`")
    try:
        there_is = [*in_turn, *work_out(call, observer.arguments, known), *_by_state(call, observer)]
    except NotCompiledError as error:
        return CUnavailable(error.reason)
    type_ = type_of(call, asks, shape)
    asked = asked_call(call, observer.function, observer.arguments, type_, rooms)
    if asked is None:
        return CUnavailable(f"`{observer.function}` is not asked in C")
    out = call.out
    there_is += [] if observer.before else _left(call, observer)
    value, there = out.fresh("observed"), out.fresh("is_observed")
    out(f"{type_} {value} = {{0}}; int {there} = 0; (void){value}; (void){there};")
    function, arguments = call.drawer.boundary.functions[observer.function], observer.arguments
    with out.block(f"if ({' && '.join((JUDGES, *there_is, *lawful(call, function, arguments)))})"):
        allowed = permit(call, function, arguments)
        with out.block(f"if ({' && '.join(allowed) or '1'})"):
            asking(call, f"{value} = {asked}; {there} = 1;")
            if is_text(shape):  # the call may change it, or end it
                out(f"ptrdiff_t size = {value} ? abidance_text_size({value}) : 0;")
                copied = f"{value} = size < 0 ? NULL : abidance_copy({value}, (size_t)size + 1)"
                out(f"if ({value} && !({copied})) {there} = 0;")
    return value, there


def _is_read(asked: BoundaryFunction, shape: Shape, rooms: Mapping[str, str]) -> bool:
    """Tell whether what a function tells is read in C: a number, a text, or which handle it is, that nobody frees."""
    if isinstance(shape, ScalarShape) and shape.kind != "float":
        return shape.size <= 8
    if rooms or asked.status is not None or asked.result.free is not None or asked.result.owned:
        return False
    if isinstance(shape, NumberHandle):
        return False
    return is_fraction(shape) or isinstance(shape, AddressShape | RecordHandle)


def _by_state(call: AfterCall, observer: Observer) -> Iterator[str]:
    """Yield the conditions that handles are where the function may be asked; raises NotCompiledError for a new one."""
    if not observer.by_state:
        return
    members = call.drawer.boundary.functions[observer.function].members
    for member, given in zip(members, observer.arguments, strict=True):
        life = (
            call.drawer.boundary.handles[member.shape.handle]
            if isinstance(member.shape, HandleShape)
            else None
        )
        machine = life.machine if life is not None else None
        if machine is None or given.null:
            continue
        lawful = machine.lawful(observer.function, member.name)
        if len(lawful) < len(machine.states):
            idents = (ident for path, _, ident in call.drawer.handles if path == (given.parameter,))
            if (ident := next(idents, None)) is None:
                raise NotCompiledError(f"in which state a new `{machine.handle}` is, `run` asks")
            handle = f"abidance_find((unsigned){ident})"
            yield f"{ident} && !{handle}->lost && ({mask(machine, lawful)} >> {handle}->state & 1)"


def _left(call: AfterCall, observer: Observer) -> list[str]:
    """Return the conditions under which something is there that the call leaves and an observer is given."""
    members = call.drawer.boundary.functions[observer.function].members
    used = any(
        given.parameter == THE_RESULT and call.function.is_used_when_made(observer.function, member.shape)
        for member, given in zip(members, observer.arguments, strict=True)
    )
    left = [when_left(call.function, name) for name in given_as_left(call.function, observer)]
    return [*left, *(["success"] if used else [])]
