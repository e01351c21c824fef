"""The calls that follow from one: what tells why it failed and how much it left, and what frees that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.blocks import NULL
from abidance.boundary.encode.call_state import CallBuilder
from abidance.boundary.encode.destruction import least
from abidance.boundary.encode.encoded_plan import PlacedCall
from abidance.boundary.encode.handle_places import path_of_array
from abidance.boundary.encode.lengths_left import LengthsLeft
from abidance.boundary.encode.preconditions import ways_to_ask
from abidance.boundary.encode.question_values import over
from abidance.boundary.encode.questions import MOST_CALCULATED, QuestionCall, pointer_asked
from abidance.boundary.encode.result_reads import followed, left_in, product_read
from abidance.boundary.encode.saved_numbers import only_after_success, saved
from abidance.boundary.model.facts import fact
from abidance.boundary.model.ownership import CALLEE, MOST_LEFT
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import handle_arrays_left, root_of, whole_number_of
from abidance.boundary.model.types import HandleShape, NothingShape, PointerShape, ScalarShape
from abidance.boundary.model.values import SOMEWHERE, NewHandle
from abidance.boundary.resolve.freeing import freed_member, owned_elements, owned_fields, owned_in_each
from abidance.boundary.resolve.transfers import (
    otherwise,
    succeeded,
    success_when,
    taken_when,
    tells_success,
)
from abidance.boundary.values.inner_pointers import EACH
from abidance.boundary.values.memory import pack_scalar
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import declared
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from abidance.boundary.encode.call_state import LiveHandle, PlanDraft
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import AskedLength, FollowUpArgument
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Values
    from abidance.boundary.resolve.freeing import OwnedEach

RESULT = "result"
Saves = tuple[tuple[int, "p.ValuePlace"], ...]


def ask_for_status(boundary: Boundary, draft: PlanDraft, builder: CallBuilder, index: int) -> None:
    """Have call `index` ask whether it has succeeded, where something else tells that."""
    status = builder.function.status
    if status is None or status.asked is None:
        return
    question, block = p.StatusQuestion(builder.places[TOLD]), builder.places[TOLD]
    if status.asked.behind is not None:
        pointer = pointer_asked(draft, builder, index, status.asked.arguments[0])
        needs = (pointer.index,) if isinstance(pointer, p.Slot) else ()
        question = replace(
            question, arguments=(pointer,), needs=needs, offset=status.asked.behind, width=status.width
        )
    if status.asked.function:
        teller = boundary.functions[status.asked.function]
        if teller.signature is None:
            return
        asked = QuestionCall(draft, builder, index, teller, status.asked.arguments)
        symbol, signature = teller.declaration.symbol, str(teller.signature)
        question = p.StatusQuestion(block, symbol, signature, asked.listed, tuple(asked.needs))
    draft.calls[index] = replace(draft.calls[index], asks=question)


def ask_for_error(boundary: Boundary, draft: PlanDraft, builder: CallBuilder, index: int) -> None:
    """Append the call that tells why call `index` failed, where there is one; it comes right after that."""
    told = builder.function.result.last_error
    teller = boundary.functions.get(told.function) if told is not None else None
    if told is None or teller is None or teller.signature is None:
        return
    asked = QuestionCall(draft, builder, index, teller, told.arguments)
    asking = CallBuilder(teller, asked.values, builder.scope)
    asking.follows = followed(teller, asking, boundary.handles)
    ways = ways_to_ask(boundary, draft, builder, teller, told.arguments, {}, index)
    draft.placed[index] = replace(draft.placed[index], told_by=len(draft.calls))
    asked.append(asking.follows, tuple(dict.fromkeys(builder.conditions)), guards=ways)


def ask_for_lengths(
    boundary: Boundary, draft: PlanDraft, builder: CallBuilder, index: int
) -> Iterator[tuple[str, int, p.PointerRead]]:
    """Append the calls that tell how much call `index` has left, and that read as much behind its pointers.

    Yield the path of each pointer, the call that reads behind it, and how it is read: its number there is 0. A call
    that is refused leaves nothing, and of a pointer that is NULL nobody asks.
    """
    for each in builder.function.asks:
        pointer = _left_at(builder, each.path)
        tellers = [boundary.functions[asked.function] for asked in each.questions]
        if pointer is None or builder.refused or any(teller.signature is None for teller in tellers):
            continue
        slot = saved(draft, index, pointer[1])
        questions = [
            QuestionCall(draft, builder, index, teller, asked.arguments)
            for teller, asked in zip(tellers, each.questions, strict=True)
        ]
        answers = [p.ValuePlace(width=asked.shape.size, slot=draft.new_slot()) for asked in each.questions]
        length = _told_length(draft, builder, index, each, answers)
        if length is None or not all(question.fits for question in questions):
            continue
        read = product_read(pointer[0], p.ValuePlace(slot=slot), length)
        # What this call was lent is lent to those as well.
        made, numbers = draft.calls[index], list[int]()
        draft.calls[index] = replace(made, retires=())
        conditions = (*builder.conditions, *succeeded(builder.function, index))
        for question, asked, answer in zip(questions, each.questions, answers, strict=True):
            question.needs.append(slot)
            teller = boundary.functions[asked.function]
            ways = ways_to_ask(boundary, draft, builder, teller, asked.arguments, {}, index)
            number, last = len(draft.calls), answer is answers[-1]
            follows, retires = (((each.path, read),), made.retires) if last else ((), ())
            question.append(follows, tuple(dict.fromkeys(conditions)), retires, ways)
            if not last and answer.slot is not None:
                saves = ((answer.slot, replace(answer, slot=None)),)
                draft.calls[number] = replace(draft.calls[number], saves=saves)
            # Where one of them is not made, nobody knows how much there is.
            conditions = (*conditions, p.Condition(number, (), signed=False))
            numbers.append(number)
        placed = draft.placed[index]
        draft.placed[index] = replace(placed, asked={**placed.asked, each.path: tuple(numbers)})
        yield each.path, numbers[-1], read


def _told_length(
    draft: PlanDraft, builder: CallBuilder, index: int, asked: AskedLength, answers: Sequence[p.ValuePlace]
) -> tuple[p.Product, ...] | None:
    """Return the products whose sum a length is, of numbers at places right after the last question.

    Each of the `answers` is saved, but for the last. What call `index` leaves of the numbers is saved right after it.
    None where they make no length.
    """
    told = {
        f"{question.text}.{RESULT}": (question.shape, place)
        for question, place in zip(asked.questions, answers, strict=True)
    }
    products = LengthsLeft(builder, answers=told).length(asked.length, None, {})

    def there(place: p.ValuePlace) -> p.ValuePlace:
        if place.slot is not None:
            return place if place.slot != answers[-1].slot else replace(place, slot=None)
        slot = saved(draft, index, replace(place, signed=False))
        return p.ValuePlace(width=place.width, slot=slot, signed=place.signed)

    return products and tuple([replace(each, places=tuple(map(there, each.places))) for each in products])


def ask_for_room(
    boundary: Boundary,
    draft: PlanDraft,
    builder: CallBuilder,
    told: Mapping[str, int | None],
    *,
    refused: bool,
) -> None:
    """Append the calls that tell how much room the next one is given, which is made if they tell the same as before.

    Where one may not be asked, nobody knows the room, and the call is not made unless it is to be `refused`.
    """
    rooms = [each for each in builder.function.rooms if told[each.text] is not None]
    if not refused and len(rooms) < len(builder.function.rooms):
        builder.guards.append(p.Guard(draft.new_slot(), (1,)))  # nothing is ever kept there
        return
    for left, each in zip(range(len(rooms), 0, -1), rooms, strict=True):
        asked = boundary.functions[each.function]
        if asked.signature is None:
            continue
        ways = ways_to_ask(boundary, draft, builder, asked, each.arguments, {})
        question = QuestionCall(draft, builder, len(draft.calls) + left, asked, each.arguments)
        if not question.fits:
            continue
        question.append((), tuple(dict.fromkeys(builder.conditions)))
        slot, size = draft.new_slot(), each.shape.size
        block = question.places[each.left] if each.left else None
        made = replace(draft.calls[-1], saves=((slot, p.ValuePlace(block, width=size)),), guards=ways)
        draft.calls[-1] = made
        if each.left:
            builder.guards += only_after_success(draft, len(draft.calls) - 1)
        builder.guards.append(p.Guard(slot, ((told[each.text] or 0) & ((1 << 8 * size) - 1),)))


def _left_at(builder: CallBuilder, path: str) -> tuple[PointerShape, p.ValuePlace] | None:
    """Return the pointer that a call leaves at a path and where it is then; None where there is no place for it."""
    result = builder.function.result.shape
    if path == RESULT:
        return (result, p.ValuePlace()) if isinstance(result, PointerShape) else None
    for member in builder.function.members:
        block = builder.places.get(member.name)
        for pointer in left_in(member) if block is not None else ():
            if pointer.path == path:
                return pointer.shape, p.ValuePlace(block, pointer.offset)
    return None


def freer_of_result(builder: CallBuilder) -> str | None:
    """Return the function that gives back what a call returns, None where that is nobody's to free."""
    result = builder.function.result
    owned = result.owned_when is None or result.owned_when.holds(builder.scope)
    return result.free if owned else None


def give_back(boundary: Boundary, draft: PlanDraft, builder: CallBuilder, index: int) -> None:
    """Append the calls that free what call `index` returned, and what it was to take over and did not.

    An array with handles in it that are there as long as it is stays for now: `give_back_arrays` frees it.
    """
    free, saves = freer_of_result(builder), draft.calls[index].saves
    _end_failed(boundary, draft, builder, index)
    if _kept_arrays(builder.function):
        draft.arrays.append((builder, index))
    for name, _, element in handle_arrays_left(builder.function):
        if (read := read_at(draft, index, path_of_array(name))) is not None:
            _save_read(draft, read)
        destroy = boundary.handles[element.handle].destroy
        if destroy is not None and element.owner != CALLEE:
            _destroy_others(draft, boundary.functions[destroy], index, name, builder)
    for path, each in owned_elements(builder.function.promise):
        if path != RESULT or free is not None or builder.function.result.free is None:
            _free_each(boundary, draft, each.text, index, path, builder)
    for owned in owned_in_each(builder.function):
        _free_each(boundary, draft, owned.freer.text, index, owned.array, builder, owned)
    _free_left(boundary, draft, builder, index, saves, kept=False)
    for path, (made, give_back) in builder.allocated.items():
        taken, given = taken_when(builder.function, path, index), draft.calls[made].saves
        if taken is not None and given:
            _free(boundary, draft, give_back, made, given[0][0], builder, otherwise(taken, builder.function))


def give_back_answer(boundary: Boundary, draft: PlanDraft, builder: CallBuilder, number: int) -> None:
    """Append the calls that free what a question about a call, call `number`, has answered."""
    made, placed = draft.calls[number], draft.placed[number]
    asked = CallBuilder(placed.function, placed.arguments, builder.scope)
    asked.listed, asked.used = made.arguments, builder.used
    asked.handles, asked.left_at = {**placed.handles}, {**placed.left_at}
    free = freer_of_result(asked)
    answers = [(RESULT, p.ValuePlace(), free)] if free is not None else []
    for path, offset, freer in owned_fields(placed.function):
        if root_of(path) == RESULT:
            answers.append((path, p.ValuePlace(made.result_to, offset), freer.text))
    for path, place, freer_name in answers:
        _free(boundary, draft, freer_name, number, saved(draft, number, place), asked, path=path)


def _end_failed(boundary: Boundary, draft: PlanDraft, builder: CallBuilder, index: int) -> None:
    """Append the call that destroys what call `index` returned, where that tells itself that the call has failed."""
    handle, succeeded_when = builder.function.returns_failed_ones, success_when(builder.function, index)
    destroy = boundary.handles[handle].destroy if handle else None
    if destroy is None or succeeded_when is None:
        return
    if all(isinstance(each.shape, HandleShape) for each in boundary.functions[destroy].members):
        slot = saved(draft, index, p.ValuePlace())
        failed = replace(succeeded_when, negated=True)
        _free(boundary, draft, destroy, index, slot, builder, failed)


def give_back_arrays(
    boundary: Boundary, draft: PlanDraft, ended: Collection[LiveHandle] | None = None
) -> None:
    """Append the calls that free arrays with handles in them: of calls that were given what is `ended` now, or all."""
    over = [each for each in draft.arrays if ended is None or any(live in ended for live in each[0].used)]
    draft.arrays = [each for each in draft.arrays if each not in over]
    for builder, index in reversed(over):
        _free_left(boundary, draft, builder, index, draft.calls[index].saves, kept=True)


def _free_left(
    boundary: Boundary, draft: PlanDraft, builder: CallBuilder, index: int, saves: Saves, *, kept: bool
) -> None:
    """Append the calls that free what call `index` left: arrays that are `kept` for the handles in them, or all else.

    The first of its `saves` is its result.
    """
    arrays, free = _kept_arrays(builder.function), freer_of_result(builder)
    if free is not None and saves and (RESULT in arrays) is kept:
        slot, lent = saves[0][0], builder.places.get(builder.function.result.owned_unless)
        guards = (p.Guard(slot, (), lent),) if lent is not None else ()
        status = builder.function.status
        # What tells itself that it has failed is there in both cases.
        alone = status is None or (status.asked is not None and status.asked.about_result)
        told = None if alone else success_when(builder.function, index)
        _free(boundary, draft, free, index, slot, builder, told, guards=guards)
    for slot, path, freer in builder.left:
        if (path in arrays) is kept:
            condition = left_when(builder.function, index, path)
            _free(boundary, draft, freer, index, slot, builder, condition, path)


@fact
def _kept_arrays(function: BoundaryFunction) -> frozenset[str]:
    """Return where a call leaves arrays with handles in them that are there as long as the array is."""
    return frozenset(name for name, _, each in handle_arrays_left(function) if each.lifetime == name)


def _destroy_others(
    draft: PlanDraft,
    destroy: BoundaryFunction,
    index: int,
    name: str,
    builder: CallBuilder,
) -> None:
    """Append the call that destroys each handle of an array that call `index` left, behind those which are used."""
    read = read_at(draft, index, path_of_array(name))
    if read is None or destroy.signature is None:
        return
    slot, arguments = draft.new_slot(), list[p.Argument]()
    values: Values = {}
    for member in destroy.members:
        values[member.name] = SOMEWHERE
        if isinstance(member.shape, HandleShape):
            arguments.append(p.Slot(slot))
        elif isinstance(member.shape, ScalarShape):
            values[member.name] = least(member.shape)
            arguments.append(p.Value(pack_scalar(member.shape, least(member.shape))))
        else:
            arguments.append(NULL)
            values[member.name] = None
    condition = left_when(builder.function, index, name) if name != RESULT else None
    draft.calls.append(
        p.Call(
            destroy.declaration.symbol,
            str(destroy.signature),
            tuple(arguments),
            only_if=() if condition is None else (condition,),
            each=p.EachPointer(*read, slot, first=MOST_LEFT),
        )
    )
    draft.placed.append(PlacedCall(destroy, values, {}, frees=index, freed=f"{name}{EACH}"))


def _save_read(draft: PlanDraft, read: tuple[int, int]) -> None:
    """Have a call save where a read of it was, for programs: what it was lent is taken away after it."""
    follow = draft.calls[read[0]].follows[read[1]]
    pointer = () if follow.held else (follow.pointer,)
    for place in (*pointer, *follow.numbers):
        if place.read is not None:
            _save_read(draft, (read[0], place.read))
        if place.slot is None:
            saved(draft, read[0], replace(place, signed=False))


def _free_each(
    boundary: Boundary,
    draft: PlanDraft,
    name: str,
    index: int,
    path: str,
    builder: CallBuilder,
    owned: OwnedEach | None = None,
) -> None:
    """Append the call that frees, one by one, what the pointers lead to in an array that call `index` left.

    They are its elements or, of records, a field that is `owned`.
    """
    read = read_at(draft, index, path)
    name_there = root_of(path)
    out = name_there != RESULT
    if read is None or (out and not tells_success(builder.function)):
        return
    _save_read(draft, read)
    condition = left_when(builder.function, index, name_there) if out else None
    made = len(draft.calls)
    slot = draft.new_slot()
    freed = f"{name_there}{EACH}" if owned is None else owned.path
    _free(boundary, draft, name, index, slot, builder, condition, freed)
    if len(draft.calls) > made:
        each = p.EachPointer(*read, slot)
        if owned is not None:
            each = replace(each, stride=owned.stride, offset=owned.offset)
        draft.calls[made] = replace(draft.calls[made], each=each, needs=())


def read_at(draft: PlanDraft, index: int, path: str) -> tuple[int, int] | None:
    """Return what has read behind a pointer that call `index` left at a path: the call, and which of its reads."""
    placed = draft.placed[index]
    if path in placed.asked:
        return placed.asked[path][-1], 0
    return (index, placed.follows.index(path)) if path in placed.follows else None


def _free(
    boundary: Boundary,
    draft: PlanDraft,
    name: str,
    index: int,
    slot: int,
    builder: CallBuilder,
    condition: p.Condition | None = None,
    path: str = "result",
    guards: tuple[p.Guard, ...] = (),
) -> None:
    """Append the call that gives back what call `index` left at a path, with the handles that this one used."""
    function = boundary.functions[name]
    if function.signature is None:
        return
    left_it = draft.placed[index].function is builder.function
    written = builder.function.freed_with.get(path) if left_it else None
    if written is not None:
        arguments, values, sized = _as_written(boundary, draft, builder, index, slot, path, function)
    else:
        (arguments, values), sized = _with_its_handles(builder, slot, path, function), {}
    draft.calls.append(
        p.Call(
            function.declaration.symbol,
            str(function.signature),
            tuple(arguments),
            needs=(slot,),
            only_if=() if condition is None else (condition,),
            guards=guards,
        )
    )
    draft.placed.append(
        PlacedCall(
            function,
            values,
            {},
            handles=builder.handles,
            frees=index,
            freed=path,
            given={
                m.name: each.of or each.parameter
                for m, each in zip(function.members, written or (), strict=False)
            },
            sized=sized,
            left_at=builder.left_at,
            ends=frozenset({(index, path)}),
        )
    )


def _with_its_handles(
    builder: CallBuilder, slot: int, path: str, function: BoundaryFunction
) -> tuple[list[p.Argument], Values]:
    """Return what a function is given that frees what is in a slot: that, and handles of the call that left it."""
    lives = {live.life.name: live for live in builder.used}
    arguments: list[p.Argument] = []
    values: Values = {}
    freed = freed_member(function, builder.function.result.shape if path == RESULT else NothingShape())
    for member in function.members:
        values[member.name] = SOMEWHERE
        if isinstance(member.shape, HandleShape) and member is not freed:
            live = lives.get(member.shape.handle)
            arguments.append(live.argument if live else NULL)
            values[member.name] = NewHandle(member.shape.handle, {}) if live else None
        else:
            arguments.append(p.Slot(slot))
    return arguments, values


def _as_written(
    boundary: Boundary,
    draft: PlanDraft,
    builder: CallBuilder,
    index: int,
    slot: int,
    path: str,
    function: BoundaryFunction,
) -> tuple[list[p.Argument], Values, dict[str, tuple[int, int]]]:
    """Return what a function is given, as the contract writes, that frees what call `index` left in a slot."""
    members = [member.name for member in builder.function.members]
    arguments: list[p.Argument] = []
    values: Values = {}
    sized: dict[str, tuple[int, int]] = {}
    for member, given in zip(function.members, builder.function.freed_with[path], strict=True):
        name, shape = given.parameter, member.shape
        values[member.name] = SOMEWHERE
        known = builder.arguments.get(name) if name else given.constant
        if name == path:
            arguments.append(p.Slot(slot))
        elif given.calculated is not None:
            assert isinstance(shape, ScalarShape)
            times, more = _linear(boundary, given, builder)
            if not given.of:
                more = more if shape.allows(more) else 0
                values[member.name] = more
                arguments.append(p.Value(pack_scalar(shape, more)))
                continue
            sized[member.name] = times, more
            place = _number_left(builder, given.of)
            arguments.append(_multiple(draft, index, place, times, more, shape))
        elif isinstance(shape, HandleShape):
            arguments.append(builder.listed[members.index(name)])
            values[member.name] = NewHandle(shape.handle, {}) if known is not None else None
        elif name == RESULT or name in builder.places:
            place = _number_left(builder, name)
            arguments.append(p.Slot(saved(draft, index, place), width=shape.size))
        else:
            assert isinstance(shape, ScalarShape)
            arguments.append(p.Value(pack_scalar(shape, known)))
            values[member.name] = known
    return arguments, values, sized


def _number_left(builder: CallBuilder, name: str) -> p.ValuePlace:
    """Return where a call leaves a number: its result, or behind a parameter."""
    if name == RESULT:
        return p.ValuePlace(width=builder.function.result.shape.size)
    member = next(each for each in builder.function.members if each.name == declared(name))
    return p.ValuePlace(builder.places[member.name], width=_width(member))


def _linear(boundary: Boundary, given: FollowUpArgument, builder: CallBuilder) -> tuple[int, int]:
    """Return by what the number is multiplied that is known after the call only, and what is added to that."""
    assert given.calculated is not None
    scope = boundary.scope(members_seen(builder.function.members, builder.arguments))
    at = [given.calculated.evaluate(over(scope, {given.of: number})) for number in (0, 1)]
    assert isinstance(at[0], int)
    assert isinstance(at[1], int)
    return at[1] - at[0], at[0]


def _multiple(
    draft: PlanDraft, index: int, place: p.ValuePlace, times: int, more: int, shape: ScalarShape
) -> p.Argument:
    """Return a number that is worked out of one which call `index` leaves; 0 where it would be none of the type."""
    source, number = saved(draft, index, place), draft.new_slot()
    highest = min(int(shape.highest), MOST_CALCULATED)
    low = 0 if more >= 0 else -(more // times) if times > 0 else 1
    high = 0 if times <= 0 else min((highest - more) // times, MOST_CALCULATED)
    if times < 0 or not 0 <= more + times * low <= highest or low > high:
        low, high, times, more = 0, 0, 0, 0
    move = p.Move(number, more + times * low, (), (source, low, high), times)
    made = draft.calls[index]
    draft.calls[index] = replace(made, moves=(*made.moves, move))
    return p.Slot(number, width=shape.size)


def _width(member: Member) -> int:
    number = whole_number_of(member.shape)
    assert number is not None
    return number.size


def left_when(function: BoundaryFunction, index: int, name: str) -> p.Condition | None:
    """Return on which result call `index` has left something in a parameter; None for any, or where nothing tells."""
    succeeded = taken_when(function, name, index)
    if succeeded is None or not function.leaves(name, success=False):
        return succeeded
    return None if function.leaves(name, success=True) else otherwise(succeeded, function)
