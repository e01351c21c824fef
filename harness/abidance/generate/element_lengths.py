"""Has the buffers of an array and what tells their lengths say the same, when both are made: `f(bufs, lens, n)`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.boundary.values.element_lengths import elements_of, lengths_beside
from abidance.boundary.values.scope import members_seen
from abidance.generate.parts import is_known
from abidance.generate.scope import MANY, ROOMY, Scope

if TYPE_CHECKING:
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Value, Values
    from abidance.contract.expression import Expression
    from abidance.generate.drawing import Drawer

MOST = 256
"""So much room each buffer of several has at most that is written."""


def settle(drawer: Drawer, members: tuple[Member, ...], values: Values, scope: Scope) -> None:
    """Give each buffer of an array its length, or say its length in the array beside it; raises RefusedError."""
    arrays = [(m, each) for m in members if (each := elements_of(m.shape)) is not None]
    if arrays:
        settling = _Settling(drawer, members, values, scope)
        for member, element in arrays:
            if element.direction.read and element.length is not None and element.length.names:
                settling.contents(member, element, element.length)
        for member, element in arrays:
            if element.capacity is not None and element.capacity.names:
                settling.rooms(member, element.capacity)


@dataclass(slots=True)
class _Settling:
    drawer: Drawer
    members: tuple[Member, ...]
    values: Values
    scope: Scope
    told: set[str] = field(default_factory=set)
    """Arrays of lengths that say what other buffers are long."""

    def contents(self, member: Member, element: PointerShape, clause: Expression) -> None:
        """Have buffers that are read as long as they are said to be."""
        buffers = self.values[member.name]
        if not isinstance(buffers, list):
            return
        beside = lengths_beside(self.members, clause)
        if beside is None:
            seen = members_seen(self.members, self.values)
            around = self.drawer.boundary.scope(seen, outer=self.scope.outer)
            if not is_known(clause, around):
                return
            size = self.drawer.memory.checker.count(clause, around, MANY)
            self._fit(member, element, clause, buffers, [size] * len(buffers))
            return
        lengths = self.values[beside.name]
        if not isinstance(lengths, list):
            return
        number = _number(beside)
        if beside.name not in self.scope.given and beside.name not in self.told:
            low, high = max(int(number.lowest), 0), min(int(number.highest), MANY)
            lengths = [_within(0 if each is None else _length(each), low, high) for each in buffers]
            self.values[beside.name] = lengths
            self.told.add(beside.name)
        self._fit(member, element, clause, buffers, lengths)

    def _fit(
        self,
        member: Member,
        element: PointerShape,
        clause: Expression,
        buffers: list[Value],
        sizes: list[Value],
    ) -> None:
        """Cut or lengthen the buffers that are made here; what is given must be as long as it is."""
        fixed = member.name in self.scope.given
        fitted: list[Value] = []
        for n, each in enumerate(buffers):
            size = sizes[n] if n < len(sizes) else 0
            if each is None or not isinstance(size, int) or _length(each) == size:
                fitted.append(each)
            elif self.scope.free:
                fitted.append(each)  # what is given is what makes the call invalid
            elif fixed or not 0 <= size <= MANY:
                raise self.drawer.log.unmet(clause)
            else:
                fitted.append(self._of_length(element, f"{self.scope.prefix}{member.name}[]", each, size))
        self.values[member.name] = fitted

    def _of_length(self, element: PointerShape, path: str, value: Value, size: int) -> Value:
        """Return a buffer cut to a length, or as long as that by what it has already, over and over."""
        if isinstance(value, bytes):
            return (value * (size // len(value) + 1) if value else bytes(size))[:size]
        assert isinstance(value, list)
        if element.what is What.ARRAY and not value and size:
            scope = Scope(path, None, self.scope.hints, {})
            value = [self.drawer.in_place(element.element, f"{path}[]", scope)]
        return (value * (size // len(value) + 1))[:size] if value else value

    def rooms(self, member: Member, clause: Expression) -> None:
        """Have the lengths of buffers that are written be such as there is memory for."""
        beside = lengths_beside(self.members, clause)
        if beside is None or beside.name in self.scope.given or beside.name in self.told:
            return
        lengths, buffers = self.values[beside.name], self.values[member.name]
        if not isinstance(lengths, list) or not isinstance(buffers, list):
            return
        number = _number(beside)
        sizes: list[Value] = []
        for n, size in enumerate(lengths):
            each = buffers[n] if n < len(buffers) else None
            assert isinstance(size, int)
            room = size if 0 <= size <= MOST else size % (MOST + 1)
            sizes.append(
                _within(max(room, _length(each)), int(number.lowest), min(int(number.highest), ROOMY))
            )
        self.values[beside.name] = sizes
        self.told.add(beside.name)


def bounded(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Return the members with arrays whose buffers are no longer than their lengths can say."""
    return tuple([_bounded(member, members) for member in members])


def _bounded(member: Member, members: tuple[Member, ...]) -> Member:
    element = elements_of(member.shape)
    if element is None or element.length is None or not element.length.names:
        return member
    beside = lengths_beside(members, element.length)
    if beside is None:
        return member
    assert isinstance(member.shape, PointerShape)
    high = max(int(_number(beside).highest), 0)
    limit = min(high, element.limit if element.limit is not None else MOST)
    return replace(member, shape=replace(member.shape, element=replace(element, limit=limit)))


def _number(beside: Member) -> ScalarShape:
    assert isinstance(beside.shape, PointerShape)
    assert isinstance(beside.shape.element, ScalarShape)
    return beside.shape.element


def _length(value: Value) -> int:
    return len(value) if isinstance(value, bytes | list) else 0


def _within(number: int, low: int, high: int) -> int:
    return max(low, min(number, high))
