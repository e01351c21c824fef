"""Calls that are made beside another one, and tell something of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from abidance.boundary.encode.encoded_plan import PlacedCall
from abidance.boundary.encode.handle_places import as_taken
from abidance.boundary.encode.left_records import LeftRecords
from abidance.boundary.encode.question_values import (
    field_passed,
    fits_type,
    may_be_given,
    over,
    whole_ends,
    worked_out,
)
from abidance.boundary.encode.saved_numbers import saved, taken
from abidance.boundary.model.questions import THE_RESULT, FollowUpArgument
from abidance.boundary.model.traversal import (
    leads_to_number,
    number_left,
    numbers_of,
    pointer_behind,
    record_of,
    whole_number_of,
)
from abidance.boundary.model.types import (
    RESULT_NAME,
    HandleShape,
    NothingShape,
    NumberHandle,
    PointerHandle,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import ROOM, SOMEWHERE
from abidance.boundary.resolve.calls_after import parts_of_answer
from abidance.boundary.resolve.fields_given import record_around
from abidance.boundary.resolve.transfers import succeeded
from abidance.boundary.values.living_members import field_at
from abidance.boundary.values.memory import pack_scalar, rounded
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import EvaluationError, Expression, spelling
from abidance.plan import plan as p
from abidance.plan.formula import SavedNumber

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.encode.call_state import CallBuilder, PlanDraft
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Values


MOST_CALCULATED = (1 << 32) - 1
"""The highest number that is worked out of what a call returns: plans keep states in so many bits."""

_NOTHING = FollowUpArgument()


class QuestionCall:
    """A call that is made right before or right after call `index`, and tells something of that one."""

    def __init__(
        self,
        draft: PlanDraft,
        builder: CallBuilder,
        index: int,
        function: BoundaryFunction,
        arguments: Sequence[FollowUpArgument],
        told: Mapping[str, int] = MappingProxyType({}),
        variables: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Lay its arguments out. `told` has the calls that others are asked with, by what stands for them.

        `variables` are those of the loops that the call stands in.
        """
        self._draft = draft
        self._index = index
        self._function = function
        scope = over(builder.scope, variables)
        known_by_now = [worked_out(each, scope, told) for each in arguments]
        self.given: tuple[FollowUpArgument, ...] = tuple(each or _NOTHING for each in known_by_now)
        """What it is given, as far as that is known by now."""
        self._arguments: list[p.Argument] = []
        self.values: Values = {}
        self.needs: list[int] = []
        self.conditions: list[p.Condition] = []
        self.fits = None not in known_by_now
        """Whether every number that is worked out is one, and one that may be given."""
        self.late: dict[str, SavedNumber] = {}
        """The whole numbers that it is given and nobody knows yet."""
        self._guards: list[p.Guard] = []
        """That what it is given of memory is a number which may be given."""
        self.handles: dict[str, int] = {}
        self.left_at: dict[str, str] = {}
        self.places: dict[str, int] = {}
        """By parameter, the memory of its own in which the function leaves an answer."""
        self._records = LeftRecords(draft, index, self._only_if)
        for member, given in zip(function.members, self.given, strict=True):
            argument = self._argument(member, given, builder, told)
            if isinstance(argument, p.Slot):
                self._wait_for(argument, member, given)
            self._arguments.append(as_taken(member.shape, argument))

    def _wait_for(self, argument: p.Slot, member: Member, given: FollowUpArgument) -> None:
        """Note what nobody knows before the call: a number, or whether there is a pointer."""
        shape = member.shape
        if isinstance(shape, ScalarShape):
            size, signed = (shape.size, shape.signed) if given.parameter else (8, False)
            if shape.kind != "float":
                self.late[member.name] = SavedNumber(argument.index, size, signed)
        elif not isinstance(shape, NumberHandle):
            self.needs.append(argument.index)

    def _argument(
        self, member: Member, given: FollowUpArgument, builder: CallBuilder, told: Mapping[str, int]
    ) -> p.Argument:
        """Return what a parameter is given."""
        shape = member.shape
        if given.room:
            return self._room(member)
        if given.contents is not None:
            return self._contents(member, given.contents)
        if given.field:
            if isinstance(shape, PointerShape):
                return self._memory_in(member, given, builder)
            if isinstance(shape, HandleShape):
                return self._handle_in(member, given, builder)
            return self._behind(member, given, builder)
        if given.parameter == THE_RESULT:
            return self._returned(member, builder)
        if given.parameter:
            number = given.index is not None or leads_to_number(_shape_of(builder, given.parameter))
            if isinstance(shape, ScalarShape) and number:
                return self._behind(member, given, builder)
            if _leads_further(builder, given.parameter, shape):
                return self._memory_behind(member, given, builder)
            return self._passed(member, given.parameter, builder)
        if given.of:
            if isinstance(shape, RecordHandle | PointerHandle | PointerShape):
                return self._answered(member, given, told)
            return self._more_than_another(member, given, builder, told)
        return self._known(member, given)

    def _returned(self, member: Member, builder: CallBuilder) -> p.Contents | p.Slot:
        """Return what the call returns: the memory that it is put into, or what is saved of it."""
        shape, result = member.shape, builder.function.result.shape
        self.values[member.name] = SOMEWHERE
        handle = isinstance(shape, HandleShape)
        if handle:
            self.handles[member.name], self.left_at[member.name] = self._index, RESULT_NAME
        if builder.result_to is not None:
            if not handle:
                self._records.note(record_of(shape), None, spelling(member.name))
            return p.Contents(builder.result_to)
        slot = p.Slot(saved(self._draft, self._index, p.ValuePlace(width=result.size)))
        self._only_if_taken(shape, result)
        if builder.function.is_used_when_made(self._function.name, shape):
            self.conditions += succeeded(builder.function, self._index)
        return slot

    def _passed(self, member: Member, name: str, builder: CallBuilder) -> p.Argument:
        """Return what the call is given as a parameter, or the handle that it has left there."""
        here = self._index, name
        live = next((each for each in self._draft.live if (each.made, each.path) == here), None)
        value = self.values[member.name] = builder.arguments[name]
        self._note_record(member, name, builder)
        origin = builder.handles.get(name, self._index), builder.left_at.get(name, "")
        self.handles[member.name], self.left_at[member.name] = here if live is not None else origin
        if live is not None:
            return live.argument
        shape = member.shape
        if (
            isinstance(shape, ScalarShape)
            and isinstance(value, int | float | Fraction)
            and fits_type(shape, value)
        ):
            return p.Value(pack_scalar(shape, value))
        return _passed(builder, [each.name for each in builder.function.members].index(name))

    def _note_record(self, member: Member, name: str, builder: CallBuilder) -> None:
        """Note the record that a parameter leads to, where the call has left it."""
        block, record = builder.places.get(name), _record_left(builder, name)
        if record is not None and block is not None and self._index < len(self._draft.calls):
            self.values[member.name] = SOMEWHERE
            self._records.note(record, block, spelling(member.name))

    def _room(self, member: Member) -> p.Address:
        """Return where the function leaves a number: in memory that nobody else has."""
        number, shape = number_left(member.shape), member.shape
        assert number is not None
        assert isinstance(shape, PointerShape)
        self.values[member.name], self.places[member.name] = ROOM, len(self._draft.blocks)
        self._draft.blocks.append(p.Block(number.size, number.align, p.Access.WRITE, shape.initially))
        return p.Address(self.places[member.name])

    def _contents(self, member: Member, contents: bytes) -> p.Address:
        """Return a text, or bytes, in memory that nobody else has, and that is only read."""
        shape, block = member.shape, len(self._draft.blocks)
        assert isinstance(shape, PointerShape)
        self.values[member.name] = contents
        held = contents + b"\0" if shape.what is What.STRING else contents
        self._draft.blocks.append(p.Block(len(held), 1, p.Access.READ, held))
        return p.Address(block)

    def _known(self, member: Member, given: FollowUpArgument) -> p.Argument:
        """Return a number or NULL; nothing is asked of one that the C type does not have."""
        shape, number = member.shape, given.constant
        if not isinstance(shape, ScalarShape):
            self.values[member.name] = None
            return p.Value(bytes(8))
        if shape.kind == "float":
            number = rounded(shape, number)
        self.values[member.name] = number
        self.fits &= fits_type(shape, number)
        return p.Value(pack_scalar(shape, number) if self.fits else bytes(shape.size))

    def _behind(self, member: Member, given: FollowUpArgument, builder: CallBuilder) -> p.Argument:
        """Return the number that a parameter leads to: what the call is given there, or what it has left."""
        shape = member.shape
        left = (
            self._number_left(builder, given)
            if given.field
            else self._left(builder, given.parameter, given.index)
        )
        assert isinstance(shape, ScalarShape)
        if left is not None:
            place, there = left
            self.values[member.name] = SOMEWHERE
            self._only_if(place, there, taken(shape, there))
            return p.Slot(saved(self._draft, self._index, place))
        value = builder.arguments.get(given.parameter)
        self.values[member.name] = value
        self.fits &= (
            given.index is None and not given.field and isinstance(value, int) and fits_type(shape, value)
        )
        return p.Value(pack_scalar(shape, value) if self.fits else bytes(shape.size))

    def _left(
        self, builder: CallBuilder, name: str, index: Expression | int | None = None
    ) -> tuple[p.ValuePlace, ScalarShape] | None:
        """Return where the call has left a number that a parameter leads to, of several the one with an index.

        None where it has left none there, or not yet.
        """
        shape, block = _shape_of(builder, name), builder.places.get(name)
        number = whole_number_of(shape) if index is None else numbers_of(shape)
        made = self._index < len(self._draft.calls) and block is not None
        if not made or number is None or not isinstance(shape, PointerShape) or not shape.direction.written:
            return None
        at = index * number.size if isinstance(index, int) else 0
        room = self._draft.blocks[block] if block is not None else None
        if room is None or not 0 <= at <= room.size - number.size:
            return None
        return p.ValuePlace(block, at, width=number.size), number

    def _memory_in(self, member: Member, given: FollowUpArgument, builder: CallBuilder) -> p.Argument:
        """Return the memory that a pointer in a record leads to: one that the call is given there, or has left."""
        left = self._field_left(builder, given)
        if left is not None:
            self.values[member.name] = SOMEWHERE
            return p.Slot(saved(self._draft, self._index, left[0]))
        block = builder.places.get(_path(given))
        value = self.values[member.name] = field_passed(builder.arguments.get(given.parameter), given)
        self.fits &= block is not None or value is None
        return p.Value(bytes(8)) if block is None else p.Address(block)

    def _memory_behind(self, member: Member, given: FollowUpArgument, builder: CallBuilder) -> p.Argument:
        """Return the memory that a pointer leads to which the call has left behind a parameter."""
        block = builder.places.get(given.parameter)
        self.values[member.name] = SOMEWHERE
        if block is None or self._index >= len(self._draft.calls):
            self.fits = False
            return p.Value(bytes(8))
        return p.Slot(saved(self._draft, self._index, p.ValuePlace(block)))

    def _handle_in(self, member: Member, given: FollowUpArgument, builder: CallBuilder) -> p.Argument:
        """Return the handle that the call is given in a record; nothing is asked of none, or of one that it ends."""
        live = builder.lives.get(_path(given))
        self.values[member.name] = field_passed(builder.arguments.get(given.parameter), given)
        if live is None:
            self.fits = False
            return p.Value(bytes(member.shape.size))
        self.handles[member.name], self.left_at[member.name] = live.made, live.path
        return live.argument

    def _number_left(
        self, builder: CallBuilder, given: FollowUpArgument
    ) -> tuple[p.ValuePlace, ScalarShape] | None:
        """Return where the call has left a number in a record; None where it has left none there, or not yet."""
        left = self._field_left(builder, given)
        return (left[0], left[1]) if left is not None and isinstance(left[1], ScalarShape) else None

    def _field_left(self, builder: CallBuilder, given: FollowUpArgument) -> tuple[p.ValuePlace, Shape] | None:
        """Return where the call has left a field of a record; None where it has left none there, or not yet."""
        name, result = given.parameter, given.parameter == THE_RESULT
        shape = builder.function.result.shape if result else _shape_of(builder, name)
        record, block = record_around(shape, given), builder.places.get(name)
        found = None if record is None else field_at(record, given.field)
        written = result or (
            isinstance(shape, PointerShape) and shape.direction.written and block is not None
        )
        if self._index >= len(self._draft.calls) or record is None or found is None or not written:
            return None
        at = found[0] + record.size * (given.index if isinstance(given.index, int) else 0)
        room = None if block is None else self._draft.blocks[block]
        if room is not None and not 0 <= at <= room.size - found[1].size:
            return None
        return p.ValuePlace(block, at, width=found[1].size), found[1]

    def _only_if(
        self,
        place: p.ValuePlace,
        given: ScalarShape,
        ranges: tuple[tuple[int, int], ...],
        by: int | None = None,
    ) -> None:
        """Have it asked only where a number is in some ranges that the call has left, or the one it is told `by`."""
        index = self._index if by is None else by
        slot, made = self._draft.new_slot(), self._draft.calls[index]
        test = p.NumberTest(place, ranges, given.signed)
        self._draft.calls[index] = replace(made, moves=(*made.moves, p.Move(slot, 1, (test,))))
        self._guards.append(p.Guard(slot, (1,)))

    def _only_if_taken(self, wanted: Shape, result: Shape) -> None:
        """Have it asked only where the result is a number that may be given, if it is a whole one."""
        if not isinstance(wanted, ScalarShape) or not isinstance(result, ScalarShape):
            return
        if wanted.kind == "float" or wanted.flags:
            return
        ranges = taken(wanted, result)
        if not all(any(low <= end <= high for low, high in ranges) for end in whole_ends(result)):
            self.conditions.append(p.Condition(self._index, ranges, signed=result.signed))

    def _answered(self, member: Member, given: FollowUpArgument, told: Mapping[str, int]) -> p.Argument:
        """Return the handle or the text that another function answers; nothing is asked of none."""
        shape, asked = member.shape, told.get(given.of)
        self.values[member.name] = SOMEWHERE
        self.fits &= asked is not None
        if asked is None:
            return p.Value(bytes(shape.size))
        if isinstance(shape, HandleShape):
            self.handles[member.name], self.left_at[member.name] = asked, RESULT_NAME
        if isinstance(shape, RecordHandle):
            return self._left_by_value(asked, shape)
        return p.Slot(saved(self._draft, asked, p.ValuePlace()))

    def _left_by_value(self, asked: int, shape: RecordHandle) -> p.Contents:
        """Return the record that a call returns, out of memory; nothing is asked where that call is not made."""
        made, slot = self._draft.calls[asked], self._draft.new_slot()
        block = len(self._draft.blocks) if made.result_to is None else made.result_to
        if made.result_to is None:
            self._draft.blocks.append(p.Block(shape.size, shape.align, p.Access.WRITE))
        self._draft.calls[asked] = replace(made, result_to=block, moves=(*made.moves, p.Move(slot, 1, ())))
        self._guards.append(p.Guard(slot, (1,)))
        return p.Contents(block)

    def _more_than_another(
        self, member: Member, given: FollowUpArgument, builder: CallBuilder, told: Mapping[str, int]
    ) -> p.Argument:
        """Return a number that is as much more than another as was worked out; without one, nothing is asked."""
        shape, source = member.shape, self.source(given.of, builder, told)
        assert isinstance(shape, ScalarShape)
        self.values[member.name] = 0
        self.fits &= source is not None
        if not self.fits or source is None:
            return p.Value(bytes(shape.size))
        return self._more_than(*source, int(given.constant), member.name, shape)

    def source(
        self, of: str, builder: CallBuilder, told: Mapping[str, int]
    ) -> tuple[int, p.ValuePlace, ScalarShape] | None:
        """Return a number that is known once a call was made: which call leaves it, where, and the shape there."""
        _, field = parts_of_answer(of)
        if of in told and field != RESULT_NAME:
            placed = self._draft.placed[told[of]]
            shapes = {each.name: number_left(each.shape) for each in placed.function.members}
            number = shapes[field]
            self.conditions += succeeded(placed.function, told[of])
            assert number is not None
            return told[of], p.ValuePlace(placed.places[field], width=number.size), number
        if of == RESULT_NAME or of in told:
            asked = self._index if of == RESULT_NAME else told[of]
            # What the question itself is about is appended with its own `saves`.
            function = builder.function if asked == self._index else self._draft.placed[asked].function
            result = function.result.shape
            return (
                (asked, p.ValuePlace(width=result.size), result) if isinstance(result, ScalarShape) else None
            )
        for member in builder.function.members:
            left = self._left(builder, member.name) if spelling(member.name) == of else None
            if left is not None:
                return self._index, *left
        return None

    def only_from(self, source: tuple[int, p.ValuePlace, ScalarShape], least: int) -> None:
        """Have it asked only where a number that is known once a call was made is no less than another."""
        asked, place, there = source
        ranges = ((max(least, 0), MOST_CALCULATED),)
        if place.block is None:
            self.conditions.append(p.Condition(asked, ranges, signed=there.signed))
        else:
            self._only_if(place, there, ranges, asked)

    def _more_than(
        self, asked: int, place: p.ValuePlace, given: ScalarShape, more: int, name: str, shape: ScalarShape
    ) -> p.Argument:
        """Return a number that is so much more than one which a call leaves, and which may be given."""
        slot = saved(self._draft, asked, place)
        least, most = int(max(shape.lowest, 0)), int(min(shape.highest, MOST_CALCULATED))
        low, high = max(least - more, 0), min(most - more, MOST_CALCULATED)
        number = self._draft.new_slot()
        self.values[name], self.fits = SOMEWHERE, self.fits and low <= high
        if low <= high:
            made = self._draft.calls[asked]
            move = p.Move(number, low + more, (), (slot, low, high))
            self._draft.calls[asked] = replace(made, moves=(*made.moves, move))
            if place.block is None:
                self.conditions.append(p.Condition(asked, ((low, high),), signed=given.signed))
            else:
                self._only_if(place, given, ((low, high),), asked)
        return p.Slot(number)

    @property
    def listed(self) -> tuple[p.Argument, ...]:
        """Return its arguments in their order."""
        return tuple(self._arguments)

    def is_lawful(self, boundary: Boundary) -> bool:
        """Tell whether the function may be called with what it is given: others may be given more than it is."""
        members = self._function.members
        if not self.fits or not all(
            may_be_given(member.shape, self.values[member.name]) for member in members
        ):
            return False
        if not self._function.requires:
            return True
        scope = boundary.scope(members_seen(members, self.values))
        try:
            return all(self._holds(each, scope) for each in self._function.requires)
        except EvaluationError:
            return False  # what has no value keeps nothing

    def _holds(self, condition: Expression, scope: Mapping[str, object]) -> bool:
        """Tell whether a precondition holds, or may: of records that the call has left, it is found out then."""
        if self._records.are_in(condition):
            guard = self._records.guard(condition, scope)
            self._guards += [guard] if guard is not None else []
            return guard is not None
        return condition.holds(scope)

    def append(
        self,
        follows: Sequence[tuple[str, p.PointerRead]],
        conditions: tuple[p.Condition, ...],
        retires: tuple[int, ...] = (),
        guards: tuple[p.Guard, ...] = (),
    ) -> None:
        """Append the call, which is made under conditions, and after which it is read what it tells of."""
        conditions = (*conditions, *self.conditions)
        self._draft.calls.append(
            p.Call(
                self._function.declaration.symbol,
                str(self._function.signature),
                tuple(self._arguments),
                needs=tuple(dict.fromkeys(self.needs)),
                watched=tuple(self.places.values()),
                follows=tuple(follow for _, follow in follows),
                only_if=conditions,
                retires=retires,
                guards=(*guards, *self._guards),
            )
        )
        self._draft.placed.append(
            PlacedCall(
                self._function,
                self.values,
                self.places,
                tuple(path for path, _ in follows),
                handles=self.handles,
                tells=self._index,
                numbers_fit=tuple(self.conditions),
                left_at=self.left_at,
            )
        )


def pointer_asked(draft: PlanDraft, builder: CallBuilder, index: int, given: FollowUpArgument) -> p.Argument:
    """Return the pointer behind which something is looked at after call `index`: its result, or a parameter."""
    if given.parameter == THE_RESULT:
        return p.Slot(saved(draft, index, p.ValuePlace()))
    return _passed(builder, [member.name for member in builder.function.members].index(given.parameter))


def _passed(builder: CallBuilder, index: int) -> p.Argument:
    """Return what a call is given; of a handle that is passed by where the caller has it, the handle."""
    member = builder.function.members[index]
    if isinstance(member.shape, HandleShape) and member.shape.behind_pointer:
        given = builder.lives.get(member.name)
        return given.argument if given is not None else p.Value(bytes(8))
    return builder.listed[index]


def _path(given: FollowUpArgument) -> str:
    """Return the path of a field that a call is given, by its parameter."""
    index = "" if given.index is None else f"[{given.index}]"
    return ".".join((f"{given.parameter}{index}", *given.field))


def _shape_of(builder: CallBuilder, name: str) -> Shape:
    """Return the shape of a parameter of a call; of the result, that of nothing."""
    found = (member.shape for member in builder.function.members if member.name == name)
    return next(found, NothingShape())


def _leads_further(builder: CallBuilder, name: str, wanted: Shape) -> bool:
    """Tell whether a parameter points to a pointer, and what that leads to is wanted."""
    one_level = isinstance(wanted, PointerShape) and pointer_behind(wanted) is None
    return one_level and pointer_behind(_shape_of(builder, name)) is not None


def _record_left(builder: CallBuilder, name: str) -> RecordShape | None:
    """Return the record that a parameter leads to which the call leaves; None where it leaves none."""
    shape = _shape_of(builder, name)
    left = isinstance(shape, PointerShape) and shape.what is What.ONE and shape.direction.written
    return record_of(shape) if left else None
