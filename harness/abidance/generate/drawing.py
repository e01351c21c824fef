"""Values for one call, made of choices: valid ones by construction wherever the contract tells how.

Lengths are tied to the buffers that they describe, NULL appears where it is valid, records are made field by
field, handles come with the arguments that create them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape, EarlierCallbackShape
from abidance.boundary.model.traversal import fields_of, number_of, place_passed, record_of
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    DeadShape,
    EndShape,
    HandleShape,
    NothingShape,
    NumberHandle,
    OpaqueAddressShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    UserDataShape,
    What,
    WithinShape,
)
from abidance.boundary.model.values import (
    ANOTHER,
    DESTROYED,
    OPAQUE_ADDRESSES,
    ROOM,
    SOMEWHERE,
    CallWithin,
    Derived,
    InState,
    NewHandle,
)
from abidance.boundary.model.variants import living_member, without
from abidance.boundary.values import creation_numbers
from abidance.boundary.values.element_lengths import has_one_each
from abidance.boundary.values.length_parameters import ties
from abidance.boundary.values.memory import is_byte
from abidance.boundary.values.scope import as_seen, members_seen
from abidance.contract.expression import spelling
from abidance.generate import buffers
from abidance.generate.drawing_handles import HandleDrawer
from abidance.generate.drawing_memory import MemoryDrawer
from abidance.generate.drawing_records import draw_records
from abidance.generate.element_lengths import bounded, settle
from abidance.generate.hints import Hints
from abidance.generate.parts import (
    alternatives,
    condition,
    conditions,
    is_known,
    named_member,
    nulls_last,
    sizing,
    sort_arrays,
    with_lengths,
)
from abidance.generate.python_strategies import NoOpinionError
from abidance.generate.scope import LARGE, LONG, MANY, MISSING, Scope
from abidance.generate.scripts import script
from abidance.generate.state_paths import (
    placeholders,
)
from abidance.generate.tags import fits, tagged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, LentRoom
    from abidance.boundary.model.types import Member, Shape, TaggedUnion
    from abidance.boundary.model.values import Script, Value, Values
    from abidance.generate.scope import FilterLog
    from abidance.generate.source import ChoiceSource, UnlawfulDrawError


_SOON = (0, 0, 0, 1)
"""At which invocation a callback calls that is to lead somewhere: few calls invoke it often."""


@dataclass(slots=True)
class Drawer:
    """Makes the arguments of one call."""

    boundary: Boundary
    source: ChoiceSource
    log: FilterLog
    pick_handle: Callable[[str, HandleShape], Value] | None = None
    """Who chooses the handles of a call in a sequence, each for its path, where none is made for it alone."""
    unseen: frozenset[str] = frozenset()
    """Arguments whose values are known only when earlier calls have been made; no precondition is asked of them."""
    created: frozenset[str] = frozenset()
    """Handles that this call creates, or is one of the calls that create it: the first node has none above it."""
    copied: frozenset[str] = frozenset()
    """Handles that this call creates from others of their kind, which are created in no such way themselves."""
    called: str = ""
    """The function whose arguments are made."""
    calls_back: bool = False
    """Whether a callback that may call functions does so at once, since what that leads to is wanted."""
    variants: dict[str, TaggedUnion] = field(default_factory=dict)
    """By parameter that is a union, or points to one, which member of it lives."""
    memory: MemoryDrawer = field(init=False)
    handles: HandleDrawer = field(init=False)

    def __post_init__(self) -> None:
        """Set up what makes numbers, memory and handles."""
        self.memory = MemoryDrawer(self.boundary, self.source, self.log, self.in_place)
        self.handles = HandleDrawer(self)

    def of_creator(self, handle: str) -> Drawer:
        """Return what makes the arguments of a call by which a `handle` comes to be."""
        return Drawer(
            self.boundary, self.source, self.log, created=self.created | {handle}, copied=self.copied
        )

    def of_copier(self, handle: str) -> Drawer:
        """Return what makes the arguments of a call by which a `handle` comes to be from others of its kind."""
        return Drawer(
            self.boundary, self.source, self.log, created=self.created, copied=self.copied | {handle}
        )

    def arguments(
        self, function: BoundaryFunction, hints: Hints, given: Mapping[str, object], *, lawful: bool
    ) -> Values:
        """Return arguments that keep the preconditions; raises RefusedError.

        With `lawful` false, those that name something given are not asked: the call is meant to break them.
        """
        self.log.tried += 1
        self.called = function.name
        self.variants = dict(function.variants)
        own, room = self._filled(function, given)
        values = self.scope(function.members, Scope("", None, hints, own, free=not lawful))
        if function.lent is not None:
            computed = given.get(function.lent.lender)
            values[function.lent.lender] = (
                computed
                if isinstance(computed, Derived)
                else self._contents_of_room(function.lent, values, room)
            )
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
        raise self.log.unmet(broken)

    def _filled(
        self, function: BoundaryFunction, given: Mapping[str, object]
    ) -> tuple[Mapping[str, object], bytes | None]:
        """Return what is given, with how much room was filled, and what it was filled with; None where that is free."""
        if function.lent is None or not isinstance(room := given.get(function.lent.lender), bytes):
            return given, None
        own = {name: value for name, value in given.items() if name != function.lent.lender}
        return {function.lent.count: len(room), **own}, room

    def _contents_of_room(self, lent: LentRoom, values: Values, room: bytes | None) -> bytes:
        """Make what the caller fills room with that it was lent."""
        count = values[lent.count]
        if isinstance(count, Derived):
            return b"" if room is None else room  # how much there is must be known first
        assert isinstance(count, int)
        size = next(m.shape for m in self.boundary.functions[lent.lender].members if m.name == lent.size)
        assert isinstance(size, ScalarShape)
        if count > min(size.highest, LARGE):
            raise self.log.refuse(
                f"more than `{lent.lender}` lends", self.boundary.functions[lent.function].span
            )
        if room is not None and len(room) != max(count, 0):
            words = f"{len(room)} bytes in what `{lent.lender}` lends, of which `{lent.count}` counts {count}"
            raise self.log.refuse(words, self.boundary.functions[lent.function].span)
        if room is not None:
            return room
        return buffers.exactly(self.source, max(count, 0))

    def scope(self, members: tuple[Member, ...], scope: Scope) -> Values:
        """Make the members of one scope: lengths with their buffers first, then numbers, then the rest."""
        members = bounded(alternatives(members, scope.given, self.source))
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
            self.memory.numbers(first, scope, values, caps)
        for length, group in tied.items():
            self.memory.tied(named_member(members, length), group, scope, values)
        self.memory.numbers([m for m in members if not condition(m.shape)], scope, values, caps)
        self.memory.numbers([m for m in members if condition(m.shape)], scope, values, caps)
        unions = self.variants if not scope.prefix else {}
        living: dict[str, Shape] = {}
        ordered = sorted(members, key=lambda m: m.name in unions) if unions else members
        for member in sorted(
            nulls_last(ordered, self.source) if asked else ordered,
            key=lambda m: bool(place_passed(m.shape)) - bool(getattr(m.shape, "created_with", ())),
        ):
            if member.name in values:
                continue
            around = self.boundary.scope(members_seen(members, values), outer=scope.outer)
            if asked:
                scope = replace(scope, pending=scope.pending - {*map(spelling, values)})
            there = (
                self._living(member, unions[member.name], around, scope) if member.name in unions else member
            )
            value = self.value(there, around, scope)
            living[member.name] = there.shape
            if isinstance(there.shape, HandleShape) and not creation_numbers.is_known(there.shape, value):
                words = f"a `{there.shape.handle}` of which it is known what created it"
                raise self.log.refuse(words, there.shape.span)
            values[member.name] = value
            self.memory.pool.note(f"{scope.prefix}{member.name}", value)
        settle(self, members, values, scope)
        for member in members:
            shape = living.get(member.name, member.shape)
            if isinstance(shape, PointerShape):
                self.memory.checker.check_size(member, shape, members, values, scope)
        return {member.name: values[member.name] for member in members}

    def _living(
        self, member: Member, variant: TaggedUnion, around: Mapping[str, object], scope: Scope
    ) -> Member:
        """Return a parameter that is a union, or points to one, as what lives in it; raises RefusedError."""
        tag = variant.tag.evaluate({**variant.constants, **around})
        if not variant.names(tag) and not scope.free:
            raise self.log.unmet(variant.tag)
        found = living_member(member, variant, tag)
        dead = {each.name for each in fields_of(found.shape) if isinstance(each.shape, DeadShape)}
        given = scope.given.get(member.name)
        misled = variant.pointer and member.name in scope.given and not scope.free
        if (isinstance(given, dict) and dead & {*given}) or (misled and not fits(found.shape, given)):
            raise self.log.unmet(variant.tag)
        return without(found, dead)

    def _with_hooks(self, members: tuple[Member, ...], scope: Scope) -> Scope:
        """Return the scope with what strategies of the project give; what is given already is theirs no more."""
        asked = [(m, m.generate) for m in members if m.generate is not None and m.name not in scope.given]
        # How long contents of a form are follows from these, also where a parameter beside them says it.
        for member in (each for group in ties(members).values() for each in group):
            shape = member.shape
            assert isinstance(shape, PointerShape)
            if shape.like is None or not shape.direction.read or member.name in scope.given:
                continue
            if shape.nullable is not True or not self.source.flag():
                asked.append((member, shape.like))
        values = self._full_of_records(members, scope)
        if not asked and not values:
            return scope
        for member, name in asked:
            with suppress(NoOpinionError):
                values[member.name] = self.memory.hooked(name, member.shape, f"{scope.prefix}{member.name}")
        return replace(scope, given={**scope.given, **values})

    def _full_of_records(self, members: tuple[Member, ...], scope: Scope) -> dict[str, object]:
        """Make what is full of records, one behind the other: how long it is follows from these."""
        values: dict[str, object] = {}
        for length, group in ties(members).items():
            number = number_of(named_member(members, length).shape)
            assert number is not None
            for member in group:
                shape = member.shape
                assert isinstance(shape, PointerShape)
                if shape.records is None or member.generate is not None or member.name in scope.given:
                    continue
                if shape.nullable is True and self.source.flag():
                    values[member.name] = None
                    continue
                low, high = self.memory.sizes(named_member(members, length), number, group, scope)
                if isinstance(told := scope.given.get(length), int):
                    low = high = told
                path = f"{scope.prefix}{member.name}"
                raw = draw_records(self.memory, shape, path, scope, low, high)
                values[member.name] = raw
                if not raw and not isinstance(shape.nullable, bool) and self.source.flag():
                    values |= {member.name: None, length: 0}
        return values

    def value(self, member: Member, around: Mapping[str, object], scope: Scope) -> Value:
        """Make what is no plain number: memory, records, handles."""
        shape, path = member.shape, f"{scope.prefix}{member.name}"
        fixed = scope.given.get(member.name, MISSING)
        place = place_passed(shape)
        if place is not None and (place is shape or fixed not in (MISSING, None)):
            return self._within(place, path, fixed, around)
        self.memory.checker.check_contents(member, fixed, scope)
        if isinstance(fixed, list) and isinstance(shape, PointerShape):
            self.memory.checker.check_given(shape.element, fixed, member, scope)
        if fixed is DESTROYED and isinstance(shape, HandleShape):
            made = self.handles.handle(shape, path, scope.hints)
            assert isinstance(made, NewHandle)
            return replace(made, destroyed=True)
        if fixed is ANOTHER and isinstance(shape, EarlierCallbackShape):
            if not scope.free:
                raise self._not_given(shape, path)
            return script(self.source, shape.each[0].shape, around)
        if isinstance(fixed, InState) and isinstance(shape, HandleShape):
            return self.handles.in_state(shape, path, scope.hints, fixed)
        if isinstance(fixed, NewHandle) and (fixed.arguments or fixed.creator or fixed.prepared):
            return self.handles.brought(fixed, path, scope.hints.leading)
        none = isinstance(shape, NumberHandle) and isinstance(fixed, int) and fixed in shape.invalid
        if none or (fixed is None and isinstance(shape, AddressShape)):
            there = Scope(path, around, scope.hints, {}, free=scope.free, pending=scope.pending)
            self.memory.checker.check_null(member, there, {})
        goes_on = isinstance(fixed, dict) and (record_of(shape) or isinstance(shape, HandleShape))
        if fixed is not MISSING and not goes_on:
            given: Value = self.memory.fixed(with_lengths(shape, fixed))
            return given
        given_inside = fixed if isinstance(fixed, dict) else {}
        inner = Scope(path, around, scope.hints, given_inside, free=scope.free, pending=scope.pending)
        match shape:
            case PointerShape():
                if fixed is MISSING and self.memory.null(shape, inner, {}):
                    return None
                return self._pointee(shape, path, inner)
            case HandleShape():
                if shape.made:
                    return self.handles.new_storage(shape)
                if not goes_on and self.handles.may_be_none(shape, inner):
                    return self.handles.none(shape)
                return self.handles.handle(shape, path, scope.hints, given_inside, free=scope.free)
            case CallbackShape():
                if self.memory.null(shape, inner, {}):
                    return None
                return self._calling(shape, script(self.source, shape, around))
            case EarlierCallbackShape():
                if self.memory.null(shape, inner, {}):
                    return None
                raise self._not_given(shape, path)
            case UserDataShape():
                return None if self.memory.null(shape, inner, {}) else SOMEWHERE
            case EndShape():
                return SOMEWHERE
            case OpaqueAddressShape():
                none = self.memory.null(shape, inner, {})
                return None if none else self.source.pick(OPAQUE_ADDRESSES)
            case OpaqueShape():
                if shape.nullable is not False and not self.memory.checker.may_be_null(shape, inner, {}):
                    raise self.log.refuse(f"`{path}` must not be NULL here", member.promised)
                return None
            case NothingShape():
                return None
            case _:
                return self.in_place(shape, path, inner)

    def _not_given(self, shape: EarlierCallbackShape, path: str) -> UnlawfulDrawError:
        """Note that no call before this one was given the callback that it is about; return what to raise."""
        names = " or ".join(f"`{each}`" for each in shape.names)
        remedy = "sequences make such calls, of a handle; where there is none, nobody can yet"
        return self.log.refuse(f"`{path}` is none that was given as {names} before", shape.span, remedy)

    def _within(self, shape: WithinShape, path: str, fixed: object, around: Mapping[str, object]) -> Value:
        """Return how far a pointer leads into memory that was made before it: often nowhere, or to its end."""
        memory = around.get(spelling(shape.whose))
        if memory is None or (fixed is MISSING and shape.nullable is True and self.source.flag()):
            return None
        most = len(memory) if isinstance(memory, bytes | list) else 0
        if fixed is MISSING:
            return self.source.pick((0, most)) if self.source.flag() else self.source.integer(0, most)
        if fixed is None and shape.nullable is not False:
            return None
        if not isinstance(fixed, int) or not 0 <= fixed <= most:
            raise self.log.refuse(f"`{path}` does not lead into `{shape.whose}`", shape.span)
        return fixed

    def _calling(self, shape: CallbackShape, made: Script) -> Script:
        """Return what a callback does with a call that it makes itself now and then, where it may."""
        if not shape.may_call or not (self.calls_back or self.source.flag()):
            return made
        function = self.boundary.functions[self.source.pick(shape.may_call)]
        mine = placeholders(function, shape.on)
        inner = Drawer(self.boundary, self.source, self.log, created=self.created, copied=self.copied)
        drawn = inner.arguments(function, Hints.of(self.boundary, function), mine, lawful=True)
        arguments = {name: value for name, value in drawn.items() if name not in mine}
        turn = self.source.pick(_SOON) if self.calls_back else self.source.integer(0, 2)
        return replace(made, calls=(CallWithin(turn, function.name, arguments),))

    def tagged(
        self, shape: RecordShape, given: Mapping[str, object], path: str, scope: Scope
    ) -> tuple[tuple[Member, ...], Mapping[str, object]]:
        """Return what lives in a record whose unions have tags, and what is given of it, the tags included."""

        def make(members: tuple[Member, ...], known: Mapping[str, object]) -> Values:
            return self.scope(members, Scope(f"{path}.", scope.outer, scope.hints, known, free=scope.free))

        there, given = tagged(
            self.source,
            shape,
            given,
            lambda variant: self.log.unmet(variant.tag),
            make,
            lambda tag: scope.hints.bounds(f"{path}.{tag}"),
            free=scope.free,
        )
        return there.members, given

    def _pointee(self, shape: PointerShape, path: str, scope: Scope) -> Value:
        if not shape.direction.read:
            return ROOM
        match shape.what:
            case What.ONE:
                return self.in_place(shape.element, path, scope)
            case What.STRING:
                return self.memory.string(shape, path, scope)
        known = scope.outer or {}  # what arrays of parameters point to has a length that no parameter tells
        if not is_known(shape.length, known) or has_one_each(shape, known):
            return self.memory.up_to_end(shape, path, scope)
        assert shape.length is not None
        size = self.memory.checker.count(shape.length, known, LARGE if shape.what is What.BYTES else MANY)
        return self.memory.buffer(shape, path, size, size, scope)

    def in_place(self, shape: Shape, path: str, scope: Scope) -> Value:
        """Make a value that lies where it is: a number, a record, an array, or what a pointer there points at."""
        match shape:
            case PointerShape():
                return None if self.memory.null(shape, scope, {}) else self._pointee(shape, path, scope)
            case HandleShape():
                return (
                    self.handles.none(shape)
                    if self.handles.may_be_none(shape, scope)
                    else self.handles.handle(shape, path, scope.hints)
                )
            case ScalarShape():
                return self.memory.scalar(shape, path, scope.hints.bounds(path), scope)
            case WithinShape():
                return self._within(shape, path, MISSING, scope.outer or {})
            case RecordShape(members=members, invariants=invariants):
                self.memory.pool.forget(f"{path}.")
                fixed = scope.given
                if shape.generate is not None:
                    with suppress(NoOpinionError):
                        drawn = self.memory.hooked(shape.generate, shape, path)
                        assert isinstance(drawn, dict)
                        fixed = {**drawn, **fixed}
                if shape.variants:
                    members, fixed = self.tagged(shape, fixed, path, scope)
                inner = Scope(f"{path}.", scope.outer, scope.hints, fixed, free=scope.free)
                values = self.scope(members, inner)
                seen = self.boundary.scope(as_seen(shape, values))
                given = frozenset(map(spelling, scope.given)) if scope.free else frozenset()
                for expression in invariants:
                    # What is given may be what makes the call invalid.
                    if not expression.names & given and not expression.holds(seen):
                        raise self.log.unmet(expression)
                return values
            case ArrayShape(of=of, count=size) if is_byte(of):
                return buffers.exactly(self.source, size)
            case ArrayShape(of=of, count=size):
                inner = Scope(scope.prefix, scope.outer, scope.hints, {}, free=scope.free)
                return buffers.elements(self.source, size, lambda: self.in_place(of, f"{path}[]", inner))
        return None
