"""Values for one call, made of choices: lawful ones by construction wherever the contract tells how.

Lengths are tied to the buffers that they describe, NULL appears where it is lawful, records are made field by
field, handles come with the arguments that create them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from abidance.boundary.memory import is_byte
from abidance.boundary.shapes import Array, Handle, Nothing, Opaque, Pointer, Record, Scalar, What
from abidance.boundary.sizes import LARGEST, count
from abidance.boundary.ties import ties
from abidance.boundary.values import ROOM, NewHandle
from abidance.boundary.views import as_seen, members_seen
from abidance.contract.expression import declared
from abidance.generate import buffers, scalars
from abidance.generate.hints import Bounds, Hints
from abidance.generate.source import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model import Boundary, Function
    from abidance.boundary.shapes import Member, Shape
    from abidance.boundary.values import Value, Values
    from abidance.contract.expression import EvaluationError, Expression
    from abidance.core.span import Span
    from abidance.generate.source import Source

MISSING = object()
ROOMY = 4096
"""Memory is made up to this many elements where the contract gives no range."""
LARGE = 1 << 24
"""Memory of more bytes than this is not made up."""
MANY = 1 << 16
"""Arrays of more elements than this are not made up."""


class FilterLog:
    """How many cases each condition of the contract refused, for the message when it is nearly all of them.

    `unjudged` are the conditions that had no value on some values, by their places.
    """

    def __init__(self) -> None:
        self.tried = 0
        self.refused: dict[tuple[str, Span | None], int] = {}
        self.unjudged: dict[str, EvaluationError] = {}

    def refuse(self, text: str, span: Span | None) -> RefusedError:
        """Count one refusal, and return what to raise."""
        self.refused[text, span] = self.refused.get((text, span), 0) + 1
        return RefusedError(text)

    @property
    def worst(self) -> Span | None:
        """Return the place of the condition that refused most, if any refused one."""
        return max(self.refused, key=self.refused.__getitem__)[1] if self.refused else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where members are made: their path so far, what else the call has, and what is given.

    `given` fixes members to values; a Scalar there stands for any of its numbers. `free` allows what the
    contract forbids, for the members that are given.
    """

    prefix: str
    outer: Mapping[str, Any] | None
    hints: Hints
    given: Mapping[str, Any]
    free: bool = False


@dataclass(slots=True)
class Pool:
    """What other parts of the same call have: numbers by path, sizes, and contents to be like."""

    numbers: dict[str, int] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    @property
    def near(self) -> list[int]:
        """Return numbers worth coming close to."""
        return [*self.numbers.values(), *self.sizes][-8:]

    def note(self, path: str, value: object) -> None:
        """Remember a value that was made."""
        if isinstance(value, bytes):
            self.contents.append(value)
        if isinstance(value, bytes | list):
            self.sizes.append(len(value))
            self.numbers[f"len({path})"] = len(value)
        elif isinstance(value, int):
            self.numbers[path] = int(value)


@dataclass(slots=True)
class Drawer:
    """Makes the arguments of one call."""

    boundary: Boundary
    source: Source
    log: FilterLog
    pool: Pool = field(default_factory=Pool)

    def arguments(
        self, function: Function, hints: Hints, given: Mapping[str, Any], *, lawful: bool
    ) -> Values:
        """Return arguments that keep the preconditions; raises RefusedError.

        With `lawful` false, those that name something given are not asked: the call is meant to break them.
        """
        self.log.tried += 1
        values = self.scope(function.members, Scope("", None, hints, given, free=not lawful))
        asked = [e for e in hints.to_filter if lawful or not e.names & {*given}]
        for _ in range(2):
            seen = self.boundary.scope(members_seen(function.members, values))
            broken = next((e for e in asked if not e.holds(seen)), None)
            if broken is None:
                return values
            if not _sort(function.members, values, given):
                break
        assert broken is not None
        raise self.log.refuse(broken.text, broken.span)

    def scope(self, members: tuple[Member, ...], scope: Scope) -> Values:
        """Make the members of one scope: lengths with their buffers first, then numbers, then the rest."""
        members = self._alternatives(members, scope.given)
        values: Values = {}
        for length, group in ties(members).items():
            self._tied(_named(members, length), group, scope, values)
        caps = sizing(members)
        later: list[Member] = []
        for member in members:
            if member.name in values:
                continue
            number = _number(member.shape)
            if number is None:
                later.append(member)
            else:
                values[member.name] = self._number(member, number, scope, values, caps.get(member.name))
                self.pool.note(f"{scope.prefix}{member.name}", values[member.name])
        for member in later:
            around = self.boundary.scope(members_seen(members, values), outer=scope.outer)
            value = self.value(member, around, scope)
            values[member.name] = value
            self.pool.note(f"{scope.prefix}{member.name}", value)
        for member in members:
            if isinstance(member.shape, Pointer):
                self._fits(member, member.shape, members, values, scope)
        return {member.name: values[member.name] for member in members}

    def _alternatives(self, members: tuple[Member, ...], given: Mapping[str, Any]) -> tuple[Member, ...]:
        """Return the members to give: of each union, those of one alternative."""
        if not any(member.within for member in members):
            return members
        chosen: dict[str, int] = {}
        for member in members:
            if member.name in given:
                chosen.update(member.within)
        kept = []
        for member in members:
            for union, which in member.within:
                if union not in chosen:
                    options = {w for m in members for u, w in m.within if u == union}
                    chosen[union] = self.source.pick(sorted(options))
                if chosen[union] != which:
                    break
            else:
                kept.append(member)
        return tuple(kept)

    def _number(
        self, member: Member, number: Scalar, scope: Scope, values: Values, most: int | None
    ) -> Value:
        shape, path = member.shape, f"{scope.prefix}{member.name}"
        fixed = scope.given.get(member.name, MISSING)
        if fixed is not MISSING:
            given: Value = self._fixed(fixed)
            self._check_given(number, given, member, scope)
            return given
        if isinstance(shape, Pointer):
            if shape.nullable is not False and self._null(shape, scope, values):
                return None
            if not shape.direction.read:
                return ROOM
        bounds = scope.hints.bounds(path)
        related = scope.hints.related(path, self.pool.numbers)
        if related != Bounds():
            low, high = related.narrow(-LARGEST, LARGEST)
            bounds = bounds.with_fact(">=", low).with_fact("<=", high) if number.kind != "float" else bounds
        return self._scalar(number, path, bounds, scope, most)

    def _scalar(
        self, shape: Scalar, path: str, bounds: Bounds, scope: Scope, most: int | None = None
    ) -> Value:
        try:
            return scalars.number(self.source, shape, bounds, scope.hints.numbers(path), self.pool.near, most)
        except scalars.NoNumberError:
            raise self.log.refuse(f"`{path}` has no lawful value", shape.span) from None

    def _check_given(self, shape: Shape, given: Value, member: Member, scope: Scope) -> None:
        """Refuse a given number that the contract does not allow at its place."""
        for value in given if isinstance(given, list) else (given,):
            if (
                isinstance(shape, Scalar)
                and not scope.free
                and isinstance(value, int | float)
                and not scalars.lawful(shape, value)
            ):
                raise self.log.refuse(f"{value} at `{member.name}`", member.promised)

    def _fixed(self, fixed: Any) -> Any:
        return scalars.number(self.source, fixed, Bounds()) if isinstance(fixed, Scalar) else fixed

    def _tied(self, length: Member, group: tuple[Member, ...], scope: Scope, values: Values) -> None:
        """Make the buffers of one length, and let them say it."""
        number = _number(length.shape)
        assert number is not None
        fixed = {m.name: self._fixed(scope.given[m.name]) for m in group if m.name in scope.given}
        told = {len(value) for value in fixed.values() if isinstance(value, bytes | list)}
        path = f"{scope.prefix}{length.name}"
        for member in group:
            assert isinstance(member.shape, Pointer)
            self._check_given(member.shape.element, fixed.get(member.name), member, scope)
        if length.name in scope.given:
            size = self._fixed(scope.given[length.name])
            self._check_given(number, size, length, scope)
            values[length.name] = size
            if told and told != {size} and not scope.free:
                raise self._differs(group)
            size = size if isinstance(size, int) and 0 <= size <= LARGE else 0
        elif told:
            if len(told) > 1 and not scope.free:
                raise self._differs(group)
            size = values[length.name] = max(told)
        else:
            low, high = self._sizes(length, number, group, scope)
            near = self.pool.near
            if any(value is None for value in fixed.values()) and scope.free:
                # NULL is what makes the call unlawful, so there must be something to point at.
                lawful = [
                    m
                    for m in group
                    if m.name in fixed and self._may_be_null(m.shape, scope, {length.name: low})
                ]
                low = low + 1 if lawful and low < high else low
            size = values[length.name] = buffers.size(self.source, low, high, scope.hints.numbers(path), near)
        self.pool.note(path, values[length.name])
        for member in group:
            assert isinstance(member.shape, Pointer)
            if member.name in fixed:
                values[member.name] = fixed[member.name]
            elif self._null(member.shape, scope, {length.name: values[length.name]}):
                values[member.name] = None
            else:
                values[member.name] = self._memory(
                    member.shape, f"{scope.prefix}{member.name}", size, size, scope
                )
            self.pool.note(f"{scope.prefix}{member.name}", values[member.name])

    def _sizes(
        self, length: Member, number: Scalar, group: tuple[Member, ...], scope: Scope
    ) -> tuple[int, int]:
        """Return the range of sizes that a length and all of its buffers allow."""
        path = f"{scope.prefix}{length.name}"
        low, high = scope.hints.bounds(path).narrow(int(number.lowest), int(number.highest))
        low, high = scope.hints.related(path, self.pool.numbers).narrow(max(low, 0), high)
        roof = ROOMY
        for member in group:
            assert isinstance(member.shape, Pointer)
            inner = f"{scope.prefix}{member.name}"
            low, high = scope.hints.bounds(f"len({inner})").narrow(low, high)
            if only := scope.hints.only(inner):
                low, high = max(low, min(map(len, only))), min(high, max(map(len, only)))
            if member.shape.limit is not None:
                roof = min(roof, member.shape.limit)
            elif not is_byte(member.shape.element) and member.shape.what is What.ARRAY:
                roof = min(roof, max(ROOMY // member.shape.element.size, 64))
        return low, max(min(high, roof), low)

    def _differs(self, group: tuple[Member, ...]) -> RefusedError:
        shape = group[0].shape
        assert isinstance(shape, Pointer)
        assert shape.length is not None
        return self.log.refuse(shape.length.text, shape.length.span)

    def _null(self, shape: Pointer | Handle | Opaque, scope: Scope, values: Mapping[str, Any]) -> bool:
        return self._may_be_null(shape, scope, values) and self.source.flag()

    def _may_be_null(self, shape: Shape, scope: Scope, values: Mapping[str, Any]) -> bool:
        assert isinstance(shape, Pointer | Handle | Opaque)
        if isinstance(shape.nullable, bool):
            return shape.nullable
        around = self.boundary.scope(values, outer=scope.outer)
        # What it depends on may not be made yet: then it is not NULL.
        known = shape.nullable.names <= around.keys()
        return known and shape.nullable.holds(around)

    def value(self, member: Member, around: Mapping[str, Any], scope: Scope) -> Value:
        """Make what is no plain number: memory, records, handles."""
        shape, path = member.shape, f"{scope.prefix}{member.name}"
        fixed = scope.given.get(member.name, MISSING)
        if isinstance(fixed, list) and isinstance(shape, Pointer):
            self._check_given(shape.element, fixed, member, scope)
        if fixed is not MISSING and not (isinstance(fixed, dict) and _record(shape)):
            given: Value = self._fixed(fixed)
            return given
        inner = Scope(path, around, scope.hints, fixed if isinstance(fixed, dict) else {}, free=scope.free)
        match shape:
            case Pointer():
                if fixed is MISSING and self._null(shape, inner, {}):
                    return None
                return self._pointee(shape, path, inner)
            case Handle():
                if shape.made:
                    return self._new_storage(shape)
                return None if self._null(shape, inner, {}) else self.handle(shape.handle)
            case Opaque():
                if shape.nullable is not False and not self._may_be_null(shape, inner, {}):
                    raise self.log.refuse(f"`{path}` must not be NULL here", member.promised)
                return None
            case Nothing():
                return None
            case _:
                return self._in_place(shape, path, inner)

    def handle(self, name: str) -> NewHandle:
        """Make the arguments that a new handle is created with, and the state it is used in."""
        create = self.boundary.functions[self.boundary.handles[name].create]
        inner = Drawer(self.boundary, self.source, self.log)
        arguments = inner.arguments(create, Hints.of(self.boundary, create), {}, lawful=True)
        return NewHandle(name, arguments, self._state(name))

    def _state(self, name: str) -> Values:
        life = self.boundary.handles[name]
        if not life.record:
            return {}
        described = tuple(m for m in life.record.members if m.name in life.described)
        return self.scope(described, Scope(f"{name}.", None, Hints(), {}))

    def _new_storage(self, shape: Handle) -> Value:
        life = self.boundary.handles[shape.handle]
        return self._state(shape.handle) if life.record and shape.level == 1 else ROOM

    def _pointee(self, shape: Pointer, path: str, scope: Scope) -> Value:
        if not shape.direction.read:
            return ROOM
        match shape.what:
            case What.ONE:
                return self._in_place(shape.element, path, scope)
            case What.STRING:
                return self._string(shape, path, scope)
        assert scope.outer is not None
        if not _is_known(shape.length, scope.outer):
            roof = shape.limit if shape.limit is not None else ROOMY
            if shape.capacity is not None:
                roof = min(roof, self._count(shape.capacity, scope.outer))
            low, high = scope.hints.bounds(f"len({path})").narrow(0, roof)
            return self._memory(shape, path, low, max(high, low), scope)
        assert shape.length is not None
        size = self._count(shape.length, scope.outer, LARGE if shape.what is What.BYTES else MANY)
        return self._memory(shape, path, size, size, scope)

    def _count(self, clause: Expression, around: Mapping[str, Any], most: int = LARGE) -> int:
        """Return a number of elements that can be made up; raises RefusedError for one that cannot."""
        number = clause.evaluate(around)
        if isinstance(number, int) and not isinstance(number, bool) and not 0 <= number <= most:
            raise self.log.refuse(clause.text, clause.span)
        return count(clause, around)

    def _fits(
        self, member: Member, shape: Pointer, members: tuple[Member, ...], values: Values, scope: Scope
    ) -> None:
        """Refuse memory that is too large to make up, and contents that are not as long as the contract says."""
        value, given = values[member.name], member.name in scope.given
        if value is None or (given and scope.free):
            return
        around = self.boundary.scope(members_seen(members, values), outer=scope.outer)
        held = len(value) if isinstance(value, bytes | list) else None
        if shape.capacity is not None and not given:
            capacity = self._count(shape.capacity, around)
            if held is not None and held + (shape.what is What.STRING) > capacity:
                raise self.log.refuse(shape.capacity.text, shape.capacity.span)
        if given and held is not None and _is_known(shape.length, around):
            assert shape.length is not None
            if held != self._count(shape.length, around):
                raise self.log.refuse(shape.length.text, shape.length.span)

    def _memory(
        self, shape: Pointer, path: str, lowest: int, highest: int, scope: Scope
    ) -> bytes | list[Any]:
        hints, near = scope.hints, self.pool.near
        sizes = hints.numbers(f"len({path})")
        if shape.what is not What.BYTES and not is_byte(shape.element):
            highest = min(highest, max(lowest, 64))
            size = buffers.size(self.source, lowest, highest, sizes, near)
            return buffers.elements(
                self.source, size, lambda: self._in_place(shape.element, f"{path}[]", scope)
            )
        only = [raw for raw in hints.only(path) if lowest <= len(raw) <= highest]
        raw = (
            self.source.pick(only)
            if only
            else buffers.contents(
                self.source,
                lowest,
                highest,
                mentioned=hints.contents(path),
                earlier=self.pool.contents[-2:],
                sizes=sizes,
                near=near,
            )
        )
        low, high = hints.bounds(f"{path}[]").narrow(0, 255)
        raw = buffers.within(raw, low, high)
        return raw if shape.what is What.BYTES else [as_signed(shape.element, byte) for byte in raw]

    def _string(self, shape: Pointer, path: str, scope: Scope) -> bytes:
        if only := scope.hints.only(path):
            return self.source.pick(only)
        roof = shape.limit if shape.limit is not None else 255
        if shape.capacity is not None:
            assert scope.outer is not None
            room = self._count(shape.capacity, scope.outer)
            if room == 0:
                raise self.log.refuse(shape.capacity.text, shape.capacity.span)
            roof = min(roof, room - 1)
        lowest, most = scope.hints.bounds(f"len({path})").narrow(0, roof)
        if lowest > most:
            raise self.log.refuse(f"`{path}` has no lawful length", shape.span)
        near = self.pool.near
        known = [c for c in scope.hints.contents(path) if b"\0" not in c]
        earlier = [c for c in self.pool.contents[-2:] if b"\0" not in c]
        ways = ["any", "any", "sized"] + ["known"] * bool(known) + ["earlier"] * bool(earlier)
        codec = "ascii" if shape.encoding.lower() in ("ascii", "us-ascii") else "utf-8"
        match self.source.pick(ways):
            case "sized":
                sizes = scope.hints.numbers(f"len({path})")
                return b"a" * buffers.size(self.source, lowest, most, sizes, near)
            case "known":
                raw = buffers.altered(self.source, self.source.pick(known))
            case "earlier":
                raw = buffers.altered(self.source, self.source.pick(earlier))
            case _:
                text = self.source.text(lowest, min(most, max(lowest, 32)), codec)
                raw = text.encode(shape.encoding, "ignore")
        return _whole(raw.replace(b"\0", b""), lowest, most, shape.encoding)

    def _in_place(self, shape: Shape, path: str, scope: Scope) -> Value:
        match shape:
            case Scalar():
                return self._scalar(shape, path, scope.hints.bounds(path), scope)
            case Record(members=members, invariants=invariants):
                inner = Scope(f"{path}.", scope.outer, scope.hints, scope.given, free=scope.free)
                values = self.scope(members, inner)
                seen = as_seen(shape, values)
                for expression in invariants:
                    if not expression.holds(self.boundary.scope(seen)):
                        raise self.log.refuse(expression.text, expression.span)
                return values
            case Array(of=of, count=size) if is_byte(of):
                return buffers.exactly(self.source, size)
            case Array(of=of, count=size):
                inner = Scope(scope.prefix, scope.outer, scope.hints, {}, free=scope.free)
                return buffers.elements(self.source, size, lambda: self._in_place(of, f"{path}[]", inner))
        return None


def _is_known(clause: Expression | None, around: Mapping[str, Any]) -> bool:
    """Tell whether there is a clause that says something before the call: it may be about the result."""
    return clause is not None and clause.names <= around.keys()


def as_signed(shape: Shape, byte: int) -> int:
    """Return a byte as an element of one byte holds it."""
    return byte - 256 if isinstance(shape, Scalar) and shape.signed and byte > 127 else byte


def _named(members: tuple[Member, ...], name: str) -> Member:
    return next(member for member in members if member.name == name)


def _record(shape: Shape) -> bool:
    return isinstance(shape, Record) or (isinstance(shape, Pointer) and isinstance(shape.element, Record))


def _number(shape: Shape) -> Scalar | None:
    """Return the number behind a member that is one, or that points at one."""
    if isinstance(shape, Pointer) and shape.what is What.ONE and isinstance(shape.element, Scalar):
        return shape.element
    return shape if isinstance(shape, Scalar) else None


def _whole(raw: bytes, lowest: int, most: int, encoding: str) -> bytes:
    """Return text of a lawful length, cut between characters."""
    while len(raw) > most:
        raw = raw[:most].decode(encoding, "ignore").encode(encoding)
    return raw if len(raw) >= lowest else raw + b"a" * (lowest - len(raw))


def sizing(members: tuple[Member, ...]) -> dict[str, int]:
    """Return a cap for each number that sizes memory, smaller where several are multiplied."""
    caps: dict[str, int] = {}
    for member in members:
        if isinstance(member.shape, Pointer):
            for clause in (member.shape.length, member.shape.capacity):
                if clause is not None:
                    cap = ROOMY if len(clause.names) <= 1 else 64
                    for name in map(declared, clause.names):
                        caps[name] = min(caps.get(name, cap), cap)
    return caps


def _sort(members: tuple[Member, ...], values: Values, given: Mapping[str, Any]) -> bool:
    """Put arrays of numbers in order, which preconditions often ask for; tell whether that changed any."""
    changed = False
    for member in members:
        value = values[member.name]
        if (
            member.name in given
            or not isinstance(value, list)
            or not all(isinstance(v, int | float) for v in value)
        ):
            continue
        ordered: list[Any] = sorted(value)
        if ordered != value:
            values[member.name] = ordered
            changed = True
    return changed
