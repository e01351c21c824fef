"""Values for one call, made of choices: lawful ones by construction wherever the contract tells how.

Lengths are tied to the buffers that they describe, NULL appears where it is lawful, records are made field by
field, handles come with the arguments that create them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from abidance.boundary.memory import is_byte
from abidance.boundary.shapes import (
    Array,
    Callback,
    Handle,
    Nothing,
    Opaque,
    Pointer,
    Record,
    Scalar,
    UserData,
    What,
    calls_back,
)
from abidance.boundary.sizes import LARGEST
from abidance.boundary.ties import ties
from abidance.boundary.values import DESTROYED, ROOM, SOMEWHERE, Earlier, NewHandle
from abidance.boundary.views import as_seen, members_seen
from abidance.contract.expression import spelling
from abidance.generate import buffers, hooked, scalars
from abidance.generate.hints import Bounds, Hints
from abidance.generate.keeper import Keeper
from abidance.generate.letters import few, letters_of
from abidance.generate.parts import (
    alternatives,
    as_signed,
    condition,
    conditions,
    is_known,
    leads_to_record,
    named_member,
    number_of,
    sizing,
    sort_arrays,
    whole_text,
)
from abidance.generate.scope import FEW, LARGE, LONG, MANY, MISSING, ROOMY, Pool, Scope
from abidance.generate.scripts import script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from abidance.boundary.model import Boundary, Function
    from abidance.boundary.shapes import Member, Shape
    from abidance.boundary.values import Value, Values
    from abidance.contract.language.clauses import Name
    from abidance.generate.scope import FilterLog
    from abidance.generate.source import Source


NOTHING_GIVEN: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True)
class Drawer:
    """Makes the arguments of one call."""

    boundary: Boundary
    source: Source
    log: FilterLog
    pool: Pool = field(default_factory=Pool)
    handles: Callable[[str], Value] | None = None
    """Who chooses the handles of a call in a sequence, where none is made for it alone."""
    unseen: frozenset[str] = frozenset()
    """Arguments whose values are known only when earlier calls have been made; no precondition is asked of them."""
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        """Set up what values are held to."""
        self.keeper = Keeper(self.boundary, self.log)

    def arguments(
        self, function: Function, hints: Hints, given: Mapping[str, Any], *, lawful: bool
    ) -> Values:
        """Return arguments that keep the preconditions; raises RefusedError.

        With `lawful` false, those that name something given are not asked: the call is meant to break them.
        """
        self.log.tried += 1
        values = self.scope(function.members, Scope("", None, hints, given, free=not lawful))
        asked = [e for e in hints.to_filter if lawful or not e.names & {*given}]
        asked = [e for e in asked if not e.names & self.unseen] if self.unseen else asked
        for _ in range(2):
            seen = self.boundary.scope(members_seen(function.members, values))
            broken = next((e for e in asked if not e.holds(seen)), None)
            if broken is None:
                return values
            if not sort_arrays(function.members, values, given):
                break
        assert broken is not None
        raise self.log.refuse(broken.text, broken.span)

    def scope(self, members: tuple[Member, ...], scope: Scope) -> Values:
        """Make the members of one scope: lengths with their buffers first, then numbers, then the rest."""
        members = alternatives(members, scope.given, self.source)
        scope = self._with_hooks(members, scope)
        values: Values = {}
        caps = sizing(members)
        for name in scope.hints.sizes if not scope.prefix else ():
            caps[name] = min(caps.get(name, LONG), LONG)
        tied = ties(members)
        asked = conditions(members)
        if asked:
            scope = replace(scope, pending=frozenset(spelling(member.name) for member in members))
            first = [
                m
                for m in members
                if spelling(m.name) in asked and m.name not in tied and not condition(m.shape)
            ]
            self._numbers(first, scope, values, caps)
        for length, group in tied.items():
            self._tied(named_member(members, length), group, scope, values)
        self._numbers([m for m in members if not condition(m.shape)], scope, values, caps)
        self._numbers([m for m in members if condition(m.shape)], scope, values, caps)
        for member in members:
            if member.name in values:
                continue
            around = self.boundary.scope(members_seen(members, values), outer=scope.outer)
            if asked:
                scope = replace(scope, pending=scope.pending - {*map(spelling, values)})
            value = self.value(member, around, scope)
            values[member.name] = value
            self.pool.note(f"{scope.prefix}{member.name}", value)
        for member in members:
            if isinstance(member.shape, Pointer):
                self.keeper.check_size(member, member.shape, members, values, scope)
        return {member.name: values[member.name] for member in members}

    def _with_hooks(self, members: tuple[Member, ...], scope: Scope) -> Scope:
        """Return the scope with what strategies of the project give; what is given already is theirs no more."""
        asked = [m for m in members if m.generate is not None and m.name not in scope.given]
        if not asked:
            return scope
        values = {m.name: self._hooked(m.generate, m.shape, f"{scope.prefix}{m.name}") for m in asked}
        return replace(scope, given={**scope.given, **values})

    def _hooked(self, name: Name | None, shape: Shape, path: str) -> Value:
        assert name is not None
        return hooked.made(self.source, name, shape, self.boundary.constants, path)

    def _numbers(
        self, members: Iterable[Member], scope: Scope, values: Values, caps: Mapping[str, int]
    ) -> None:
        """Make those members that are numbers, or point at one, and have no value yet."""
        for member in members:
            number = number_of(member.shape)
            if number is not None and member.name not in values:
                values[member.name] = self._number(member, number, scope, values, caps.get(member.name))
                self.pool.note(f"{scope.prefix}{member.name}", values[member.name])

    def _number(
        self, member: Member, number: Scalar, scope: Scope, values: Values, most: int | None
    ) -> Value:
        shape, path = member.shape, f"{scope.prefix}{member.name}"
        fixed = scope.given.get(member.name, MISSING)
        if fixed is not MISSING:
            given: Value = self._fixed(fixed)
            self.keeper.check_given(number, given, member, scope)
            if given is None:
                self.keeper.check_null(member, scope, values)
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
        if shape.generate is not None:
            return self._hooked(shape.generate, shape, path)
        try:
            return scalars.number(self.source, shape, bounds, scope.hints.numbers(path), self.pool.near, most)
        except scalars.NoNumberError:
            raise self.log.refuse(f"`{path}` has no lawful value", shape.span) from None

    def _fixed(self, fixed: Any) -> Any:
        return scalars.number(self.source, fixed, Bounds()) if isinstance(fixed, Scalar) else fixed

    def _tied(self, length: Member, group: tuple[Member, ...], scope: Scope, values: Values) -> None:
        """Make the buffers of one length, and let them say it."""
        number = number_of(length.shape)
        assert number is not None
        fixed = {m.name: self._fixed(scope.given[m.name]) for m in group if m.name in scope.given}
        told = {len(value) for value in fixed.values() if isinstance(value, bytes | list)}
        path = f"{scope.prefix}{length.name}"
        for member in group:
            assert isinstance(member.shape, Pointer)
            self.keeper.check_given(member.shape.element, fixed.get(member.name, ()), member, scope)
        if length.name in scope.given:
            size = self._fixed(scope.given[length.name])
            self.keeper.check_given(number, size, length, scope)
            values[length.name] = size
            if told and told != {size} and not scope.free:
                raise self.keeper.differ(group)
            if not isinstance(size, int):
                size = 0
            elif not 0 <= size <= LARGE:
                # No memory is so long: a lawful call passes such a number only beside NULL.
                if not scope.free and any(fixed.get(m.name, ROOM) is not None for m in group):
                    raise self.keeper.differ(group)
                size = 0
        elif told:
            if len(told) > 1 and not scope.free:
                raise self.keeper.differ(group)
            size = values[length.name] = max(told)
            self.keeper.check_given(number, size, length, scope)
        else:
            low, high = self._sizes(length, number, group, scope)
            near = self.pool.near
            if any(value is None for value in fixed.values()) and scope.free:
                # NULL is what makes the call unlawful, so there must be something to point at.
                lawful = [
                    m
                    for m in group
                    if m.name in fixed
                    and self.keeper.may_be_null(m.shape, scope, {**values, length.name: low})
                ]
                low = low + 1 if lawful and low < high else low
            size = values[length.name] = buffers.size(self.source, low, high, scope.hints.numbers(path), near)
        self.pool.note(path, values[length.name])
        for member in group:
            assert isinstance(member.shape, Pointer)
            if member.name in fixed:
                values[member.name] = fixed[member.name]
                if fixed[member.name] is None:
                    self.keeper.check_null(member, scope, values)
            elif self._null(member.shape, scope, values):
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

    def _null(self, shape: Pointer | Handle | Opaque, scope: Scope, values: Mapping[str, Any]) -> bool:
        return self.keeper.may_be_null(shape, scope, values) and self.source.flag()

    def value(self, member: Member, around: Mapping[str, Any], scope: Scope) -> Value:
        """Make what is no plain number: memory, records, handles."""
        shape, path = member.shape, f"{scope.prefix}{member.name}"
        fixed = scope.given.get(member.name, MISSING)
        if isinstance(fixed, list) and isinstance(shape, Pointer):
            self.keeper.check_given(shape.element, fixed, member, scope)
        if fixed is DESTROYED and isinstance(shape, Handle):
            made = self.handle(shape.handle)
            assert isinstance(made, NewHandle)
            return replace(made, destroyed=True)
        if fixed is None and isinstance(shape, Pointer | Handle | Opaque):
            there = Scope(path, around, scope.hints, {}, free=scope.free, pending=scope.pending)
            self.keeper.check_null(member, there, {})
        goes_on = isinstance(fixed, dict) and (leads_to_record(shape) or isinstance(shape, Handle))
        if fixed is not MISSING and not goes_on:
            given: Value = self._fixed(fixed)
            return given
        given_inside = fixed if isinstance(fixed, dict) else {}
        inner = Scope(path, around, scope.hints, given_inside, free=scope.free, pending=scope.pending)
        match shape:
            case Pointer():
                if fixed is MISSING and self._null(shape, inner, {}):
                    return None
                return self._pointee(shape, path, inner)
            case Handle():
                if shape.made:
                    return self._new_storage(shape)
                return (
                    None
                    if not goes_on and self._null(shape, inner, {})
                    else self.handle(shape.handle, given_inside)
                )
            case Callback():
                return None if self._null(shape, inner, {}) else script(self.source, shape, around)
            case UserData():
                return None if self._null(shape, inner, {}) else SOMEWHERE
            case Opaque():
                if shape.nullable is not False and not self.keeper.may_be_null(shape, inner, {}):
                    raise self.log.refuse(f"`{path}` must not be NULL here", member.promised)
                return None
            case Nothing():
                return None
            case _:
                return self._in_place(shape, path, inner)

    def handle(self, name: str, given: Mapping[str, Any] = NOTHING_GIVEN) -> Value:
        """Make what a new handle is created with, and the state it is used in, of which `given` fixes a part."""
        chosen = self.handles(name) if self.handles is not None else None
        if isinstance(chosen, Earlier):
            return replace(chosen, state=self.state(name, given))
        create = self.boundary.functions[self.boundary.handles[name].create]
        inner = Drawer(self.boundary, self.source, self.log)
        arguments = inner.arguments(create, Hints.of(self.boundary, create), {}, lawful=True)
        return NewHandle(name, arguments, self.state(name, given))

    def state(self, name: str, given: Mapping[str, Any] = NOTHING_GIVEN, *, new: bool = False) -> Values:
        """Make what a handle that the caller allocates has in its described fields."""
        life = self.boundary.handles[name]
        if not life.record:
            return {}
        wanted = life.described if new else life.renewed
        described = tuple(m for m in life.record.members if m.name in wanted)
        return self.scope(described, Scope(f"{name}.", None, Hints(), given))

    def _new_storage(self, shape: Handle) -> Value:
        life = self.boundary.handles[shape.handle]
        return self.state(shape.handle, new=True) if life.record and shape.level == 1 else ROOM

    def _pointee(self, shape: Pointer, path: str, scope: Scope) -> Value:
        if not shape.direction.read:
            return ROOM
        match shape.what:
            case What.ONE:
                return self._in_place(shape.element, path, scope)
            case What.STRING:
                return self._string(shape, path, scope)
        assert scope.outer is not None
        if not is_known(shape.length, scope.outer):
            roof = shape.limit if shape.limit is not None else ROOMY
            if shape.capacity is not None:
                roof = min(roof, self.keeper.count(shape.capacity, scope.outer))
            low, high = scope.hints.bounds(f"len({path})").narrow(0, roof)
            return self._memory(shape, path, low, max(high, low), scope)
        assert shape.length is not None
        size = self.keeper.count(shape.length, scope.outer, LARGE if shape.what is What.BYTES else MANY)
        return self._memory(shape, path, size, size, scope)

    def _memory(
        self, shape: Pointer, path: str, lowest: int, highest: int, scope: Scope
    ) -> bytes | list[Any]:
        hints, near = scope.hints, self.pool.near
        sizes = hints.numbers(f"len({path})")
        if shape.what is not What.BYTES and not is_byte(shape.element):
            highest = min(highest, max(lowest, FEW if calls_back(shape.element) else 64))
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
        roof = shape.limit if shape.limit is not None else LONG
        if shape.capacity is not None:
            assert scope.outer is not None
            room = self.keeper.count(shape.capacity, scope.outer)
            if room == 0:
                raise self.log.refuse(shape.capacity.text, shape.capacity.span)
            roof = min(roof, room - 1)
        lowest, most = scope.hints.bounds(f"len({path})").narrow(0, roof)
        lowest, most = scope.hints.related(f"len({path})", self.pool.numbers).narrow(lowest, most)
        if lowest > most:
            raise self.log.refuse(f"`{path}` has no lawful length", shape.span)
        near = self.pool.near
        known = [c for c in scope.hints.contents(path) if b"\0" not in c]
        earlier = [c for c in self.pool.contents[-2:] if b"\0" not in c]
        ways = ["any", "any", "sized", "few"] + ["known"] * bool(known) + ["earlier"] * bool(earlier)
        codec = "ascii" if shape.encoding.lower() in ("ascii", "us-ascii") else "utf-8"
        match self.source.pick(ways):
            case "sized":
                sizes = scope.hints.numbers(f"len({path})")
                return b"a" * buffers.size(self.source, lowest, most, sizes, near)
            case "few":
                letters = letters_of(scope.hints.numbers(path), text=True)
                raw = few(self.source, lowest, most, letters)
            case "known":
                raw = buffers.altered(self.source, self.source.pick(known), codec)
            case "earlier":
                raw = buffers.altered(self.source, self.source.pick(earlier), codec)
            case _:
                text = self.source.text(lowest, min(most, max(lowest, 32)), codec)
                raw = text.encode(shape.encoding, "ignore")
        return whole_text(raw.replace(b"\0", b""), lowest, most, shape.encoding)

    def _in_place(self, shape: Shape, path: str, scope: Scope) -> Value:
        match shape:
            case Scalar():
                return self._scalar(shape, path, scope.hints.bounds(path), scope)
            case Record(members=members, invariants=invariants):
                self.pool.forget(f"{path}.")
                fixed = scope.given
                if shape.generate is not None:
                    drawn = self._hooked(shape.generate, shape, path)
                    assert isinstance(drawn, dict)
                    fixed = {**drawn, **fixed}
                inner = Scope(f"{path}.", scope.outer, scope.hints, fixed, free=scope.free)
                values = self.scope(members, inner)
                seen = self.boundary.scope(as_seen(shape, values))
                given = frozenset(map(spelling, scope.given)) if scope.free else frozenset()
                for expression in invariants:
                    # What is given may be what makes the call unlawful.
                    if not expression.names & given and not expression.holds(seen):
                        raise self.log.refuse(expression.text, expression.span)
                return values
            case Array(of=of, count=size) if is_byte(of):
                return buffers.exactly(self.source, size)
            case Array(of=of, count=size):
                inner = Scope(scope.prefix, scope.outer, scope.hints, {}, free=scope.free)
                return buffers.elements(self.source, size, lambda: self._in_place(of, f"{path}[]", inner))
        return None
