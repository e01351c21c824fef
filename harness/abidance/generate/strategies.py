"""One strategy for one function: a `Case` whose arguments keep the contract's preconditions together.

Lengths are tied to the buffers that they describe, NULL appears where it is lawful, records are made field by
field, handles come with the arguments that create them. Ranges, members and lengths are met by construction;
what is left of `requires` is met by filtering.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import reject
from hypothesis import strategies as st

from abidance.boundary.decode import as_seen
from abidance.boundary.memory import is_byte
from abidance.boundary.shapes import Array, Handle, Nothing, Opaque, Pointer, Record, Scalar, What
from abidance.boundary.sizes import count
from abidance.boundary.ties import ties
from abidance.boundary.values import ROOM, Case, NewHandle
from abidance.generate import buffers, scalars
from abidance.generate.hints import Hints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model import Boundary, Function
    from abidance.boundary.shapes import Member, Shape
    from abidance.boundary.values import Value, Values
    from abidance.contract.expression import Expression

DrawFn = Any
MISSING = object()
ROOMY = 4096
"""Memory is made up to this many elements where the contract gives no range."""


class FilterLog:
    """How many drawn cases each precondition refused, for the message when it is nearly all of them."""

    def __init__(self) -> None:
        self.tried = 0
        self.refused: dict[str, int] = {}
        self.expressions: dict[str, Expression] = {}

    def refuse(self, expression: Expression) -> None:
        """Count one refusal."""
        self.refused[expression.text] = self.refused.get(expression.text, 0) + 1
        self.expressions[expression.text] = expression

    @property
    def worst(self) -> Expression | None:
        """Return the precondition that refused most, if any refused one."""
        if not self.refused:
            return None
        return self.expressions[max(self.refused, key=lambda text: self.refused[text])]


def cases(
    boundary: Boundary,
    function: Function,
    *,
    given: Mapping[str, Any] | None = None,
    lawful: bool = True,
    log: FilterLog | None = None,
) -> st.SearchStrategy[Case]:
    """Return a strategy for cases of `function`.

    `given` fixes arguments, or fields of records, to values or strategies. With `lawful` False the
    preconditions are not asked: the call is meant to break them.
    """
    drawer = _Drawer(boundary, log or FilterLog())
    hints = Hints.of(boundary, function)
    plain = not any(isinstance(m.shape, Pointer | Record | Handle) for m in function.members)

    @st.composite
    def case(draw: DrawFn) -> Case:
        arguments = drawer.arguments(draw, function, hints, given or {}, lawful=lawful)
        layout = 0 if plain else draw(_LAYOUTS)
        return Case(function.name, arguments, flush=layout & 1, fill=0 if layout & 2 else 0xA5)

    strategy: st.SearchStrategy[Case] = case()
    return strategy


_LAYOUTS = st.integers(0, 3)
_BOOLEANS = st.booleans()


@dataclass(slots=True)
class _Drawer:
    boundary: Boundary
    log: FilterLog

    def arguments(
        self, draw: DrawFn, function: Function, hints: Hints, given: Mapping[str, Any], *, lawful: bool
    ) -> Values:
        values = self.scope(draw, function.members, "", {}, hints, given)
        self.log.tried += 1
        if lawful:
            seen = self.boundary.scope({name: as_seen(value) for name, value in values.items()})
            for expression in hints.to_filter:
                if not expression.evaluate(seen):
                    self.log.refuse(expression)
                    reject()
        return values

    def scope(
        self,
        draw: DrawFn,
        members: tuple[Member, ...],
        prefix: str,
        outer: Mapping[str, Any],
        hints: Hints,
        given: Mapping[str, Any],
    ) -> Values:
        """Draw the members of one scope: lengths with their buffers first, then numbers, then the rest."""
        values: Values = {}
        for length, buffer in ties(members).items():
            self._tied(draw, _named(members, length), buffer, prefix, hints, given, values)
        sizing = _sizing(members)
        later: list[Member] = []
        for member in members:
            if member.name in values:
                continue
            number = _number(member.shape)
            if number is None:
                later.append(member)
            else:
                most = sizing.get(member.name)
                value = self._number(draw, member, number, prefix, hints, given, most)
                values[member.name] = value
        for member in later:
            scope = self.boundary.scope({k: as_seen(v) for k, v in values.items()}, outer)
            fixed = given.get(member.name, MISSING)
            values[member.name] = self.value(draw, member, f"{prefix}{member.name}", scope, hints, fixed)
        return {member.name: values[member.name] for member in members}

    def _number(
        self,
        draw: DrawFn,
        member: Member,
        number: Scalar,
        prefix: str,
        hints: Hints,
        given: Mapping[str, Any],
        most: int | None,
    ) -> Value:
        fixed = given.get(member.name, MISSING)
        if fixed is not MISSING:
            return _fixed(draw, fixed)
        path = f"{prefix}{member.name}"
        shape = member.shape
        if isinstance(shape, Pointer):
            if shape.nullable is True and draw(_BOOLEANS):
                return None
            if not shape.direction.read:
                return ROOM
        value: Value = draw(scalars.scalar(number, hints.bounds(path), hints.numbers(path), most))
        return value

    def _tied(
        self,
        draw: DrawFn,
        length: Member,
        buffer: Member,
        prefix: str,
        hints: Hints,
        given: Mapping[str, Any],
        values: Values,
    ) -> None:
        """Draw a buffer and let it say its own length."""
        shape, number = buffer.shape, _number(length.shape)
        assert isinstance(shape, Pointer)
        assert number is not None
        path, length_path = f"{prefix}{buffer.name}", f"{prefix}{length.name}"
        fixed_length = given.get(length.name, MISSING)
        fixed_buffer = given.get(buffer.name, MISSING)
        if fixed_buffer is not MISSING:
            value = _fixed(draw, fixed_buffer)
            values[buffer.name] = value
            told = len(value) if isinstance(value, bytes | list) else 0
            values[length.name] = told if fixed_length is MISSING else _fixed(draw, fixed_length)
            return
        if fixed_length is not MISSING:
            lowest = highest = int(_fixed(draw, fixed_length))
            values[length.name] = lowest
        else:
            narrowed = hints.bounds(length_path).narrow(int(number.lowest), int(number.highest))
            lowest, highest = hints.bounds(f"len({path})").narrow(max(narrowed[0], 0), narrowed[1])
            roof = shape.limit if shape.limit is not None else ROOMY
            highest = max(min(highest, roof), lowest)
        if lowest == 0 and self._null(draw, shape, {length.name: 0}):
            values[buffer.name], values[length.name] = None, 0
            return
        value = self._memory(draw, shape, path, lowest, highest, hints)
        values[buffer.name] = value
        values.setdefault(length.name, len(value))

    def _null(self, draw: DrawFn, shape: Pointer | Handle, scope: Mapping[str, Any]) -> bool:
        if shape.nullable is False:
            return False
        if shape.nullable is not True and not shape.nullable.evaluate(self.boundary.scope(scope)):
            return False
        return bool(draw(_BOOLEANS))

    def value(
        self, draw: DrawFn, member: Member, path: str, scope: Mapping[str, Any], hints: Hints, fixed: Any
    ) -> Value:
        """Draw what is no plain number: memory, records, handles."""
        shape = member.shape
        if fixed is not MISSING and not (isinstance(fixed, dict) and _record(shape)):
            return _fixed(draw, fixed)
        inner = fixed if isinstance(fixed, dict) else {}
        match shape:
            case Pointer():
                if fixed is MISSING and self._null(draw, shape, scope):
                    return None
                return self._pointee(draw, shape, path, scope, hints, inner)
            case Handle():
                if shape.made:
                    return self._new_storage(draw, shape, hints)
                return None if self._null(draw, shape, scope) else self.handle(draw, shape.handle)
            case Opaque() | Nothing():
                return None
            case _:
                return self._in_place(draw, shape, path, scope, hints, inner)

    def handle(self, draw: DrawFn, name: str) -> NewHandle:
        """Draw the arguments that a new handle is created with, and the state it is used in."""
        life = self.boundary.handles[name]
        create = self.boundary.functions[life.create]
        hints = Hints.of(self.boundary, create)
        arguments = self.arguments(draw, create, hints, {}, lawful=True)
        return NewHandle(name, arguments, self._state(draw, name, Hints.of(self.boundary, None)))

    def _state(self, draw: DrawFn, name: str, hints: Hints) -> Values:
        life = self.boundary.handles[name]
        if not life.record:
            return {}
        described = tuple(m for m in life.record.members if m.name in life.described)
        return self.scope(draw, described, f"{name}.", {}, hints, {})

    def _new_storage(self, draw: DrawFn, shape: Handle, hints: Hints) -> Value:
        life = self.boundary.handles[shape.handle]
        return self._state(draw, shape.handle, hints) if life.record else ROOM

    def _pointee(
        self,
        draw: DrawFn,
        shape: Pointer,
        path: str,
        scope: Mapping[str, Any],
        hints: Hints,
        given: Mapping[str, Any],
    ) -> Value:
        if not shape.direction.read:
            return ROOM
        match shape.what:
            case What.ONE:
                return self._in_place(draw, shape.element, path, scope, hints, given)
            case What.STRING:
                return self._string(draw, shape, path, hints)
            case _:
                if shape.length is None:
                    roof = shape.limit if shape.limit is not None else ROOMY
                    if shape.capacity is not None:
                        roof = min(roof, count(shape.capacity, scope))
                    return self._memory(draw, shape, path, 0, roof, hints)
                size = count(shape.length, scope)
                if size > 16 * ROOMY:
                    reject()
                return self._memory(draw, shape, path, size, size, hints)

    def _memory(
        self, draw: DrawFn, shape: Pointer, path: str, lowest: int, highest: int, hints: Hints
    ) -> bytes | list[Any]:
        if shape.what is What.BYTES or is_byte(shape.element):
            only = [raw for raw in hints.only(path) if lowest <= len(raw) <= highest]
            choices = st.sampled_from(only) if only else buffers.contents(lowest, highest, hints.contents(path))
            raw: bytes = draw(choices)
            if shape.what is What.BYTES:
                return raw
            return list(raw)
        size = draw(st.integers(lowest, min(highest, max(lowest, 64))))
        return [self._in_place(draw, shape.element, f"{path}[]", {}, hints, {}) for _ in range(size)]

    def _string(self, draw: DrawFn, shape: Pointer, path: str, hints: Hints) -> bytes:
        if only := hints.only(path):
            fixed: bytes = draw(st.sampled_from(only))
            return fixed
        bounds = hints.bounds(f"len({path})")
        lowest, most = bounds.narrow(0, shape.limit if shape.limit is not None else 255)
        ascii_only = shape.encoding.lower() in ("ascii", "us-ascii")
        letters = st.characters(codec="ascii" if ascii_only else "utf-8", exclude_characters="\0")
        known = [text for text in hints.contents(path) if b"\0" not in text and lowest <= len(text) <= most]
        drawn = st.text(letters, min_size=lowest, max_size=most).map(
            lambda text: _cut(text, most, shape.encoding)
        )
        choices = [drawn, st.sampled_from([size for size in {lowest, most}]).map(lambda size: b"a" * size)]
        if known:
            choices.append(st.sampled_from(known))
        value: bytes = draw(st.one_of(choices))
        return value

    def _in_place(
        self,
        draw: DrawFn,
        shape: Shape,
        path: str,
        scope: Mapping[str, Any],
        hints: Hints,
        given: Mapping[str, Any],
    ) -> Value:
        match shape:
            case Scalar():
                value: Value = draw(scalars.scalar(shape, hints.bounds(path), hints.numbers(path)))
                return value
            case Record(members=members, union=True):
                chosen = draw(st.sampled_from(members)) if not given else _named(members, next(iter(given)))
                return self.scope(draw, (chosen,), f"{path}.", scope, hints, given)
            case Record(members=members):
                return self.scope(draw, members, f"{path}.", scope, hints, given)
            case Array(of=of, count=size) if is_byte(of):
                raw: bytes = draw(buffers.exactly(size))
                return raw
            case Array(of=of, count=size):
                return [self._in_place(draw, of, f"{path}[]", scope, hints, {}) for _ in range(size)]
        return None


def _fixed(draw: DrawFn, value: Any) -> Any:
    return draw(value) if isinstance(value, st.SearchStrategy) else value


def _named(members: tuple[Member, ...], name: str) -> Member:
    return next(member for member in members if member.name == name)


def _record(shape: Shape) -> bool:
    return isinstance(shape, Record) or (isinstance(shape, Pointer) and isinstance(shape.element, Record))


def _number(shape: Shape) -> Scalar | None:
    """Return the number behind a member that is one, or that points at one which the library reads."""
    if isinstance(shape, Pointer) and shape.what is What.ONE and isinstance(shape.element, Scalar):
        return shape.element
    return shape if isinstance(shape, Scalar) else None


def _cut(text: str, most: int, encoding: str) -> bytes:
    raw = text.encode(encoding, "ignore")
    while len(raw) > most:
        text = text[:-1]
        raw = text.encode(encoding, "ignore")
    return raw


def _sizing(members: tuple[Member, ...]) -> dict[str, int]:
    """Return a cap for each number that sizes memory, smaller where several are multiplied."""
    caps: dict[str, int] = {}
    for member in members:
        if isinstance(member.shape, Pointer):
            for clause in (member.shape.length, member.shape.capacity):
                if clause is not None:
                    cap = ROOMY if len(clause.names) <= 1 else 64
                    for name in clause.names:
                        caps[name] = min(caps.get(name, cap), cap)
    return caps
