"""What a library calls back with: which memory to read while it does, and what came as values of expressions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.decode.followed_pointers import numbers_outside
from abidance.boundary.decode.handle_numbers import known
from abidance.boundary.decode.handle_places import handle_at, handle_given, record_handle
from abidance.boundary.decode.returned_records import WrittenRecord
from abidance.boundary.decode.written_files import UNKNOWN, as_elements, file_of
from abidance.boundary.encode.callback_reads import MOST_BEHIND_EACH, Reads, points_at_number
from abidance.boundary.model.callbacks import HandedHandleShape
from abidance.boundary.model.traversal import along, record_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    ArrayShape,
    DeadShape,
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
from abidance.boundary.model.values import SOMEWHERE
from abidance.boundary.model.variants import pointing
from abidance.boundary.values.callback_writes import (
    counted_answer,
    places_read,
    shown,
    told_of_file,
    written_by,
)
from abidance.boundary.values.inner_pointers import record_read
from abidance.boundary.values.memory import (
    flexible_length,
    is_byte,
    living_in,
    null_or_somewhere,
    pack_scalar,
    unpack,
    unpack_scalar,
    unpack_tail,
)
from abidance.boundary.values.packed_records import unpack_records
from abidance.boundary.values.scope import as_seen, members_seen
from abidance.contract.expression import EvaluationError, RecordWithBefore, Unavailable, spelling
from abidance.ir.layout import AddressConstant
from abidance.plan.observation import PointerReadResult, PointerReadStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCallback
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import Member, PackedRecords, Shape
    from abidance.boundary.model.values import Value
    from abidance.boundary.values.callback_writes import Written
    from abidance.boundary.values.packed_records import BrokenRun
    from abidance.contract.expression import Expression
    from abidance.plan.array_end import ArrayEnd
    from abidance.plan.observation import Invocation, Observation


@dataclass(frozen=True, slots=True)
class CallbackInvocation:
    """One invocation in the boundary's terms. `number` counts those of one callback in one call, from 0.

    `values` are by the callback's parameters, and `came` is what they were before it wrote. `scope` is what its
    expressions are evaluated on. `nulls`,
    `unterminated`, `unreadable` and `unwritable` are paths of pointers that are none of what they must be; `misaligned`
    has those that are not aligned, each with its alignment and how many bytes it is past a multiple of that.
    """

    placed: PlacedCallback
    invocation: Invocation
    number: int
    values: Mapping[str, object]
    came: Mapping[str, object]
    scope: Mapping[str, object]
    scalars: tuple[tuple[str, ScalarShape, Real], ...] = ()
    nulls: tuple[str, ...] = ()
    unterminated: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    unwritable: tuple[str, ...] = ()
    misaligned: tuple[tuple[str, int, int], ...] = ()
    texts: tuple[tuple[str, bytes, PointerShape], ...] = ()
    broken_runs: tuple[BrokenRun, ...] = ()
    """Records one behind the other of which one does not end where it can."""
    records: tuple[WrittenRecord, ...] = ()
    """The records that it was given, wherever they lie."""
    strangers: tuple[tuple[str, str], ...] = ()
    """The parameters that are handles in the caller's memory, and that are none which the call was given."""


def called_in(
    boundary: Boundary, encoded: Encoded, observation: Observation, index: int
) -> tuple[CallbackInvocation, ...]:
    """Return the invocations that came while call `index` ran, as far as they belong to this plan."""
    found: list[CallbackInvocation] = []
    counts: dict[int, int] = {}
    around: dict[int, Mapping[str, object]] = {}
    for each in observation.calls[index].invocations:
        if each.callback is None or each.late or each.call != index:
            continue
        placed = encoded.callbacks[each.callback]
        number = counts.get(each.callback, 0)
        counts[each.callback] = number + 1
        if number == 0:
            around[each.callback] = surroundings(boundary, encoded, observation, placed)
        of = partial(known, encoded, observation, index)
        invoked = _Invoked(boundary, encoded, placed, each, of, observation, around[each.callback])
        found.append(invoked.read(number))
    return tuple(found)


def surroundings(
    boundary: Boundary, encoded: Encoded, observation: Observation, placed: PlacedCallback
) -> Mapping[str, object]:
    """Return what expressions about a callback see of the call that was given it, its own record nearest."""
    call, path = encoded.calls[placed.call], placed.path
    seen = members_seen(call.function.members, call.arguments)
    for member in call.function.members:
        if isinstance(member.shape, PointerHandle) and seen.get(member.name) is SOMEWHERE:
            there = handle_given(encoded, observation, placed.call, member.name)
            seen[member.name] = SOMEWHERE if there is None else there
    outer = boundary.scope(seen)
    holders: list[Mapping[str, object]] = []
    value: object = call.arguments
    for member in along(call.function.members, path.split(".")[:-1]):
        value = value.get(member.name) if isinstance(value, dict) else None
        inner = record_of(member.shape)
        if inner is None or not isinstance(value, dict):
            break
        holders.insert(0, members_seen(inner.members, value))
    return boundary.scope(*holders, outer=outer) if holders else outer


class _Invoked:
    def __init__(
        self,
        boundary: Boundary,
        encoded: Encoded,
        placed: PlacedCallback,
        invocation: Invocation,
        of: Callable[[Shape, object], object],
        observation: Observation,
        around: Mapping[str, object],
    ) -> None:
        """Take one invocation; `of` tells which handle a number is, `around` has the call that the callback is of."""
        self._of = of
        self._boundary = boundary
        self._placed = placed
        self._invocation = invocation
        self._encoded = encoded
        reads = Reads.of(placed.shape)
        self._behind = dict(zip(reads.paths, invocation.reads, strict=True))
        self._told = {
            (path, id(shape)): read
            for path, shape, read in zip(reads.paths, reads.shapes, invocation.reads, strict=True)
            if reads.paths.count(path) > 1
        }
        """What was read behind pointers of which a tag tells what they lead to, as each of all that may be."""
        self._skipped = invocation.position if placed.shape.reads_in_place else 0
        """How many elements of its turn come before what it reads, where that may be any."""
        self._observation = observation
        self._reads = places_read(placed.shape) if placed.shape.reads_in_place else ()
        self._around = around
        self._scalars: list[tuple[str, ScalarShape, Real]] = []
        self._nulls: list[str] = []
        self._unterminated: list[str] = []
        self._unreadable: list[str] = []
        self._unwritable: list[str] = []
        self._misaligned: list[tuple[str, int, int]] = []
        self._texts: list[tuple[str, bytes, PointerShape]] = []
        self._broken_runs: list[BrokenRun] = []
        self._given: list[WrittenRecord] = []

    def read(self, number: int) -> CallbackInvocation:
        """Return everything about the invocation."""
        shape = self._placed.shape
        given = dict(zip((m.name for m in shape.members), self._invocation.arguments, strict=True))
        numbers: dict[str, object] = {}
        for member in sorted(shape.members, key=lambda m: not isinstance(m.shape, ScalarShape)):
            if isinstance(member.shape, ScalarShape):
                numbers[member.name] = unpack_scalar(member.shape, given[member.name][: member.shape.size])
            elif points_at_number(member.shape):
                numbers[member.name] = self._value(member.name, member.shape, given[member.name], numbers)
        values: dict[str, object] = {}
        for index, member in enumerate(shape.members):
            if index == shape.given_back:
                values[member.name] = null_or_somewhere(given[member.name])
            elif points_at_number(member.shape):
                values[member.name] = numbers[member.name]
            else:
                shape_there = self._pointing(member, numbers)
                values[member.name] = self._value(member.name, shape_there, given[member.name], numbers)
        scope, came = self._boundary.scope(values, outer=self._around), {**values}
        values |= self._written(values)
        if RESULT_NAME not in values and not isinstance(shape.result, NothingShape):
            values[RESULT_NAME] = self._answer()
        return CallbackInvocation(
            self._placed,
            self._invocation,
            number,
            values,
            came,
            scope,
            tuple(self._scalars),
            tuple(self._nulls),
            tuple(self._unterminated),
            tuple(self._unreadable),
            tuple(self._unwritable),
            tuple(self._misaligned),
            tuple(self._texts),
            tuple(self._broken_runs),
            tuple(self._given),
            tuple(self._strangers()),
        )

    def _pointing(self, member: Member, numbers: Mapping[str, object]) -> Shape:
        """Return the shape of a parameter; of a pointer, as the tag among the others says what it leads to."""
        variant = dict(self._placed.shape.variants).get(member.name)
        if variant is None:
            return member.shape
        seen = {spelling(name): number for name, number in numbers.items()}
        try:
            return pointing(member.shape, variant, variant.tag.evaluate({**variant.constants, **seen}))
        except EvaluationError:
            return member.shape

    def _left(self, value: Value) -> Value:
        """Return what is read of a turn."""
        return value[self._skipped :] if isinstance(value, bytes | list) else value

    def _strangers(self) -> Iterator[tuple[str, str]]:
        """Yield the handles of the caller's that it is given, and that are none of those which the call has."""
        call = self._encoded.calls[self._invocation.call]
        kinds = {m.name: m.shape.handle for m in call.function.members if isinstance(m.shape, HandleShape)}
        for index, member in enumerate(self._placed.shape.members):
            shape = member.shape
            if not isinstance(shape, HandedHandleShape) or shape.record is None:
                continue
            own = [block for name, block in call.storage.items() if kinds.get(name) == shape.handle]
            at = self._invocation.at[index]
            if own and any(self._invocation.arguments[index]) and at not in [(block, 0) for block in own]:
                yield member.name, shape.handle

    def _answer(self) -> object:
        """Return what the callback answered: a number as it was, what it pointed at as the script has it."""
        shape, script = self._placed.shape.result, self._placed.script
        if isinstance(shape, ScalarShape):
            return unpack_scalar(shape, self._invocation.result[: shape.size])
        if self._placed.shape.allocates is not None:
            return null_or_somewhere(self._invocation.result)
        if not script.answers:
            return None
        return as_seen(
            shape, self._left(script.answers[min(self._invocation.answer, len(script.answers) - 1)])
        )

    def _written(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return what the callback wrote, by its parameters, and how much where one of them tells."""
        script, turn = self._placed.script, self._invocation.answer
        contents = script.written[min(turn, len(script.written) - 1)] if script.written else {}
        found: dict[str, object] = {}
        noted = self._invocation.writes
        if told := told_of_file(self._placed.shape):
            (reach, size), *rest = noted
            noted = tuple(rest)
            found[told] = self._told_of_file(told, reach, size)
        if counted := counted_answer(self._placed.shape):
            answer = script.answers[min(turn, len(script.answers) - 1)] if script.answers else None
            left = self._left(answer)
            found[counted] = len(left) if isinstance(left, bytes | list) else 0
            (reach, _), *rest = noted
            noted = tuple(rest)
            if reach is PointerReadStatus.NULL:
                self._nulls.append(counted)
            elif reach is PointerReadStatus.UNREADABLE:
                self._unwritable.append(counted)
        for each, (reach, size) in zip(written_by(self._placed.shape), noted, strict=False):
            name = each.member.name
            if reach is PointerReadStatus.NULL:
                found[name] = None
                if not self._may_be_null(each.shape, given):
                    self._nulls.append(name)
            elif reach is PointerReadStatus.UNREADABLE:
                found[name] = SOMEWHERE
                self._unwritable.append(name)
            elif name in self._reads and self._placed.shape.reads_file:
                found[name] = self._read_of_file(each, size)
            elif name in contents:
                skipped = self._skipped if name in self._reads else 0
                whole = contents[name] if each.lends is None else self._left(contents[name])
                found[name] = as_seen(each.shape, shown(each, whole, size, skipped))
            elif not each.shape.direction.read:
                found[name] = Unavailable(f"the callback wrote nothing to `{name}`")
            if each.told and each.told != RESULT_NAME and name in contents:
                alone = each.shape.length_name == each.told
                if each.lends is not None:
                    found[each.told] = each.count(self._left(contents[name]))
                    continue
                found[each.told] = size // each.size if alone else Unavailable(f"`{each.told}` is not known")
        return found

    def _read_of_file(self, read: Written, size: int) -> object:
        """Return what the callback has read of a file that others write."""
        number = self._invocation.callback
        assert number is not None
        held = file_of(
            self._encoded, self._observation, number, call=self._invocation.call, until=self._invocation
        )
        if held is None:
            return UNKNOWN
        begin = self._skipped * read.size
        return as_seen(read.shape, as_elements(read.memory, held[begin : begin + size]))

    def _told_of_file(self, name: str, reach: PointerReadStatus, size: int) -> object:
        """Return what the callback has told of the position of another, behind a parameter."""
        if reach is PointerReadStatus.NULL:
            self._nulls.append(name)
            return None
        if reach is PointerReadStatus.UNREADABLE:
            self._unwritable.append(name)
            return SOMEWHERE
        return self._invocation.position if size else Unavailable(f"the callback wrote nothing to `{name}`")

    def _value(self, path: str, shape: Shape, raw: bytes, near: Mapping[str, object]) -> object:
        match shape:
            case ScalarShape():
                number = unpack_scalar(shape, raw[: shape.size])
                self._scalars.append((path, shape, number))
                return number
            case NumberHandle(number=scalar):
                number = unpack_scalar(scalar, raw[: scalar.size])
                if shape.invalid and shape.nullable is not True:
                    valid = shape.valid
                    self._scalars.append(
                        (path, replace(scalar, members=valid.each[0][:1], ranges=valid), number)
                    )
                return self._of(shape, number)
            case RecordHandle():
                kind = self._boundary.handles[shape.handle].record
                assert kind is not None
                return record_handle(kind, raw[: shape.size])
            case HandedHandleShape(record=record) if record is not None and any(raw):
                # What it holds meanwhile is the library's own affair: it is read, and nothing is wanted of it.
                behind = self._behind[path].contents
                if len(behind) < record.size:
                    self._unreadable.append(path)
                    return SOMEWHERE
                return unpack(record, behind, path, lambda _shape, pointer, _path: null_or_somewhere(pointer))
            case HandedHandleShape() if any(raw):
                return handle_at(raw)
            case PointerShape():
                self._aligned(path, shape, raw)
                return self._pointer(path, shape, raw, near)
            case RecordShape():
                return self._record(path, shape, raw)
            case ArrayShape(of=of, count=count) if not is_byte(of):
                step = of.size
                return [
                    self._value(f"{path}[{n}]", of, raw[n * step : (n + 1) * step], near)
                    for n in range(count)
                ]
            case NothingShape():
                return SOMEWHERE
        value = unpack(shape, raw, path, lambda _shape, pointer, _path: null_or_somewhere(pointer))
        if value is None and not self._may_be_null(shape, near):
            self._nulls.append(path)
        return value

    def _record(self, path: str, shape: RecordShape, raw: bytes, *, whole: bool = True) -> dict[str, object]:
        """Return the fields of a record; `whole` tells whether as much was there as was to be read."""
        shallow = unpack(shape, raw, path, lambda _shape, pointer, _path: null_or_somewhere(pointer))
        assert isinstance(shallow, dict)
        fields: dict[str, object] = {**shallow}
        for member in living_in(shape, raw).members:
            if member.within or isinstance(member.shape, DeadShape):
                continue  # which alternative of a union there is, nobody tells, or another one is there
            if member.bits:
                self._scalars += numbers_outside(member.shape, shallow[member.name], f"{path}.{member.name}")
                continue
            if isinstance(member.shape, PointerShape) and member.shape.tail:
                tail = raw[member.offset :]
                fields[member.name] = self._tail(
                    f"{path}.{member.name}", member.shape, tail, fields, whole=whole
                )
                continue
            part = raw[member.offset : member.offset + member.shape.size]
            fields[member.name] = self._value(f"{path}.{member.name}", member.shape, part, shallow)
        self._given.append(WrittenRecord(path, shape, fields))
        return fields

    def _tail(
        self, path: str, shape: PointerShape, raw: bytes, fields: Mapping[str, object], *, whole: bool
    ) -> object:
        """Return the flexible array member of a record, which begins where what was read of it does."""
        length = flexible_length(shape, fields)
        if length < 0 or (length * shape.unit > len(raw) and not whole):
            self._unreadable.append(path)
            return SOMEWHERE
        if length * shape.unit > len(raw):
            return Unavailable(f"`{path}` is longer than the part that is read")
        value = unpack_tail(
            shape, raw, length, path, lambda _shape, pointer, _path: null_or_somewhere(pointer)
        )
        if shape.what is What.BYTES and isinstance(value, bytes):
            self._texts.append((path, value, shape))
        return value

    def _aligned(self, path: str, shape: PointerShape, raw: bytes) -> None:
        """Note a pointer that is not aligned as its C type wants it, or as the contract says (C11 6.3.2.3p7)."""
        of = shape.element.align if shape.what in (What.ONE, What.ARRAY) else 1
        align = max(of, shape.align_to)
        past = int.from_bytes(raw[:8], "little") % align
        if past and not shape.misaligned:
            self._misaligned.append((path, align, past))

    def _may_be_null(self, shape: Shape, near: Mapping[str, object]) -> bool:
        nullable = getattr(shape, "nullable", True)
        if isinstance(nullable, bool):
            return nullable
        scope = self._boundary.scope(near, outer=self._around)
        return bool(nullable.names <= scope.keys() and nullable.holds(scope))

    def _pointer(self, path: str, shape: PointerShape, raw: bytes, near: Mapping[str, object]) -> object:
        followed = self._told.get((path, id(shape)), self._behind.get(path))
        if followed is None and shape.direction.written:
            return Unavailable(f"`{path}` has no value yet")
        if followed is None and any(raw[: shape.size]):
            return SOMEWHERE  # as in a tree of which no more is read
        if followed is None or followed.reach is PointerReadStatus.NULL:
            if not self._may_be_null(shape, near):
                self._nulls.append(path)
            return None
        match shape.what:
            case What.STRING:
                return self._string(path, shape, followed)
            case What.ONE:
                if len(followed.contents) < record_read(shape.element)[0]:
                    self._unreadable.append(path)
                    return SOMEWHERE
                if isinstance(shape.element, RecordShape):
                    whole = followed.reach is PointerReadStatus.READ
                    return self._record(path, shape.element, followed.contents, whole=whole)
                return self._value(path, shape.element, followed.contents, near)
        return self._several(path, shape, followed, near)

    def _string(self, path: str, shape: PointerShape, followed: PointerReadResult) -> object:
        if followed.reach is PointerReadStatus.UNREADABLE:
            self._unterminated.append(path)
            return SOMEWHERE
        if followed.reach is PointerReadStatus.UNTERMINATED:
            return Unavailable(f"`{path}` is longer than the part of a string that is read")
        self._texts.append((path, followed.contents, shape))
        return followed.contents

    def _several(
        self, path: str, shape: PointerShape, followed: PointerReadResult, near: Mapping[str, object]
    ) -> object:
        size = 1 if shape.what is What.BYTES else shape.element.size
        if shape.ended_by:
            return self._up_to_end(path, shape, shape.ended_by, followed, near)
        clause = (shape.capacity or shape.length) if shape.direction.written else shape.length
        wanted = _length_of(clause, self._boundary.scope(near, outer=self._around))
        if wanted is None:
            return Unavailable(f"the length of `{path}` is not known here")
        if wanted * size > len(followed.contents):
            if followed.reach is PointerReadStatus.UNREADABLE:
                self._unreadable.append(path)
                return SOMEWHERE
            return Unavailable(f"`{path}` is longer than the part that is read")
        raw = followed.contents[: wanted * size]
        if shape.records is not None:
            return self._records(path, shape.records, raw)
        if shape.what is What.BYTES:
            self._texts.append((path, raw, shape))
            return raw
        return self._elements(path, shape, raw, near)

    def _up_to_end(
        self,
        path: str,
        shape: PointerShape,
        last: ArrayEnd,
        followed: PointerReadResult,
        near: Mapping[str, object],
    ) -> object:
        """Return the elements of an array before the one that ends it."""
        raw = followed.contents
        end = last.first(raw)
        if end is not None:
            return self._elements(path, shape, raw[:end], near)
        if followed.reach is PointerReadStatus.UNREADABLE:
            self._unterminated.append(path)
            return SOMEWHERE
        return Unavailable(f"`{path}` is longer than the part that is read")

    def _records(self, path: str, records: PackedRecords, raw: bytes) -> object:
        """Return the records that memory is full of."""
        found, broken = unpack_records(records, raw, path)
        if broken is not None:
            self._broken_runs.append(broken)
            return SOMEWHERE
        for n, record in enumerate(found):
            self._scalars += numbers_outside(records.of, record, f"{path}[{n}]")
            if isinstance(record, dict):
                self._given.append(WrittenRecord(f"{path}[{n}]", records.of, record))
        return found

    def _elements(self, path: str, shape: PointerShape, raw: bytes, near: Mapping[str, object]) -> object:
        size = shape.element.size
        count = len(raw) // size
        if isinstance(shape.element, PointerShape) and count > MOST_BEHIND_EACH:
            return Unavailable(
                f"`{path}` has more than {MOST_BEHIND_EACH} pointers, and no more are followed"
            )
        return [
            self._value(f"{path}[{n}]", shape.element, raw[n * size : (n + 1) * size], near)
            for n in range(count)
        ]


def _length_of(clause: Expression | None, scope: Mapping[str, object]) -> int | None:
    if clause is None or not clause.names <= scope.keys():
        return None
    told = clause.evaluate(scope)
    if told is None:
        return 0
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else None


def calls_seen(called: tuple[CallbackInvocation, ...]) -> dict[int, list[RecordWithBefore]]:
    """Return what expressions see as `calls`, by the callback's number in the plan."""
    found: dict[int, list[RecordWithBefore]] = {}
    for each in called:
        index = each.invocation.callback
        assert index is not None
        shown = RecordWithBefore(each.values, each.came)
        back = each.placed.shape.given_back
        if back is not None:
            shown.pop(each.placed.shape.members[back].name)
        found.setdefault(index, []).append(shown)
    return found


def user_data_of(encoded: Encoded, placed: PlacedCallback) -> tuple[bytes | None, int | None] | None:
    """Return what a callback must get back: bytes, or the address of a block; None when that is not known."""
    if placed.shape.given_back is None or not placed.shape.user_data:
        return None
    call = encoded.calls[placed.call]
    records = placed.path.split(".")[: -1 - placed.shape.around]
    path = ".".join([*records, placed.shape.user_data])
    if path in call.places:
        return None, call.places[path]
    value: Value = {**call.arguments}
    parts = [part.partition("[") for part in path.split(".")]
    found = [*along(call.function.members, [name for name, _, _ in parts])]
    if len(found) < len(parts):
        return None
    for name, _, number in parts:
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
        if number and isinstance(value, list):
            value = value[int(number.removesuffix("]"))]
    if value is None:
        return bytes(8), None
    if isinstance(value, AddressConstant):
        return value.address.to_bytes(8, "little"), None
    shape = found[-1].shape
    return (pack_scalar(shape, value), None) if isinstance(shape, ScalarShape) else None
