"""What a library calls back with: which memory to read while it does, and what came as values of expressions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from abidance.boundary.memory import is_byte, null_or_somewhere, pack_scalar, unpack, unpack_scalar
from abidance.boundary.shapes import Array, Direction, Member, Nothing, Pointer, Record, Scalar, What
from abidance.boundary.values import SOMEWHERE
from abidance.boundary.views import as_seen, members_seen
from abidance.contract.expression import Unavailable, declared
from abidance.plan import plan as p
from abidance.plan.observation import Followed, Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model import Boundary
    from abidance.boundary.placed import Encoded, PlacedCall, PlacedCallback
    from abidance.boundary.reals import Real
    from abidance.boundary.shapes import Callback, Shape
    from abidance.contract.expression import Expression
    from abidance.plan.observation import Invocation, Observation

LONGEST = 1 << 20
"""More than this is not read behind a pointer, in bytes."""
UNTOLD = 1 << 12
"""So much is read where only an expression tells the length, if there is as much."""
ANSWER = "result"


def invocations_member(callback: Callback) -> Member:
    """Return `calls`, what expressions see of a callback: a list of records of its parameters and its answer."""
    span = callback.span or callback.declared
    assert span is not None
    members = [m for index, m in enumerate(callback.members) if index != callback.given_back]
    if not isinstance(callback.result, Nothing) and ANSWER not in {m.name for m in members}:
        members.append(Member(ANSWER, callback.result, span))
    record = Record("invocation", 0, 1, tuple(members))
    return Member("calls", Pointer(Direction.OUT, What.ARRAY, record, span), span)


@dataclass(slots=True)
class Reads:
    """What is read while a callback runs, with the path and the shape of each pointer that is followed."""

    callback: Callback
    reads: list[p.Read] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    shapes: list[Pointer] = field(default_factory=list)

    @classmethod
    def of(cls, callback: Callback) -> Reads:
        """Return the reads of a callback: numbers behind pointers first, since they may be lengths."""
        made = cls(callback)
        places = {m.name: (n, 0, m.shape) for n, m in enumerate(callback.members)}
        order = sorted(callback.members, key=lambda m: not _points_at_number(m.shape))
        for member in order:
            region, offset, shape = places[member.name]
            made._member(member.name, shape, region, offset, (places,))
        return made

    def _member(
        self,
        path: str,
        shape: Shape,
        region: int,
        offset: int,
        scopes: tuple[Mapping[str, tuple[int, int, Shape]], ...],
    ) -> None:
        match shape:
            case Pointer():
                self._pointer(path, shape, p.Spot(region, offset), scopes)
            case Record(members=members):
                inner = {m.name: (region, offset + m.offset, m.shape) for m in members if not m.bits}
                for member in members:
                    if not member.bits and not member.within:
                        where = (region, offset + member.offset)
                        self._member(f"{path}.{member.name}", member.shape, *where, (inner, *scopes))

    def _pointer(
        self,
        path: str,
        shape: Pointer,
        spot: p.Spot,
        scopes: tuple[Mapping[str, tuple[int, int, Shape]], ...],
    ) -> None:
        match shape.what:
            case What.STRING:
                self._add(path, shape, p.Read(spot, string=True, limit=1 << 16))
            case What.ONE:
                region = self._add(path, shape, p.Read(spot, limit=shape.element.size))
                if path.count(".") < 3:
                    self._member(path, shape.element, region, 0, scopes)
            case _:
                size = 1 if shape.what is What.BYTES else shape.element.size
                self._add(path, shape, self._several(shape, spot, size, scopes))

    def _several(
        self,
        shape: Pointer,
        spot: p.Spot,
        size: int,
        scopes: tuple[Mapping[str, tuple[int, int, Shape]], ...],
    ) -> p.Read:
        clause = shape.length
        assert clause is not None
        if not clause.names:
            number = clause.evaluate({})
            known = number if isinstance(number, int) and number >= 0 else 0
            return p.Read(spot, limit=min(known * size, LONGEST))
        name = declared(clause.text.strip())
        found = next((scope[name] for scope in scopes if name in scope), None)
        if found is not None:
            region, offset, kind = found
            if _points_at_number(kind):
                behind = next((n for n, path in enumerate(self.paths) if path == name), None)
                assert isinstance(kind, Pointer)
                if behind is not None and isinstance(kind.element, Scalar):
                    length = p.Spot(len(self.callback.members) + behind, 0, kind.element.size)
                    return p.Read(spot, length=length, scale=size, limit=LONGEST)
            elif isinstance(kind, Scalar) and kind.kind != "float" and kind.size <= 8:
                return p.Read(spot, length=p.Spot(region, offset, kind.size), scale=size, limit=LONGEST)
        return p.Read(spot, limit=min(UNTOLD * size, LONGEST))

    def _add(self, path: str, shape: Pointer, read: p.Read) -> int:
        self.reads.append(read)
        self.shapes.append(shape)
        self.paths.append(path)
        return len(self.callback.members) + len(self.reads) - 1


def _points_at_number(shape: Shape) -> bool:
    return isinstance(shape, Pointer) and shape.what is What.ONE and isinstance(shape.element, Scalar)


@dataclass(frozen=True, slots=True)
class Called:
    """One invocation in the boundary's terms. `number` counts those of one callback in one call, from 0.

    `values` are by the callback's parameters. `scope` is what its expressions are evaluated on. `nulls`,
    `unterminated` and `unreadable` are paths of pointers that are none of what they must be.
    """

    placed: PlacedCallback
    invocation: Invocation
    number: int
    values: Mapping[str, Any]
    scope: Mapping[str, Any]
    scalars: tuple[tuple[str, Scalar, Real], ...] = ()
    nulls: tuple[str, ...] = ()
    unterminated: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    strings: tuple[tuple[str, bytes, str], ...] = ()


def called_in(
    boundary: Boundary, encoded: Encoded, observation: Observation, index: int
) -> tuple[Called, ...]:
    """Return the invocations that came while call `index` ran, as far as they belong to this plan."""
    found: list[Called] = []
    counts: dict[int, int] = {}
    for each in observation.calls[index].invocations:
        if each.callback is None or each.late or each.call != index:
            continue
        placed = encoded.callbacks[each.callback]
        number = counts.get(each.callback, 0)
        counts[each.callback] = number + 1
        found.append(_Invoked(boundary, encoded, placed, each).read(number))
    return tuple(found)


def surroundings(boundary: Boundary, call: PlacedCall, path: str) -> Mapping[str, Any]:
    """Return what expressions about a callback see of the call that was given it, its own record nearest."""
    outer = boundary.scope(members_seen(call.function.members, call.arguments))
    holders: list[Mapping[str, Any]] = []
    value: Any = call.arguments
    members = call.function.members
    for part in path.split(".")[:-1]:
        member = next((m for m in members if m.name == part), None)
        value = value.get(part) if isinstance(value, dict) else None
        shape = (
            member.shape.element if member and isinstance(member.shape, Pointer) else member and member.shape
        )
        if not isinstance(shape, Record) or not isinstance(value, dict):
            break
        members = shape.members
        holders.insert(0, members_seen(members, value))
    return boundary.scope(*holders, outer=outer) if holders else outer


class _Invoked:
    def __init__(
        self, boundary: Boundary, encoded: Encoded, placed: PlacedCallback, invocation: Invocation
    ) -> None:
        self._boundary = boundary
        self._placed = placed
        self._invocation = invocation
        reads = Reads.of(placed.shape)
        self._behind = dict(zip(reads.paths, invocation.reads, strict=True))
        self._around = surroundings(boundary, encoded.calls[placed.call], placed.path)
        self._scalars: list[tuple[str, Scalar, Real]] = []
        self._nulls: list[str] = []
        self._unterminated: list[str] = []
        self._unreadable: list[str] = []
        self._strings: list[tuple[str, bytes, str]] = []

    def read(self, number: int) -> Called:
        """Return everything about the invocation."""
        shape = self._placed.shape
        given = dict(zip((m.name for m in shape.members), self._invocation.arguments, strict=True))
        numbers: dict[str, Any] = {}
        for member in sorted(shape.members, key=lambda m: not isinstance(m.shape, Scalar)):
            if isinstance(member.shape, Scalar):
                numbers[member.name] = unpack_scalar(member.shape, given[member.name][: member.shape.size])
            elif _points_at_number(member.shape):
                numbers[member.name] = self._value(member.name, member.shape, given[member.name], numbers)
        values: dict[str, Any] = {}
        for index, member in enumerate(shape.members):
            if index == shape.given_back:
                values[member.name] = null_or_somewhere(given[member.name])
            elif _points_at_number(member.shape):
                values[member.name] = numbers[member.name]
            else:
                values[member.name] = self._value(member.name, member.shape, given[member.name], numbers)
        scope = self._boundary.scope(values, outer=self._around)
        if self._placed.answers and ANSWER not in values:
            answer = self._placed.answers[min(self._invocation.answer, len(self._placed.answers) - 1)]
            values[ANSWER] = as_seen(shape.result, answer)
        return Called(
            self._placed,
            self._invocation,
            number,
            values,
            scope,
            tuple(self._scalars),
            tuple(self._nulls),
            tuple(self._unterminated),
            tuple(self._unreadable),
            tuple(self._strings),
        )

    def _value(self, path: str, shape: Shape, raw: bytes, near: Mapping[str, Any]) -> Any:
        match shape:
            case Scalar():
                number = unpack_scalar(shape, raw[: shape.size])
                self._scalars.append((path, shape, number))
                return number
            case Pointer():
                return self._pointer(path, shape, near)
            case Record():
                return self._record(path, shape, raw)
            case Array(of=of, count=count) if not is_byte(of):
                step = of.size
                return [
                    self._value(f"{path}[{n}]", of, raw[n * step : (n + 1) * step], near)
                    for n in range(count)
                ]
            case Nothing():
                return SOMEWHERE
        value = unpack(shape, raw, path, lambda _shape, pointer, _path: null_or_somewhere(pointer))
        if value is None and not self._may_be_null(shape, near):
            self._nulls.append(path)
        return value

    def _record(self, path: str, shape: Record, raw: bytes) -> dict[str, Any]:
        shallow = unpack(shape, raw, path, lambda _shape, pointer, _path: null_or_somewhere(pointer))
        assert isinstance(shallow, dict)
        fields = dict(shallow)
        for member in shape.members:
            if member.bits or member.within:
                continue  # which alternative of a union there is, nobody tells
            part = raw[member.offset : member.offset + member.shape.size]
            fields[member.name] = self._value(f"{path}.{member.name}", member.shape, part, shallow)
        return fields

    def _may_be_null(self, shape: Shape, near: Mapping[str, Any]) -> bool:
        nullable = getattr(shape, "nullable", True)
        if isinstance(nullable, bool):
            return nullable
        scope = self._boundary.scope(near, outer=self._around)
        return bool(nullable.names <= scope.keys() and nullable.holds(scope))

    def _pointer(self, path: str, shape: Pointer, near: Mapping[str, Any]) -> Any:
        followed = self._behind.get(path)
        if followed is None:
            return SOMEWHERE
        if followed.reach is Reach.NULL:
            if not self._may_be_null(shape, near):
                self._nulls.append(path)
            return None
        match shape.what:
            case What.STRING:
                return self._string(path, shape, followed)
            case What.ONE:
                if len(followed.contents) < shape.element.size:
                    self._unreadable.append(path)
                    return SOMEWHERE
                return self._value(path, shape.element, followed.contents, near)
        return self._several(path, shape, followed, near)

    def _string(self, path: str, shape: Pointer, followed: Followed) -> Any:
        if followed.reach is Reach.UNREADABLE:
            self._unterminated.append(path)
            return SOMEWHERE
        if followed.reach is Reach.UNTERMINATED:
            return Unavailable(f"`{path}` is longer than what is looked at of a string")
        self._strings.append((path, followed.contents, shape.encoding))
        return followed.contents

    def _several(self, path: str, shape: Pointer, followed: Followed, near: Mapping[str, Any]) -> Any:
        size = 1 if shape.what is What.BYTES else shape.element.size
        wanted = _told(shape.length, self._boundary.scope(near, outer=self._around))
        if wanted is None:
            return Unavailable(f"the length of `{path}` is not known here")
        if wanted * size > len(followed.contents):
            if followed.reach is Reach.UNREADABLE:
                self._unreadable.append(path)
                return SOMEWHERE
            return Unavailable(f"`{path}` is longer than what is looked at of it")
        raw = followed.contents[: wanted * size]
        if shape.what is What.BYTES:
            return raw
        return [
            self._value(f"{path}[{n}]", shape.element, raw[n * size : (n + 1) * size], near)
            for n in range(wanted)
        ]


def _told(clause: Expression | None, scope: Mapping[str, Any]) -> int | None:
    if clause is None or not clause.names <= scope.keys():
        return None
    told = clause.evaluate(scope)
    if told is None:
        return 0
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else None


def calls_seen(called: tuple[Called, ...]) -> dict[int, list[dict[str, Any]]]:
    """Return what expressions see as `calls`, by the callback's number in the plan."""
    found: dict[int, list[dict[str, Any]]] = {}
    for each in called:
        index = each.invocation.callback
        assert index is not None
        shown = dict(each.values)
        back = each.placed.shape.given_back
        if back is not None:
            shown.pop(each.placed.shape.members[back].name)
        found.setdefault(index, []).append(shown)
    return found


def user_data_of(encoded: Encoded, placed: PlacedCallback) -> tuple[bytes | None, int | None] | None:
    """Return what a callback must get back: bytes, or the address of a block; None when that is not known."""
    if placed.shape.given_back is None:
        return None
    call = encoded.calls[placed.call]
    prefix = placed.path.rpartition(".")[0]
    name = placed.shape.user_data
    path = f"{prefix}.{name}" if prefix else name
    if path in call.places:
        return None, call.places[path]
    members, value = call.function.members, dict(call.arguments)
    for part in path.split("."):
        member = next((m for m in members if m.name == part), None)
        if member is None or not isinstance(value, dict) or part not in value:
            return None
        value = value[part]  # type: ignore[assignment]
        shape = member.shape.element if isinstance(member.shape, Pointer) else member.shape
        members = shape.members if isinstance(shape, Record) else ()
    if value is None:
        return bytes(8), None
    if member is not None and isinstance(member.shape, Scalar):
        return pack_scalar(member.shape, value), None
    return None
