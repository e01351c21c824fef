"""What a call has left: the values of its result, and of all that its arguments lead to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from abidance.boundary.decode.call_values import CallValues, Overrun
from abidance.boundary.decode.followed_pointers import FollowedPointers
from abidance.boundary.decode.handle_places import handle_at, record_handle
from abidance.boundary.decode.within_pointers import WithinPointers
from abidance.boundary.encode.result_reads import points_into_itself
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.status_bounds import with_status
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import calls_back, handles_left_in, pointee, root_of, writes
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    ArrayShape,
    Direction,
    HandleShape,
    NothingShape,
    NumberHandle,
    OpaqueShape,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
    What,
    WithinShape,
)
from abidance.boundary.model.values import Earlier, HandleAt, Value
from abidance.boundary.model.variants import living_of
from abidance.boundary.values.element_lengths import scope_of_element
from abidance.boundary.values.inner_pointers import BEHIND, inner_path
from abidance.boundary.values.memory import (
    flexible_length,
    is_byte,
    living_in,
    null_or_somewhere,
    shallow,
    unpack,
    unpack_bits,
    unpack_scalar,
    unpack_tail,
)
from abidance.boundary.values.packed_records import spans
from abidance.boundary.values.sizes import count_after
from abidance.boundary.values.views import views
from abidance.contract.expression import (
    CALLS,
    CONTENTS,
    CallbackValue,
    EvaluationError,
    NobodyKnows,
    RecordWithBefore,
    Unavailable,
)
from abidance.ir.layout import AddressConstant
from abidance.plan.observation import PointerReadStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from abidance.boundary.decode.callback_invocations import CallbackInvocation
    from abidance.boundary.decode.window_uses import WindowUses
    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import PackedRecords, Shape
    from abidance.contract.expression import Expression
    from abidance.plan.observation import PointerReadResult, Returned


Scopes = tuple["Mapping[str, object]", ...]


@dataclass(slots=True)
class _Pending:
    """Memory whose meaningful length is known only when all values are: it goes to `holder[key]`."""

    shape: PointerShape
    raw: bytes
    given: object
    path: str
    holder: dict[str, object] | list[object]
    key: Any
    scopes: Scopes


_UNTOLD = "the call that has given the callback has failed, so nobody knows whether it is kept"


@dataclass(slots=True)
class CallDecoder:
    """One call while it is looked at: what the worker has seen, and what is found in that."""

    boundary: Boundary
    placed: PlacedCall
    returned: Returned
    memory: Mapping[int, bytes]
    called: tuple[CallbackInvocation, ...]
    invocations: Mapping[int, list[RecordWithBefore]]
    kept: Mapping[str, Mapping[str, int | None]]
    """By parameter, the callbacks that its handle was given before; None where it is not known which one it keeps."""
    windows: WindowUses
    told: object = Unavailable("nothing tells why it failed")
    """What a function has told of the call afterwards."""
    known: Callable[[Shape, object], object] = lambda _, value: value
    """Tells of a number that is a handle which one it is."""
    asked: Mapping[str, PointerReadResult] = field(default_factory=dict)
    """By path, what was read behind pointers of which another function has told the length."""
    observed: Mapping[str, object] = field(default_factory=dict)
    """What other functions have told after the call, by the calls of them in postconditions."""
    observed_before: Mapping[str, object] = field(default_factory=dict)
    """The same of those that were called before it."""
    contents: Callable[[int], object] = lambda _: None
    """Returns what there is for a callback to read in all, or in the file that it writes; None where there is none."""
    addresses: Sequence[int] = ()
    """Where the plan's callbacks are, if that is known."""
    overruns: list[Overrun] = field(default_factory=list)
    unterminated: list[str] = field(default_factory=list)
    scalars: list[tuple[str, ScalarShape, Real]] = field(default_factory=list)
    no_handles: list[tuple[str, HandleShape, str]] = field(default_factory=list)
    pending: list[_Pending] = field(default_factory=list)
    kept_up: set[str] = field(default_factory=set)
    """The fields of handles in the caller's memory that the library alone sets."""
    within: WithinPointers = field(init=False)
    followed: FollowedPointers = field(init=False)

    def __post_init__(self) -> None:
        """Set up what reads pointers that lead into other memory of the caller's, or into the library's."""
        self.within = WithinPointers(self.placed, self.returned)
        self.followed = FollowedPointers(self.placed, self.returned, self.unterminated, self.asked)

    def read(self, before: dict[str, object]) -> CallValues:
        """Return the whole view."""
        after: dict[str, object] = {}
        for member in self.placed.function.members:
            self._argument(member.name, member.shape, before[member.name], after)
        result = self._result()
        earlier = self.boundary.scope(before, own=self.observed_before)
        success = self._success(result, earlier)
        self._note_status()
        self._without_meaning(after, success=success)
        own = {"result": result, "errno": self.returned.errno, "last_error": self.told}
        own |= {**self.placed.rooms, **self.observed}
        while self.pending:
            item = self.pending.pop(0)
            later = self.boundary.scope(*item.scopes, after, own=own)
            leaves = self.placed.function.leaves(root_of(item.path), success=success)
            self._settle(item, later, earlier, leaves=leaves)
        for each in views(self.placed.function, self.boundary.handles):
            if each.parameter in after:
                after[each.parameter] = self.within.viewed(each, after[each.parameter], after)
            self.within.judge_views(each, result if each.parameter == RESULT_NAME else after[each.parameter])
        told = self.placed.function.result.last_error
        if told is not None and told.expression is not None:
            own["last_error"] = _evaluated(told.expression, self.boundary.scope(after, own=own), earlier)
        return CallValues(
            before=earlier,
            after=self.boundary.scope(after, own=own),
            last_error=own["last_error"],
            result=result,
            success=success,
            overruns=tuple(self.overruns),
            unterminated=tuple(self.unterminated),
            unreadable=self.followed.unreadable,
            nulls=tuple(self.followed.nulls),
            misaligned=tuple(self.followed.misaligned),
            astray=tuple(self.within.astray),
            no_ranges=tuple(self.followed.no_ranges),
            broken_runs=tuple(self.followed.broken_runs),
            no_handles=tuple(self.no_handles),
            scalars=tuple(self.scalars),
            outside=tuple(self.followed.outside),
            errno=self.returned.errno,
            called=self.called,
            windows=tuple(self.windows.uses),
        )

    def _success(self, result: object, earlier: Mapping[str, object]) -> bool:
        """Tell whether the call did what it is for, by its status or else by its result."""
        status = self.placed.function.status
        if status is None:
            return with_status(self.placed.function, earlier).result.success(result)
        if status.parameter is None:
            return status.is_success(self.returned.result)
        return status.is_success(self.memory[self.placed.places[status.parameter]])

    def _note_status(self) -> None:
        """Note what was told of the call, where that was asked."""
        status = self.placed.function.status
        if status is None or status.asked is None:
            return
        raw = self.memory[self.placed.places[TOLD]]
        if status.asked.about_result and not any(self.returned.result):
            self.told = Unavailable(f"`{status.asked.text}` has nothing to tell of")
        elif status.number is not None:
            self.told = unpack_scalar(status.number, raw)
        else:
            self.told = handle_at(raw)

    def _without_meaning(self, after: dict[str, object], *, success: bool) -> None:
        """Take away what memory holds that a call which succeeded was not to write, in the contract's own words."""
        if not success:
            return
        for member in self.placed.function.members:
            shape = member.shape
            if not isinstance(shape, PointerShape) or shape.direction is not Direction.OUT:
                continue
            if after[member.name] is not None and not self.placed.function.leaves(member.name, success=True):
                words = f"`{member.name}` has no value after a call that succeeds"
                after[member.name] = Unavailable(words)
                self.pending = [item for item in self.pending if root_of(item.path) != member.name]

    def _argument(self, name: str, shape: Shape, given: object, after: dict[str, object]) -> None:
        after[name] = given
        match shape:
            case HandleShape(handle=handle) if name in self.placed.storage:
                life, seen = self.boundary.handles[handle], len(self.scalars)
                assert life.record is not None
                self.kept_up |= {f"{name}.{each}" for each in life.kept_up(self.placed.function.name, shape)}
                raw = self.memory[self.placed.storage[name]]
                fields = self._unpacked(life.record, raw, given, name, Direction.INOUT, ())
                # What the contract does not describe is the library's own, and may hold anything.
                said = {f"{name}.{field}" for field in life.described | life.read_only}
                self.scalars[seen:] = [each for each in self.scalars[seen:] if _field_of(each[0]) in said]
                after[name] = self._with_callbacks(name, fields)
            case NumberHandle(behind_pointer=True):
                after[name] = self.known(
                    shape, unpack(shape, self.memory[self.placed.places[name]], name, shallow)
                )
            case HandleShape(behind_pointer=True):
                after[name] = handle_at(self.memory[self.placed.places[name]])
            case HandleShape(made=False) if self.kept.get(name):
                after[name] = self._with_callbacks(name, given)
            case NumberHandle(made=True) if name in self.placed.places:
                number = unpack(shape, self.memory[self.placed.places[name]], name, shallow)
                after[name] = self.known(shape, number)
            case HandleShape(made=True) if name in self.placed.places:
                after[name] = handle_at(self.memory[self.placed.places[name]])
            case PointerShape() if (
                isinstance(self.placed.arguments[name], Earlier) and not shape.direction.written
            ):
                pass  # what an earlier step left, and this one only reads
            case PointerShape():
                self._behind(shape, given, name, after, name, ())
            case CallbackShape():
                after[name] = self._calls(given, name)
            case RecordShape() if writes(shape) or calls_back(shape):
                after[name] = self._with_targets(shape, given, name, ())

    def _with_callbacks(self, name: str, fields: object) -> object:
        """Return the fields of a handle with the callbacks that it was given, by the names of their parameters."""
        called: dict[str, Any] = {}
        for path, number in self.kept.get(name, {}).items():
            *records, own = path.split(".")
            around = called
            for each in records:
                around = around.setdefault(each, {})
            around[own] = self._invocations_of(number) if number is not None else NobodyKnows(_UNTOLD)
        if isinstance(fields, HandleAt):  # it is still told apart from others by where it is
            return replace(fields, fields={**fields.fields, **called})
        return {**(fields if isinstance(fields, dict) else {}), **called} if called else fields

    def _calls(self, given: object, path: str) -> object:
        """Return what expressions see of a callback after the call: how it was called."""
        index = self.placed.callbacks.get(path)
        return given if index is None else self._invocations_of(index)

    def _invocations_of(self, index: int) -> dict[str, object]:
        if self.returned.unnoted:
            return {CALLS: Unavailable("there were more invocations than are recorded")}
        calls, held = self.invocations.get(index, []), self.contents(index)
        whole = {} if held is None else {CONTENTS: held}
        after, before = {CALLS: calls, **whole}, {CALLS: [each.before for each in calls], **whole}
        if index < len(self.addresses):
            return CallbackValue(after, before, self.addresses[index])
        return RecordWithBefore(after, before)

    def _behind(
        self,
        shape: PointerShape,
        given: object,
        path: str,
        holder: dict[str, object] | list[object],
        key: Any,
        scopes: Scopes,
    ) -> None:
        """Put what a pointer that the caller gave points at now into `holder[key]`."""
        block = self.placed.places.get(path)
        if block is None:
            # Memory that a function of the library gave is the library's now: nobody looks at it any more.
            nowhere = isinstance(given, AddressConstant)
            holder[key] = given if nowhere or path in self.placed.allocated else None
            return
        raw = self.memory.get(block)
        if raw is None and shape.position and isinstance(given, bytes | list):
            holder[key] = given
            self.pending.append(_Pending(shape, b"", given, path, holder, key, scopes))
            return
        if raw is None:
            # Read-only memory keeps its value; records in it may still point at memory that is written.
            holder[key] = (
                self._with_targets(shape, given, path, scopes)
                if writes(shape.element) or calls_back(shape.element)
                else given
            )
            return
        match shape.what:
            case What.ONE:
                inner = f"{path}{inner_path(shape)}"
                holder[key] = self._unpacked(shape.element, raw, given, inner, shape.direction, scopes)
            case What.STRING:
                text, found, _ = raw.partition(b"\0")
                if not found and raw:  # where there is no room at all, there is none for a NUL
                    self.unterminated.append(path)
                holder[key] = text
            case _:
                holder[key] = raw
                self.pending.append(_Pending(shape, raw, given, path, holder, key, scopes))

    def _with_targets(self, shape: Shape, given: object, path: str, scopes: Scopes) -> object:
        """Return a given value with what its pointers to written memory point at now."""
        inner = pointee(shape)
        if isinstance(given, list):
            of = inner.of if isinstance(inner, ArrayShape) else inner
            if isinstance(of, PointerShape) and of.direction.written:
                return self._behind_each(of, given, path, scopes)
            return [self._with_targets(of, item, f"{path}[{n}]", scopes) for n, item in enumerate(given)]
        if not isinstance(inner, RecordShape) or not isinstance(given, dict):
            return given
        fields = dict(given)
        for member in living_of(inner, given).members:
            value, where = fields.get(member.name), f"{path}.{member.name}"
            if isinstance(member.shape, CallbackShape):
                fields[member.name] = self._calls(value, where)
                continue
            if isinstance(value, Unavailable) or not (writes(member.shape) or calls_back(member.shape)):
                continue
            if isinstance(member.shape, PointerShape):
                self._behind(member.shape, value, where, fields, member.name, (fields, *scopes))
            else:
                fields[member.name] = self._with_targets(member.shape, value, where, (fields, *scopes))
        return fields

    def _behind_each(
        self, shape: PointerShape, given: list[object], path: str, scopes: Scopes
    ) -> list[object]:
        """Return what each pointer of an array points at now that the caller gave."""
        found: list[object] = [None] * len(given)
        for n, item in enumerate(given):
            self._behind(shape, item, f"{path}[{n}]", found, n, scopes)
        return found

    def _unpacked(
        self, shape: Shape, raw: bytes, given: object, path: str, direction: Direction | None, scopes: Scopes
    ) -> Any:
        """Return the value in memory that the library may have written; without a direction, judge nothing."""
        match shape:
            case ScalarShape():
                return self._number(path, shape, unpack_scalar(shape, raw[: shape.size]), direction)
            case ArrayShape(of, count) if not is_byte(of):
                return self._elements(of, count, raw, given, path, direction, scopes)
            case RecordShape():
                return self._record(shape, raw, given, path, direction, scopes)
            case PointerShape():
                return self._pointer(shape, raw[:8], given, path, direction, scopes)
            case WithinShape():
                return self.within.place(shape, raw[:8], path)
            case NumberHandle():
                return self.known(shape, unpack(shape, raw, path, shallow))
        return unpack(shape, raw, path, shallow)

    def _elements(
        self,
        of: Shape,
        count: int,
        raw: bytes,
        given: object,
        path: str,
        direction: Direction | None,
        scopes: Scopes,
    ) -> list[object]:
        """Return the elements of an array, each with what its pointers lead to now."""
        known, step, found = given if isinstance(given, list) else [], of.size, list[object]()
        for n in range(count):
            stored, where = raw[n * step : (n + 1) * step], f"{path}[{n}]"
            item = known[n] if n < len(known) else None
            if isinstance(of, PointerShape) and where in self.placed.places and any(stored):
                found.append(None)
                self._behind(of, item, where, found, n, scopes)
            else:
                found.append(self._unpacked(of, stored, item, where, direction, scopes))
        return found

    def _pointer(
        self,
        shape: PointerShape,
        raw: bytes,
        given: object,
        path: str,
        direction: Direction | None,
        scopes: Scopes,
    ) -> Any:
        """Return what a pointer in memory points at now: the caller's memory, or what the library left."""
        if path in self.windows.held:
            return self.windows.of_parameter(shape, path)
        if path in self.placed.places and path not in self.placed.follows and any(raw):
            holder: dict[str, object] = {}
            self._behind(shape, given, path, holder, "", scopes)
            return holder[""]
        # As of numbers: of a record that was read as well, the contract says what the caller gives there.
        judged = direction is Direction.OUT or path.endswith(BEHIND)
        value = self.followed.value(shape, raw, path, judged=judged)
        self._librarys_handles(shape, path)
        return value

    def _librarys_handles(self, shape: PointerShape, path: str) -> None:
        """Note what a call has left in an array of the library's that is no handle, or the same as one before it."""
        element = handles_left_in(shape)
        if element is None or path not in self.placed.follows:
            return
        read = self.returned.followed[self.placed.follows.index(path)]
        if read.reach is PointerReadStatus.READ:
            self._handles(path.removesuffix(BEHIND), element, read.contents)

    def _handles(self, path: str, shape: HandleShape, raw: bytes) -> None:
        """Note what a call has left in an array of handles that is none, or the same as one before it."""
        before: list[bytes] = []
        for at in range(0, len(raw), shape.size):
            each = raw[at : at + shape.size]
            none = (
                int.from_bytes(each, "little", signed=shape.number.signed) in shape.invalid
                if isinstance(shape, NumberHandle)
                else not any(each)
            )
            where = f"{path}[{at // shape.size}]"
            if none and not shape.nullable:
                self.no_handles.append(
                    (where, shape, "no handle" if isinstance(shape, NumberHandle) else "NULL")
                )
            elif not none and each in before and not shape.may_be_another:
                self.no_handles.append((where, shape, f"that of `{path}[{before.index(each)}]` again"))
            before.append(each)

    def _record(
        self,
        shape: RecordShape,
        raw: bytes,
        given: object,
        path: str,
        direction: Direction | None,
        scopes: Scopes,
    ) -> dict[str, object]:
        earlier = given if isinstance(given, dict) else {}
        fields: dict[str, object] = {}
        inner = (fields, *scopes)
        for member in living_in(shape, raw).members:
            where, stored = f"{path}.{member.name}", raw[member.offset : member.offset + member.shape.size]
            # Which alternative of a union the library wrote is not known here, so none can be wrong.
            way = None if member.within else Direction.OUT if where in self.kept_up else direction
            if member.bits:
                assert isinstance(member.shape, ScalarShape)
                fields[member.name] = self._number(where, member.shape, unpack_bits(member, raw), way)
            elif isinstance(member.shape, PointerShape) and where in self.windows.held:
                fields[member.name] = self.windows.of_member(member.shape, where, shape, raw)
            elif isinstance(member.shape, PointerShape) and member.shape.tail:
                fields[member.name] = self._tail(member.shape, raw[member.offset :], where, fields)
            elif (
                isinstance(member.shape, PointerShape)
                and where in self.placed.places
                and self._is_replaced(where)
            ):
                fields[member.name] = null_or_somewhere(stored)
            elif isinstance(member.shape, PointerShape) and where in self.placed.places and any(stored):
                self._behind(member.shape, earlier.get(member.name), where, fields, member.name, inner)
            elif isinstance(member.shape, CallbackShape) and where in self.placed.callbacks:
                fields[member.name] = self._calls(earlier.get(member.name), where)
            else:
                value = earlier.get(member.name)
                fields[member.name] = self._unpacked(member.shape, stored, value, where, way, inner)
        return fields

    def _is_replaced(self, path: str) -> bool:
        """Tell whether a pointer in a record leads to other memory than it was given with."""
        key = points_into_itself(path)
        if key not in self.placed.follows:
            return False
        read = self.returned.followed[self.placed.follows.index(key)]
        offset = int.from_bytes(read.contents, "little", signed=True)
        size = len(self.memory.get(self.placed.places[path], b""))
        return read.reach is PointerReadStatus.READ and not 0 <= offset <= size

    def _tail(self, shape: PointerShape, raw: bytes, path: str, fields: Mapping[str, object]) -> Value:
        """Return the flexible array member of a record in the caller's memory."""
        length, room = flexible_length(shape, fields), len(raw) // shape.unit
        if not 0 <= length <= room:
            self.overruns.append(Overrun(path, shape, length, room))
        return unpack_tail(shape, raw, min(max(length, 0), room), path, shallow)

    def _number(self, path: str, shape: ScalarShape, value: Real, direction: Direction | None) -> Real:
        """Keep a number that the library wrote for the check of its domain.

        Where it was read as well, `range` and `one_of` say what the caller gives: a counter may leave them.
        """
        closed = shape.kind == "bool" or (shape.kind == "enum" and shape.closed)
        if direction is Direction.OUT or (direction is Direction.INOUT and closed):
            self.scalars.append((path, shape, value))
        return value

    def _result(self) -> Value:
        shape, raw = self.placed.function.result.shape, self.returned.result
        invalid = self.placed.function.result.invalid
        if invalid is not None and int.from_bytes(raw, "little") == invalid.address:
            return cast("Value", invalid)
        match shape:
            case PointerShape():
                value = self.followed.value(shape, raw, "result", judged=False)
                self._librarys_handles(shape, RESULT_NAME)
                return value
            case WithinShape():
                return cast("Value", self.within.place(shape, raw[:8], "result"))
            case RecordHandle(handle=handle):
                record = self.boundary.handles[handle].record
                assert record is not None
                return cast("Value", record_handle(record, raw))
            case OpaqueShape() | HandleShape() if not isinstance(shape, NumberHandle):
                return cast("Value", handle_at(raw))
            case AddressShape():
                return null_or_somewhere(raw)
            case NumberHandle():
                return cast("Value", self.known(shape, unpack(shape, raw, "result", shallow)))
            case NothingShape():
                return None
        seen: Value = self._unpacked(shape, raw, None, "result", Direction.OUT, ())
        return seen

    def _settle(
        self, item: _Pending, after: Mapping[str, object], before: Mapping[str, object], *, leaves: bool
    ) -> None:
        """Cut memory down to its meaningful length, which may be known only now."""
        if item.shape.position:
            item.holder[item.key] = self.windows.come_as_far(
                item.shape, item.path, item.raw, item.given, after, before
            )
            return
        shape, size = item.shape, 1 if item.shape.what is What.BYTES else item.shape.element.size
        if isinstance(item.key, int):
            after, before = (scope_of_element(shape, item.key, each) for each in (after, before))
        room = len(item.raw) // size
        length = room
        # What a failed call leaves in memory has no meaning, mostly, and neither has its length.
        if shape.length is not None and leaves and not (shape.length.calls and shape.capacity is None):
            told = count_after(shape.length, after, before)
            length = room if told is None else told
            if not 0 <= length <= room:
                self.overruns.append(Overrun(item.path, shape, length, room))
                length = room
        if shape.records is not None and leaves:
            self._records(item, shape.records, item.raw[: length * size])
            return
        if shape.what is What.BYTES:
            item.holder[item.key] = item.raw[:length]
            return
        if shape.ended_by and leaves:
            end = shape.ended_by.first(item.raw[: length * size])
            if end is None:
                self.unterminated.append(item.path)
            length = length if end is None else end // size
        if leaves:
            self.followed.know_elements(item.path, shape.element, length)
        if leaves and (element := handles_left_in(shape)) is not None:
            self._handles(item.path, element, item.raw[: length * size])
        whole = ArrayShape(shape.element, length, length * size, shape.element.align)
        values = self._unpacked(whole, item.raw, item.given, item.path, shape.direction, item.scopes)
        # An array that a contract calls one is shown as one, even of bytes.
        item.holder[item.key] = values if isinstance(values, list) else list(values)

    def _records(self, item: _Pending, records: PackedRecords, raw: bytes) -> None:
        """Put the records that a call has left in the caller's memory where expressions see them."""
        found, broken = spans(records, raw, item.path)
        if broken is not None:
            self.followed.broken_runs.append(broken)
            item.holder[item.key] = Unavailable(f"`{item.path}` does not hold whole records")
            return
        way = item.shape.direction
        item.holder[item.key] = [
            self._unpacked(records.of, raw[start:end], None, f"{item.path}[{n}]", way, item.scopes)
            for n, (start, end) in enumerate(found)
        ]


def _field_of(path: str) -> str:
    """Return the parameter and the field of its record that a path begins with: ``strm.next`` of ``strm.next[2].x``."""
    return ".".join(path.split("[", maxsplit=1)[0].split(".")[:2])


def _evaluated(expression: Expression, after: Mapping[str, object], before: Mapping[str, object]) -> object:
    """Return what an expression is after the call, Unavailable where that is nothing."""
    try:
        return expression.evaluate(after, before)
    except EvaluationError as error:
        return Unavailable(str(error))
