"""Numbers, and memory with the lengths that describe it: texts, bytes and arrays made of choices."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.traversal import calls_back, number_of
from abidance.boundary.model.types import HandleShape, OpaqueShape, PointerShape, ScalarShape, What
from abidance.boundary.model.values import ROOM
from abidance.boundary.values.array_ends import is_end
from abidance.boundary.values.element_lengths import has_one_each
from abidance.boundary.values.length_parameters import ends_at_nul, lengths_of_terminated
from abidance.boundary.values.memory import is_byte
from abidance.boundary.values.packed_records import held
from abidance.generate import buffers, python_strategies, scalars
from abidance.generate.alterations import altered
from abidance.generate.constraint_checker import ConstraintChecker
from abidance.generate.encoded_text import as_text, broken
from abidance.generate.hints import Bounds
from abidance.generate.parts import (
    as_signed,
    is_known,
    whole_text,
    with_lengths,
)
from abidance.generate.scope import FEW, LARGE, LONG, MISSING, ROOMY, Pool, Scope
from abidance.generate.small_alphabet import ALPHABETS, few, letters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value, Values
    from abidance.contract.language.clauses import Name
    from abidance.generate.scope import FilterLog
    from abidance.generate.source import ChoiceSource

_SMALL = (True, True, True, False)
ANY_INTEGER = (-(1 << 127), 1 << 127)
"""Ends that leave out no integer of 64 bits, with or without a sign."""


@dataclass(slots=True)
class MemoryDrawer:
    """Makes numbers, and what pointers to memory of some length point at; `in_place` makes each element of an array."""

    boundary: Boundary
    source: ChoiceSource
    log: FilterLog
    in_place: Callable[[Shape, str, Scope], Value]
    pool: Pool = field(default_factory=Pool)
    checker: ConstraintChecker = field(init=False)

    def __post_init__(self) -> None:
        """Set up what values are held to."""
        self.checker = ConstraintChecker(self.boundary, self.log)

    def hooked(self, name: Name | None, shape: Shape, path: str) -> Value:
        """Make a value with what the contract names under `generate`."""
        assert name is not None
        return python_strategies.drawn_value(self.source, name, shape, self.boundary.constants, path)

    def formed(self, shape: PointerShape, path: str) -> bytes:
        """Make contents of the form that the contract gives."""
        made = self.hooked(shape.like, shape, path)
        assert isinstance(made, bytes)
        return made

    def numbers(
        self, members: Iterable[Member], scope: Scope, values: Values, caps: Mapping[str, int]
    ) -> None:
        """Make those members that are numbers, or point at one, and have no value yet."""
        for member in members:
            number = number_of(member.shape)
            if number is not None and member.name not in values:
                values[member.name] = self.number(member, number, scope, values, caps.get(member.name))
                self.pool.note(f"{scope.prefix}{member.name}", values[member.name])

    def number(
        self, member: Member, number: ScalarShape, scope: Scope, values: Values, most: int | None
    ) -> Value:
        """Make a number, or what points at one: given, NULL where that is valid, or room for it."""
        shape, path = member.shape, f"{scope.prefix}{member.name}"
        fixed = scope.given.get(member.name, MISSING)
        if fixed is not MISSING:
            given: Value = self.fixed(fixed)
            self.checker.check_given(number, given, member, scope)
            if given is None:
                self.checker.check_null(member, scope, values)
            return given
        if isinstance(shape, PointerShape):
            if shape.nullable is not False and self.null(shape, scope, values):
                return None
            if not shape.direction.read:
                return ROOM
        bounds = scope.hints.bounds(path)
        related = scope.hints.related(path, self._lawful_numbers(scope))
        if related != Bounds():
            low, high = related.narrow(*ANY_INTEGER)
            bounds = bounds.with_fact(">=", low).with_fact("<=", high) if number.kind != "float" else bounds
        if path in scope.hints.small and number.kind == "int" and self.source.pick(_SMALL):
            bounds = scalars.small(number, bounds)
        return self.scalar(number, path, bounds, scope, most)

    def _lawful_numbers(self, scope: Scope) -> Mapping[str, int]:
        """Return the numbers made so far that others are to keep to: not those that break a precondition on purpose."""
        if not scope.free:
            return self.pool.numbers
        given = {f"{scope.prefix}{name}" for name in scope.given}
        return {path: number for path, number in self.pool.numbers.items() if path not in given}

    def scalar(
        self, shape: ScalarShape, path: str, bounds: Bounds, scope: Scope, most: int | None = None
    ) -> Value:
        """Make a number of a type; raises RefusedError when none is valid."""
        if shape.generate is not None:
            with suppress(python_strategies.NoOpinionError):
                return self.hooked(shape.generate, shape, path)
        try:
            return scalars.number(self.source, shape, bounds, scope.hints.numbers(path), self.pool.near, most)
        except scalars.NoNumberError:
            raise self.log.refuse(f"`{path}` has no valid value", shape.span) from None

    def fixed(self, fixed: object) -> Any:
        """Return what is given: of a shape, one of its numbers."""
        return scalars.number(self.source, fixed, Bounds()) if isinstance(fixed, ScalarShape) else fixed

    def tied(self, length: Member, group: tuple[Member, ...], scope: Scope, values: Values) -> None:
        """Make the buffers of one length, and let them say it."""
        number = number_of(length.shape)
        assert number is not None
        fixed = {
            m.name: self.fixed(with_lengths(m.shape, scope.given[m.name]))
            for m in group
            if m.name in scope.given
        }
        for member in group:
            self.checker.check_contents(member, fixed.get(member.name), scope)
        counts = (held(member.shape, fixed.get(member.name)) for member in group)
        told = {count for count in counts if count is not None}
        path = f"{scope.prefix}{length.name}"
        for member in group:
            assert isinstance(member.shape, PointerShape)
            self.checker.check_given(member.shape.element, fixed.get(member.name, ()), member, scope)
        if length.name in scope.given:
            size = self.fixed(scope.given[length.name])
            self.checker.check_given(number, size, length, scope)
            values[length.name] = size
            if _all_end_at_nul(group, size):
                self._contents_of(group, fixed, scope, values)
                return
            if told and told != {size} and not scope.free and isinstance(size, int):
                raise self.checker.differ(group)
            if not isinstance(size, int):
                size = 0
            elif not 0 <= size <= LARGE:
                # No memory is so long: a valid call passes such a number only beside NULL.
                if not scope.free and any(fixed.get(m.name, ROOM) is not None for m in group):
                    raise self.checker.differ(group)
                size = 0
        elif (by_nul := self._by_nul(path, number, group, scope)) is not None:
            values[length.name] = by_nul
            self._contents_of(group, fixed, scope, values)
            return
        elif told:
            if len(told) > 1 and not scope.free:
                raise self.checker.differ(group)
            size = values[length.name] = max(told)
            self.checker.check_given(number, size, length, scope)
        else:
            low, high = self.sizes(length, number, group, scope)
            near = self.pool.near
            if any(value is None for value in fixed.values()) and scope.free:
                # NULL is what makes the call invalid, so there must be something to point at.
                lawful = [
                    m
                    for m in group
                    if m.name in fixed
                    and self.checker.may_be_null(m.shape, scope, {**values, length.name: low})
                ]
                low = low + 1 if lawful and low < high else low
            listed = scalars.sizes_listed(number, low, high)
            if listed == ():  # each may be more than is drawn as a rule
                listed = scalars.sizes_listed(number, low, LARGE)
            if listed == ():
                raise self.log.refuse(f"`{path}` has no valid size", length.promised)
            size = values[length.name] = (
                buffers.size(self.source, low, high, scope.hints.numbers(path), near)
                if listed is None
                else self.source.pick(listed)
            )
        self.pool.note(path, values[length.name])
        self._contents_of(group, fixed, scope, values, size)

    def _by_nul(self, path: str, number: ScalarShape, group: tuple[Member, ...], scope: Scope) -> int | None:
        """Return a length that says of texts that NULs end them, in some calls where there may be one."""
        low, high = scope.hints.bounds(path).narrow(int(number.lowest), int(number.highest))
        first = group[0].shape
        assert isinstance(first, PointerShape)
        said = [
            each
            for each in lengths_of_terminated(first, low, high)
            if _all_end_at_nul(group, each) and scalars.lawful(number, each)
        ]
        if not said or (high >= 0 and not self.source.flag()):
            return None
        return self.source.pick(said)

    def _contents_of(
        self,
        group: tuple[Member, ...],
        fixed: Mapping[str, Any],
        scope: Scope,
        values: Values,
        size: int | None = None,
    ) -> None:
        """Make what has so many elements, or texts of any length, or NULL."""
        for member in group:
            assert isinstance(member.shape, PointerShape)
            path = f"{scope.prefix}{member.name}"
            if member.name in fixed:
                values[member.name] = fixed[member.name]
                if fixed[member.name] is None:
                    self.checker.check_null(member, scope, values)
                elif size is None:
                    self.checker.check_end(member.shape, member, fixed[member.name], scope)
            elif self.null(member.shape, scope, values):
                values[member.name] = None
            elif _is_text(member):
                values[member.name] = self.string(member.shape, path, scope, size)
            elif size is None:
                values[member.name] = self.up_to_end(member.shape, path, scope)
            else:
                values[member.name] = self.buffer(member.shape.as_counted, path, size, size, scope)
            self.pool.note(path, values[member.name])

    def up_to_end(self, shape: PointerShape, path: str, scope: Scope) -> bytes | list[Value]:
        """Make bytes or elements, as many as they may be where no number tells how many; raises RefusedError."""
        known = scope.outer or {}
        roof = shape.limit if shape.limit is not None else ROOMY
        if is_known(shape.capacity, known) and not has_one_each(shape, known):
            assert shape.capacity is not None
            roof = min(roof, self.checker.count(shape.capacity, known))
        low, high = scope.hints.bounds(f"len({path})").narrow(0, roof)
        return self.buffer(shape, path, low, max(high, low), scope)

    def sizes(
        self, length: Member, number: ScalarShape, group: tuple[Member, ...], scope: Scope
    ) -> tuple[int, int]:
        """Return the range of sizes that a length and all of its buffers allow."""
        path = f"{scope.prefix}{length.name}"
        low, high = scope.hints.bounds(path).narrow(int(number.lowest), int(number.highest))
        low, high = scope.hints.related(path, self.pool.numbers).narrow(max(low, 0), high)
        roof = ROOMY
        for member in group:
            assert isinstance(member.shape, PointerShape)
            inner = f"{scope.prefix}{member.name}"
            low, high = scope.hints.bounds(f"len({inner})").narrow(low, high)
            if only := scope.hints.only(inner):
                low, high = max(low, min(map(len, only))), min(high, max(map(len, only)))
            if member.shape.limit is not None:
                roof = min(roof, member.shape.limit)
            elif not is_byte(member.shape.element) and member.shape.what is What.ARRAY:
                roof = min(roof, max(ROOMY // member.shape.element.size, 64))
        return low, max(min(high, roof), low)

    def null(
        self, shape: PointerShape | HandleShape | OpaqueShape, scope: Scope, values: Mapping[str, object]
    ) -> bool:
        """Tell whether NULL is valid here, and chosen."""
        return self.checker.may_be_null(shape, scope, values) and self.source.flag()

    def buffer(
        self, shape: PointerShape, path: str, lowest: int, highest: int, scope: Scope
    ) -> bytes | list[Value]:
        """Make bytes or elements, from `lowest` to `highest` of them; raises RefusedError."""
        if shape.like is not None:
            raw = self.formed(shape, path)
            if not lowest <= len(raw) <= highest:
                raise self.log.refuse(f"`{path}` has no valid length", shape.span)
            return raw
        hints, near = scope.hints, self.pool.near
        sizes = hints.numbers(f"len({path})")
        inside = replace(
            scope, given={}
        )  # a field of an element may be called as a parameter is that is given
        if isinstance(shape.element, HandleShape):
            # Each is another one, which takes calls to make.
            size = buffers.size(self.source, lowest, min(highest, max(lowest, FEW)), sizes, near)
            return [self.in_place(shape.element, f"{path}[{n}]", inside) for n in range(size)]
        if shape.what is not What.BYTES and not is_byte(shape.element):
            highest = min(highest, max(lowest, FEW if calls_back(shape.element) else 64))
            size = buffers.size(self.source, lowest, highest, sizes, near)
            elements = buffers.elements(
                self.source, size, lambda: self.in_place(shape.element, f"{path}[]", inside)
            )
            return self._before_end(shape, elements, lowest)
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
                words=hints.vocabulary,
                sizes=sizes,
                near=near,
            )
        )
        if shape.what is What.BYTES and shape.encoded:
            text = as_text(self.source, raw, shape, lowest, highest)
            if text is None:
                raise self.log.refuse(f"`{path}` has no valid length", shape.span)
            return text
        low, high = hints.bounds(f"{path}[]").narrow(*_bounds_of_bytes(shape.element))
        raw = buffers.within(_listed_bytes(shape.element, raw), low, high)
        if shape.what is What.BYTES:
            return raw
        return self._before_end(shape, [as_signed(shape.element, byte) for byte in raw], lowest)

    def _before_end(self, shape: PointerShape, values: list[Value], lowest: int) -> list[Value]:
        """Return elements without that which ends the array; raises RefusedError where too few are left."""
        left = [each for each in values if not is_end(shape, each)]
        if len(left) < lowest:
            raise self.log.refuse("an element that ends the array", shape.span)
        return left

    def string(self, shape: PointerShape, path: str, scope: Scope, exactly: int | None = None) -> bytes:
        """Make the text of a string, without its NUL; raises RefusedError when no length is valid, or not that one."""
        if shape.like is not None:
            text = self.formed(shape, path)
            if exactly not in (None, len(text)):
                raise self.log.refuse(f"`{path}` has no valid length", shape.span)
            return text
        if only := [each for each in scope.hints.only(path) if exactly in (None, len(each))]:
            return self.source.pick(only)
        roof = shape.limit if shape.limit is not None else LONG
        if shape.capacity is not None and is_known(shape.capacity, scope.outer or {}):
            assert scope.outer is not None
            room = self.checker.count(shape.capacity, scope.outer)
            if room == 0:
                raise self.log.unmet(shape.capacity)
            roof = min(roof, room - 1)
        lowest, most = scope.hints.bounds(f"len({path})").narrow(0, roof)
        lowest, most = scope.hints.related(f"len({path})", self.pool.numbers).narrow(lowest, most)
        if exactly is not None:
            lowest, most = max(lowest, exactly), min(most, exactly)
        if lowest > most:
            raise self.log.refuse(f"`{path}` has no valid length", shape.span)
        near = self.pool.near
        words = scope.hints.vocabulary
        known = [c for c in (scope.hints.contents(path) or words.texts) if b"\0" not in c]
        earlier = [c for c in self.pool.contents[-2:] if b"\0" not in c]
        # What is said of each character tells which matter.
        each = scope.hints.compares(f"{path}[]")
        ways = ["any", "any", "sized", "few"] + ["known"] * bool(known) + ["earlier"] * bool(earlier)
        ways += ["few"] * each
        codec = "ascii" if shape.encoding.lower() in ("ascii", "us-ascii") else "utf-8"
        match self.source.pick(ways):
            case "sized":
                sizes = scope.hints.numbers(f"len({path})")
                return b"a" * buffers.size(self.source, lowest, most, sizes, near)
            case "few":
                letters = letters_of(scope.hints.numbers(f"{path}[]"), text=True)
                raw = few(self.source, lowest, most, letters, weight=len(ALPHABETS) if each else 4)
            case "known":
                raw = altered(self.source, self.source.pick(known), words, (*known, *earlier), codec=codec)
            case "earlier":
                raw = altered(self.source, self.source.pick(earlier), words, (*known, *earlier), codec=codec)
            case _:
                drawn = self.source.text(lowest, min(most, max(lowest, 32)), codec)
                raw = drawn.encode(shape.encoding, "ignore")
        text = whole_text(raw.replace(b"\0", b""), lowest, most, shape.encoding)
        other = broken(self.source, text, shape, most) if shape.mostly else text
        return other if exactly in (None, len(other)) else text


def _is_text(member: Member) -> bool:
    return isinstance(member.shape, PointerShape) and member.shape.what is What.STRING


def _all_end_at_nul(group: tuple[Member, ...], length: object) -> bool:
    return all(isinstance(m.shape, PointerShape) and ends_at_nul(m.shape, length) for m in group)


def _bounds_of_bytes(element: Shape) -> tuple[int, int]:
    """Return the bounds of bytes that are elements, where these are none below zero."""
    if not isinstance(element, ScalarShape) or not is_byte(element) or element.lowest < 0:
        return 0, 255
    return int(element.lowest), int(min(element.highest, 255))


def _listed_bytes(element: Shape, raw: bytes) -> bytes:
    """Return bytes that are elements of which only some are valid, each of these in turn for another byte."""
    if not isinstance(element, ScalarShape) or not is_byte(element) or not element.listed:
        return raw
    listed = [int(each) & 0xFF for each in element.listed]
    return bytes(byte if byte in listed else listed[byte % len(listed)] for byte in raw)
