"""An observation back to values: what each name of a contract stands for before and after a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from abidance.boundary.memory import null_or_somewhere, unpack
from abidance.boundary.shapes import Array, Handle, Nothing, Opaque, Pointer, Record, Scalar, What
from abidance.boundary.sizes import count
from abidance.boundary.values import ROOM, SOMEWHERE, Mark, NewHandle, Value
from abidance.contract.expression import EvaluationError
from abidance.plan.observation import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.encode import Encoded, PlacedCall
    from abidance.boundary.model import Boundary
    from abidance.boundary.shapes import Member, Shape
    from abidance.plan.observation import Observation, Returned


@dataclass(frozen=True, slots=True)
class Overrun:
    """A length that the library told and that the memory cannot have; both in elements."""

    path: str
    shape: Pointer
    told: int
    room: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One call's values. `before` and `after` are environments for expressions, constants included.

    `unterminated` are the paths of strings without a NUL; `unreadable` of pointers that came back and point
    at nothing that can be read; `wide` of results and out values, by path, with their shapes.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    result: Value
    overruns: tuple[Overrun, ...] = ()
    unterminated: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    scalars: tuple[tuple[str, Member | None, Scalar, int | float], ...] = ()
    errno: int = 0


def decode(boundary: Boundary, encoded: Encoded, observation: Observation, index: int) -> Seen:
    """Return what call `index` of the plan saw and left. The call must have run."""
    placed = encoded.calls[index]
    returned = observation.calls[index]
    reader = _Reader(boundary, encoded, placed, returned)
    before = reader.before(observation, index)
    return reader.after(before)


@dataclass(slots=True)
class _Reader:
    boundary: Boundary
    encoded: Encoded
    placed: PlacedCall
    returned: Returned
    overruns: list[Overrun] = field(default_factory=list)
    unterminated: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    scalars: list[tuple[str, Member | None, Scalar, int | float]] = field(default_factory=list)
    lengths: dict[str, tuple[Pointer, bytes]] = field(default_factory=dict)
    memory: dict[int, bytes] = field(default_factory=dict)

    def before(self, observation: Observation, index: int) -> dict[str, Any]:
        """Return the arguments as an expression sees them before the call."""
        values: dict[str, Any] = {}
        for member in self.placed.function.members:
            value = self.placed.arguments[member.name]
            block = self.placed.storage.get(member.name)
            if block is not None and isinstance(value, NewHandle):
                record = self.boundary.handles[value.handle].record
                raw = self._earlier(observation, index, block)
                assert record is not None
                fields = unpack(record, raw, member.name, _shallow)
                assert isinstance(fields, dict)
                values[member.name] = {**fields, **value.state}
            else:
                values[member.name] = as_seen(value)
        return values

    def _earlier(self, observation: Observation, index: int, block: int) -> bytes:
        for earlier in range(index - 1, -1, -1):
            call = self.encoded.plan.calls[earlier]
            returned = observation.calls[earlier]
            if block in call.watched and returned.ran:
                return returned.blocks[call.watched.index(block)]
        return self.encoded.plan.blocks[block].contents

    def after(self, before: dict[str, Any]) -> Seen:
        """Return the whole view; `before` is what `before()` returned."""
        call = self.encoded.plan.calls[self.encoded.calls.index(self.placed)]
        self.memory = dict(zip(call.watched, self.returned.blocks, strict=True))
        after: dict[str, Any] = {}
        for member in self.placed.function.members:
            after[member.name] = self._member(member, before[member.name])
        result = self._result()
        after["result"] = result
        self._settle(after, before)
        return Seen(
            before=self.boundary.scope(before),
            after=self.boundary.scope(after, {"errno": self.returned.errno}),
            result=result,
            overruns=tuple(self.overruns),
            unterminated=tuple(self.unterminated),
            unreadable=tuple(self.unreadable),
            scalars=tuple(self.scalars),
            errno=self.returned.errno,
        )

    def _member(self, member: Member, value: Any) -> Any:
        path = member.name
        if path in self.placed.storage:
            block = self.placed.storage[path]
            life = self.boundary.handles[_handle_name(member.shape)]
            assert life.record is not None
            return self._unpack(life.record, self.memory[block], path, value)
        if isinstance(member.shape, Pointer):
            return self._pointee(member.shape, path, value, member)
        return value

    def _pointee(self, shape: Pointer, path: str, value: Any, member: Member | None) -> Any:
        block = self.placed.places.get(path)
        if block is None:
            return None
        if block not in self.memory:
            # Read-only memory keeps its value; records in it may still point at memory that is written.
            return self._nested(shape.element, path, value) if shape.what is What.ONE else value
        raw = self.memory[block]
        match shape.what:
            case What.ONE:
                seen = self._unpack(shape.element, raw, path, value)
                if isinstance(shape.element, Scalar):
                    assert isinstance(seen, int | float)
                    self.scalars.append((path, member, shape.element, seen))
                return seen
            case What.STRING:
                text, found, _ = raw.partition(b"\0")
                if not found:
                    self.unterminated.append(path)
                return text
            case _:
                self.lengths[path] = (shape, raw)
                return raw

    def _nested(self, shape: Shape, path: str, value: Any) -> Any:
        if not isinstance(shape, Record) or not isinstance(value, dict):
            return value
        fields = dict(value)
        for member in shape.members:
            inner = f"{path}.{member.name}"
            if isinstance(member.shape, Pointer) and member.name in fields:
                fields[member.name] = self._pointee(member.shape, inner, fields[member.name], member)
            elif isinstance(member.shape, Record):
                fields[member.name] = self._nested(member.shape, inner, fields.get(member.name))
        return fields

    def _unpack(self, shape: Shape, raw: bytes, path: str, value: Any) -> Any:
        def pointer(kind: Shape, stored: bytes, where: str) -> Value:
            if isinstance(kind, Pointer) and where in self.placed.places:
                earlier: Any = value
                for name in where[len(path) + 1 :].split("."):
                    earlier = earlier.get(name) if isinstance(earlier, dict) else None
                seen: Value = self._pointee(kind, where, earlier, None)
                return seen
            return null_or_somewhere(stored)

        seen = unpack(shape, raw, path, pointer)
        if isinstance(shape, Record) and isinstance(seen, dict):
            self.scalars.extend(
                (f"{path}.{m.name}", m, m.shape, seen[m.name])
                for m in shape.members
                if isinstance(m.shape, Scalar)
            )
        return seen

    def _result(self) -> Value:
        shape = self.placed.function.result.shape
        raw = self.returned.result
        match shape:
            case Scalar():
                value = unpack(shape, raw, "result", _shallow)
                assert isinstance(value, int | float)
                self.scalars.append(("result", None, shape, value))
                return value
            case Record() | Array():
                return unpack(shape, raw, "result", _shallow)
            case Pointer():
                return self._followed(shape, raw)
            case Handle() | Opaque():
                return null_or_somewhere(raw)
            case Nothing():
                return None

    def _followed(self, shape: Pointer, raw: bytes) -> Value:
        if not any(raw):
            return None
        if not self.returned.followed:
            return SOMEWHERE
        followed = self.returned.followed[0]
        match followed.reach:
            case Reach.UNREADABLE:
                self.unreadable.append("result")
                return SOMEWHERE
            case Reach.UNTERMINATED:
                self.unterminated.append("result")
        match shape.what:
            case What.ONE:
                return unpack(shape.element, followed.contents, "result", _shallow)
            case What.ARRAY:
                return _elements(shape, followed.contents)
        return followed.contents

    def _settle(self, after: dict[str, Any], before: dict[str, Any]) -> None:
        """Cut memory down to its meaningful length, which may be known only now."""
        success = self.placed.function.result.success(after["result"])
        for path, (shape, raw) in self.lengths.items():
            size = 1 if shape.what is What.BYTES else shape.element.size
            room = len(raw) // size
            length = room
            if shape.length is not None and success:
                scope = self._scope_of(path, after)
                try:
                    length = count(shape.length, self.boundary.scope(scope, {"old": before}, after))
                except EvaluationError:
                    # A length that failed calls leave without meaning; the postconditions decide about it.
                    length = room
                if length > room:
                    self.overruns.append(Overrun(path, shape, length, room))
                    length = room
            cut = raw[: length * size]
            _put(after, path, cut if shape.what is What.BYTES else _elements(shape, cut))

    def _scope_of(self, path: str, after: dict[str, Any]) -> Mapping[str, Any]:
        scope: Any = after
        for name in path.split(".")[:-1]:
            scope = scope.get(name) if isinstance(scope, dict) else None
        return scope if isinstance(scope, dict) else {}


def as_seen(value: Value) -> Any:
    """Return a given value as expressions see it: a handle is SOMEWHERE, room for output has no value yet."""
    match value:
        case NewHandle():
            return SOMEWHERE
        case dict():
            return {name: as_seen(item) for name, item in value.items()}
        case Mark.ROOM:
            return ROOM
        case _:
            return value


def _elements(shape: Pointer, raw: bytes) -> list[Value]:
    size = shape.element.size
    return [
        unpack(shape.element, raw[i : i + size], "", _shallow) for i in range(0, len(raw) - size + 1, size)
    ]


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    target: Any = values
    for name in outer:
        target = target.get(name)
        if not isinstance(target, dict):
            return
    target[last] = value


def _handle_name(shape: Shape) -> str:
    assert isinstance(shape, Handle)
    return shape.handle


def _shallow(shape: Shape, raw: bytes, path: str) -> Value:
    return null_or_somewhere(raw)
