"""What a call has left: the values of its result, and of all that its arguments lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from abidance.boundary.decode.call_values import CallValues, Overrun, WindowUse
from abidance.boundary.decode.windows import contents_of, pointed_at
from abidance.boundary.encode.windows import ITS_END
from abidance.boundary.model.traversal import beside, calls_back, handles_left_in, pointee, root_of, writes
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    ArrayShape,
    CallbackShape,
    Direction,
    HandleShape,
    NothingShape,
    NumberHandle,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
    WithinShape,
)
from abidance.boundary.model.values import SOMEWHERE, Earlier, Value
from abidance.boundary.model.variants import living_of
from abidance.boundary.values.element_lengths import scope_of_element
from abidance.boundary.values.inner_pointers import BEHIND, EACH, MOST, inner_path, inner_pointers
from abidance.boundary.values.memory import (
    is_byte,
    living_in,
    null_or_somewhere,
    shallow,
    told_length,
    unpack,
    unpack_bits,
    unpack_scalar,
    unpack_tail,
)
from abidance.boundary.values.views import views
from abidance.contract.expression import EvaluationError, Unavailable, show, spelling
from abidance.plan.observation import PointerReadStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.decode.callback_invocations import CallbackInvocation
    from abidance.boundary.decode.windows import HeldWindow
    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import Shape
    from abidance.boundary.values.inner_pointers import InnerPointer
    from abidance.boundary.values.views import Views
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


@dataclass(slots=True)
class CallDecoder:
    """One call while it is looked at: what the worker has seen, and what is found in that."""

    boundary: Boundary
    placed: PlacedCall
    returned: Returned
    memory: Mapping[int, bytes]
    called: tuple[CallbackInvocation, ...]
    invocations: Mapping[int, list[dict[str, object]]]
    kept: Mapping[str, Mapping[str, int]]
    """By parameter, the callbacks that its handle was given before."""
    windows: Mapping[str, HeldWindow]
    """By path, the windows as they were before the call."""
    told: object = Unavailable("nothing tells why it failed")
    """What a function has told of the call afterwards."""
    known: Callable[[Shape, object], object] = lambda _, value: value
    """Tells of a number that is a handle which one it is."""
    uses: list[WindowUse] = field(default_factory=list)
    overruns: list[Overrun] = field(default_factory=list)
    unterminated: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    scalars: list[tuple[str, ScalarShape, Real]] = field(default_factory=list)
    nulls: list[tuple[str, PointerShape]] = field(default_factory=list)
    astray: list[tuple[str, WithinShape, int]] = field(default_factory=list)
    reversed: list[tuple[str, PointerShape]] = field(default_factory=list)
    no_handles: list[tuple[str, HandleShape, str]] = field(default_factory=list)
    inner: dict[str, tuple[InnerPointer, PointerReadResult]] = field(default_factory=dict)
    """By path, what was read behind pointers in memory that was read as a whole."""
    pending: list[_Pending] = field(default_factory=list)

    def read(self, before: dict[str, object]) -> CallValues:
        """Return the whole view."""
        after: dict[str, object] = {}
        for member in self.placed.function.members:
            self._argument(member.name, member.shape, before[member.name], after)
        result = self._result()
        success = self.placed.function.result.success(result)
        self._without_meaning(after, success=success)
        own = {"result": result, "errno": self.returned.errno, "last_error": self.told}
        earlier = self.boundary.scope(before)
        while self.pending:
            item = self.pending.pop(0)
            later = self.boundary.scope(*item.scopes, after, own=own)
            leaves = self.placed.function.leaves(root_of(item.path), success=success)
            self._settle(item, later, earlier, leaves=leaves)
        for each in views(self.placed.function, self.boundary.handles):
            self._views(each, result if each.parameter == RESULT_NAME else after[each.parameter])
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
            unreadable=tuple(self.unreadable),
            nulls=tuple(self.nulls),
            astray=tuple(self.astray),
            reversed=tuple(self.reversed),
            no_handles=tuple(self.no_handles),
            scalars=tuple(self.scalars),
            errno=self.returned.errno,
            called=self.called,
            windows=tuple(self.uses),
        )

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
                record = self.boundary.handles[handle].record
                assert record is not None
                raw = self.memory[self.placed.storage[name]]
                fields = self._unpacked(record, raw, given, name, Direction.INOUT, ())
                after[name] = self._with_callbacks(name, fields)
            case HandleShape(made=False) if self.kept.get(name):
                after[name] = self._with_callbacks(name, given)
            case NumberHandle(made=True) if name in self.placed.places:
                number = unpack(shape, self.memory[self.placed.places[name]], name, shallow)
                after[name] = self.known(shape, number)
            case HandleShape(made=True) if name in self.placed.places:
                after[name] = null_or_somewhere(self.memory[self.placed.places[name]])
            case PointerShape() if (
                isinstance(self.placed.arguments[name], Earlier) and not shape.direction.written
            ):
                pass  # what an earlier step left, and this one only reads
            case PointerShape():
                self._behind(shape, given, name, after, name, ())
            case CallbackShape():
                after[name] = self._calls(given, name)
            case RecordShape() if writes(shape) or calls_back(shape):
                after[name] = self._kept(shape, given, name, ())

    def _with_callbacks(self, name: str, fields: object) -> object:
        """Return the fields of a handle with the callbacks that it was given, by the names of their parameters."""
        called = {each: self._told(number) for each, number in self.kept.get(name, {}).items()}
        return {**(fields if isinstance(fields, dict) else {}), **called} if called else fields

    def _calls(self, given: object, path: str) -> object:
        """Return what expressions see of a callback after the call: how it was called."""
        index = self.placed.callbacks.get(path)
        return given if index is None else self._told(index)

    def _told(self, index: int) -> dict[str, object]:
        if self.returned.unnoted:
            return {"calls": Unavailable("there were more invocations than are recorded")}
        return {"calls": self.invocations.get(index, [])}

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
            holder[key] = given if path in self.placed.allocated else None
            return
        raw = self.memory.get(block)
        if raw is None and shape.position and isinstance(given, bytes | list):
            holder[key] = given
            self.pending.append(_Pending(shape, b"", given, path, holder, key, scopes))
            return
        if raw is None:
            # Read-only memory keeps its value; records in it may still point at memory that is written.
            holder[key] = (
                self._kept(shape, given, path, scopes)
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
                if not found:
                    self.unterminated.append(path)
                holder[key] = text
            case _:
                holder[key] = raw
                self.pending.append(_Pending(shape, raw, given, path, holder, key, scopes))

    def _kept(self, shape: Shape, given: object, path: str, scopes: Scopes) -> object:
        """Return a given value with what its pointers to written memory point at now."""
        inner = pointee(shape)
        if isinstance(given, list):
            of = inner.of if isinstance(inner, ArrayShape) else inner
            if isinstance(of, PointerShape) and of.direction.written:
                return self._behind_each(of, given, path, scopes)
            return [self._kept(of, item, f"{path}[{n}]", scopes) for n, item in enumerate(given)]
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
                fields[member.name] = self._kept(member.shape, value, where, (fields, *scopes))
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
                return self._pointer(shape, raw[:8], given, path, scopes)
            case WithinShape():
                return self._place(shape, raw[:8], path)
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

    def _pointer(self, shape: PointerShape, raw: bytes, given: object, path: str, scopes: Scopes) -> Any:
        """Return what a pointer in memory points at now: the caller's memory, or what the library left."""
        if path in self.windows:
            return self._window(shape, path, self._counted(shape))
        if path in self.placed.places and any(raw):
            holder: dict[str, object] = {}
            self._behind(shape, given, path, holder, "", scopes)
            return holder[""]
        return self._followed(shape, raw, path)

    def _place(self, shape: WithinShape, raw: bytes, path: str) -> Any:
        """Return how far into the caller's memory a pointer points, in elements."""
        if not any(raw) or path not in self.placed.follows:
            return null_or_somewhere(raw)
        distance, room = pointed_at(self.placed, self.returned, path), self.placed.sizes.get(shape.whose, 0)
        if distance is None:
            return None
        if distance % shape.unit or not 0 <= distance <= room:
            self.astray.append((path, shape, distance))
        return distance // shape.unit

    def _views(self, each: Views, value: object) -> None:
        """Note the pointers of a record, or of each in a list, that do not lead into the memory which is promised."""
        room = self.placed.sizes.get(each.whose, 0)
        for n, element in enumerate(value if isinstance(value, list) else [value]):
            for number, pointer in enumerate(each.pointers):
                start = self._viewed(each, pointer.path, number, n)
                if start is None:
                    continue
                seen = _at(element, pointer.path)
                end = start + (len(seen) * pointer.shape.unit if isinstance(seen, bytes | list) else 0)
                if not 0 <= start <= end <= room:
                    path = f"{each.parameter}{f'[{n}]' if each.array else ''}{pointer.path}"
                    self.astray.append((path, each.place(pointer), end if 0 <= start <= room else start))

    def _viewed(self, each: Views, path: str, number: int, n: int) -> int | None:
        """Return how many bytes after the start of the memory a pointer leads; None where it is NULL, or unknown."""
        follows, whole = self.placed.follows, f"{each.key}{path}"
        if whole in follows:
            found = self.returned.followed[follows.index(whole)]
        elif each.key in follows:
            group = self.returned.followed[follows.index(each.key)].behind[number]
            if n >= len(group):
                return None
            found = group[n]
        else:
            return None
        read = found.reach is PointerReadStatus.READ
        return int.from_bytes(found.contents, "little", signed=True) if read else None

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
            elif not none and each in before and not shape.borrowed:
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
            way = None if member.within else direction
            if member.bits:
                assert isinstance(member.shape, ScalarShape)
                fields[member.name] = self._number(where, member.shape, unpack_bits(member, raw), way)
            elif isinstance(member.shape, PointerShape) and where in self.windows:
                told, done = _numbers(shape, raw, member.shape.window, member.shape.position)
                left = None if member.shape.end else told - done
                fields[member.name] = self._window(member.shape, where, left, done)
            elif isinstance(member.shape, PointerShape) and member.shape.tail:
                fields[member.name] = self._tail(member.shape, raw[member.offset :], where, fields)
            elif isinstance(member.shape, PointerShape) and where in self.placed.places and any(stored):
                self._behind(member.shape, earlier.get(member.name), where, fields, member.name, inner)
            elif isinstance(member.shape, CallbackShape) and where in self.placed.callbacks:
                fields[member.name] = self._calls(earlier.get(member.name), where)
            else:
                value = earlier.get(member.name)
                fields[member.name] = self._unpacked(member.shape, stored, value, where, way, inner)
        return fields

    def _counted(self, shape: PointerShape) -> int | None:
        """Return what counts what is left of a window that is a parameter; None where nothing does."""
        raw = self.memory.get(self.placed.places.get(shape.window, -1))
        return None if raw is None else int.from_bytes(raw, "little")

    def _window(self, shape: PointerShape, path: str, left: int | None, done: int = 0) -> object:
        """Return what is left of a window that is read, or what the call has written to one that is written."""
        window, held, unit = self.placed.windows[path], self.windows[path], shape.unit
        if not held.known:
            return Unavailable(f"`{path}` was to be moved by a call that was not made")
        at = pointed_at(self.placed, self.returned, path)
        moved = None if at is None else at + done * unit - held.start
        if left is None:
            left = max(held.size - (moved or 0), 0) // unit if moved is not None else 0
        changed = ""
        if shape.position and at is not None and (window.before is None or window.moved):
            # Only the position moves: the pointer leads to where it did, and there is as much as there was.
            beginning, whole = held.start - window.start, (held.size + window.start) // unit
            count = beside(path, shape.window)
            changed = path if at != beginning else count if left + done != whole else ""
        if shape.end and pointed_at(self.placed, self.returned, f"{path}{ITS_END}") != held.start + held.size:
            changed = beside(path, shape.end)
        self.uses.append(WindowUse(path, shape, held.size // unit, left, moved, changed))
        if moved is None:
            return None
        if not 0 <= moved <= held.size:
            return Unavailable(f"`{path}` points to memory that is none of the caller's")
        raw = self.memory.get(window.block, b"")
        contents = (
            raw[held.start : held.start + moved]
            if held.contents is None
            else held.contents[moved : moved + left * unit]
        )
        return contents_of(shape, contents)

    def _come_as_far(
        self, item: _Pending, after: Mapping[str, object], before: Mapping[str, object]
    ) -> object:
        """Return what is left of memory that is read, or what was written, as the position beside it tells."""
        shape, unit = item.shape, item.shape.unit
        name = spelling(shape.position)
        clause = shape.length if shape.direction.read else shape.capacity
        whole, then, now = (
            _told(clause, before, before) if clause is not None else None,
            0 if shape.position == shape.window else before.get(name),
            after.get(name),
        )
        if whole is None or not isinstance(then, int) or not isinstance(now, int):
            return Unavailable(f"nothing tells how far `{item.path}` was read or written")
        self.uses.append(WindowUse(item.path, shape, whole - then, whole - now, (now - then) * unit))
        if not then <= now <= whole:
            return Unavailable(f"`{shape.position}` is none of the numbers from {then} to {whole}")
        if shape.direction.read:
            assert isinstance(item.given, bytes | list)
            return item.given[now:]
        return contents_of(shape, item.raw[then * unit : now * unit])

    def _tail(self, shape: PointerShape, raw: bytes, path: str, fields: Mapping[str, object]) -> Value:
        """Return the flexible array member of a record in the caller's memory."""
        length, room = told_length(shape, fields), len(raw) // shape.unit
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
        match shape:
            case PointerShape():
                return self._followed(shape, raw, "result")
            case WithinShape():
                return cast("Value", self._place(shape, raw[:8], "result"))
            case AddressShape():
                return null_or_somewhere(raw)
            case NumberHandle():
                return cast("Value", self.known(shape, unpack(shape, raw, "result", shallow)))
            case NothingShape():
                return None
        seen: Value = self._unpacked(shape, raw, None, "result", Direction.OUT, ())
        return seen

    def _followed(self, shape: PointerShape, raw: bytes, path: str) -> Value:
        """Return what the library has left behind a pointer of its own."""
        budget, read = MOST, None
        if path in self.inner:
            inner, read = self.inner[path]
            shape, budget = inner.shape, inner.budget
        elif path in self.placed.follows:
            read = self.returned.followed[self.placed.follows.index(path)]
        if not any(raw) and not _is_half(read):
            if path.endswith(BEHIND) and not shape.nullable:
                self.nulls.append((path, shape))
            return None
        return SOMEWHERE if read is None else self._contents(shape, read, path, budget)

    def _contents(self, shape: PointerShape, read: PointerReadResult, path: str, budget: int) -> Value:
        """Return what was read behind a pointer that is not NULL, and behind those in it."""
        match read.reach:
            case PointerReadStatus.UNREADABLE:
                self.unreadable.append(path)
                return SOMEWHERE
            case PointerReadStatus.UNTERMINATED:
                self.unterminated.append(path)
            case PointerReadStatus.REVERSED:
                self.reversed.append((path, shape))
                return SOMEWHERE
        if shape.capacity is not None:
            return SOMEWHERE  # the caller's own
        raw, element, behind = read.contents, shape.element, read.behind
        match shape.what:
            case What.ONE:
                return self._element(element, raw, behind, 0, f"{path}{inner_path(shape)}", budget)
            case What.ARRAY:
                starts = range(0, len(raw) - element.size + 1, max(element.size, 1))
                return [
                    self._element(element, raw[at : at + element.size], behind, n, f"{path}[{n}]", budget)
                    for n, at in enumerate(starts)
                ]
        return raw

    def _element(
        self,
        shape: Shape,
        raw: bytes,
        behind: tuple[tuple[PointerReadResult, ...], ...],
        number: int,
        path: str,
        budget: int,
    ) -> Value:
        """Return element `number` of memory that was read, with what is `behind` its pointers."""
        if not behind:
            return unpack(shape, raw, path, shallow)
        known = _known(shape, behind, number, path, budget)

        def pointer(kind: Shape, address: bytes, where: str) -> Value:
            found = known.get(where)
            if found is None or not (any(address) or _is_half(found[1])):
                if isinstance(kind, PointerShape) and kind.nullable is False and not any(address):
                    self.nulls.append((where, kind))
                return null_or_somewhere(address)
            inner, read = found
            return self._contents(inner.shape, read, where, inner.budget)

        return unpack(shape, raw, path, pointer)

    def _settle(
        self, item: _Pending, after: Mapping[str, object], before: Mapping[str, object], *, leaves: bool
    ) -> None:
        """Cut memory down to its meaningful length, which may be known only now."""
        if item.shape.position:
            item.holder[item.key] = self._come_as_far(item, after, before)
            return
        shape, size = item.shape, 1 if item.shape.what is What.BYTES else item.shape.element.size
        if isinstance(item.key, int):
            after, before = (scope_of_element(shape, item.key, each) for each in (after, before))
        room = len(item.raw) // size
        length = room
        # What a failed call leaves in memory has no meaning, mostly, and neither has its length.
        if shape.length is not None and leaves:
            told = _told(shape.length, after, before)
            length = room if told is None else told
            if not 0 <= length <= room:
                self.overruns.append(Overrun(item.path, shape, length, room))
                length = room
        if shape.what is What.BYTES:
            item.holder[item.key] = item.raw[:length]
            return
        if shape.ended_by and leaves:
            starts = range(0, length * size, size)
            ends = (n for n, at in enumerate(starts) if item.raw[at : at + size] == shape.ended_by)
            end = next(ends, None)
            if end is None:
                self.unterminated.append(item.path)
            length = length if end is None else end
        held = f"{item.path}{EACH}"
        if leaves and held in self.placed.follows:
            behind = self.returned.followed[self.placed.follows.index(held)].behind
            for n in range(length):
                self.inner |= _known(shape.element, behind, n, f"{item.path}[{n}]", MOST)
        if leaves and (element := handles_left_in(shape)) is not None:
            self._handles(item.path, element, item.raw[: length * size])
        whole = ArrayShape(shape.element, length, length * size, shape.element.align)
        values = self._unpacked(whole, item.raw, item.given, item.path, shape.direction, item.scopes)
        # An array that a contract calls one is shown as one, even of bytes.
        item.holder[item.key] = values if isinstance(values, list) else list(values)


def _is_half(read: PointerReadResult | None) -> bool:
    """Tell whether a pointer that is NULL has an end that is not."""
    return read is not None and read.reach is PointerReadStatus.REVERSED


def _at(value: object, path: str) -> object:
    """Return what stands at a path in a record, such as ``.scheme.first`` or ``.parts[2].text``; None for nothing."""
    for part in path.replace("]", "").replace("[", ".").split(".")[1:]:
        if isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _numbers(shape: RecordShape, raw: bytes, *names: str) -> list[int]:
    """Return whole numbers among a record's fields, 0 where there is no such field."""
    members = {member.name: member for member in shape.members}
    found = [members.get(name) for name in names]
    return [
        0 if m is None else int.from_bytes(raw[m.offset : m.offset + m.shape.size], "little") for m in found
    ]


def _evaluated(expression: Expression, after: Mapping[str, object], before: Mapping[str, object]) -> object:
    """Return what an expression is after the call, Unavailable where that is nothing."""
    try:
        return expression.evaluate(after, before)
    except EvaluationError as error:
        return Unavailable(str(error))


def _told(clause: Expression, after: Mapping[str, object], before: Mapping[str, object]) -> int | None:
    """Return the length that the values after the call tell; None where the pointer to it was NULL."""
    told = clause.evaluate(after, before)
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int):
        raise EvaluationError(
            f"`{clause.text}` is {show(told)}, which is not a number of elements", clause.span
        )
    return int(told)


def _known(
    shape: Shape, behind: tuple[tuple[PointerReadResult, ...], ...], number: int, path: str, budget: int
) -> dict[str, tuple[InnerPointer, PointerReadResult]]:
    """Return what was read behind the pointers in element `number` of some memory, by their paths."""
    return {
        f"{path}{inner.path}": (inner, group[number])
        for inner, group in zip(inner_pointers(shape, budget), behind, strict=False)
        if number < len(group)
    }
