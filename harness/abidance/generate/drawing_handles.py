"""Handles for one call: how each is created and prepared, the calls that bring it into a state, and its own fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape, NumberHandle
from abidance.boundary.model.values import ROOM, CallOn, Earlier, NewHandle
from abidance.boundary.values.windows import with_nothing
from abidance.contract.expression import declared, spelling
from abidance.generate.creation import creations, creations_beside, takes
from abidance.generate.filling import asks_about, calls_that_fill
from abidance.generate.hints import Hints
from abidance.generate.scope import Scope
from abidance.generate.state_paths import (
    MAY_WANDER,
    after_prepare,
    calls_of_prepare,
    calls_towards,
    first_state,
    leads,
    placeholders,
)
from abidance.generate.windows import ANEW, AS_IT_IS, WAYS, asked_before, goes_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.values import InState, Value, Values
    from abidance.generate.creation import Creation
    from abidance.generate.drawing import Drawer
    from abidance.generate.hints import Leading

MOSTLY = (True, True, True, False)
"""Three handles of four are such as are known to be taken."""
NOTHING_GIVEN: Mapping[str, object] = MappingProxyType({})
NOTHING_LEADS: Leading = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HandleDrawer:
    """Makes the handles of the call whose arguments `drawer` makes."""

    drawer: Drawer

    def handle(
        self,
        shape: HandleShape,
        path: str,
        hints: Hints,
        given: Mapping[str, object] = NOTHING_GIVEN,
        within: tuple[str, ...] = (),
        *,
        free: bool = False,
    ) -> Value:
        """Make what a new handle is created with, and the state it is used in, of which `given` fixes a part.

        `hints` are those of the function that takes it. It is brought into a state in which that function may be
        called, or into one of those `within` which the contract says that it is refused.
        """
        name = shape.handle
        pick = self.drawer.pick_handle
        chosen = pick(path, shape) if pick is not None else None
        if isinstance(chosen, Earlier):
            state = self.state(name, given, free=free)
            return replace(
                chosen, state=state, within=within, goes_on=self._going_on(name, state, given, hints)
            )
        life = self.drawer.boundary.handles[name]
        if name in self.drawer.created:
            raise self.drawer.log.refuse(
                f"a first `{name}`, which `{life.create}` creates from another", life.span
            )
        wanted = frozenset(within) or self._lawful(life, path)
        fit = hints.creators.get(path, ())
        way = self._way_beside(life, shape) if shape.parent else self._way_to_create(life, shape, wanted, fit)
        create = way.function
        fixed = {**way.given, **(placeholders(create, way.made_from) if way.made_from else {})}
        copies = create.name != life.create and bool(takes(create, name))
        inner = self.drawer.of_copier(name) if copies else self.drawer.of_creator(name)
        arguments = inner.arguments(create, hints.beside(self.drawer.boundary, create), fixed, lawful=True)
        state = self.state(name, given, free=free)
        creator = create.name if create.name != life.create else ""
        made = NewHandle(name, arguments, state, within=within, creator=creator)
        return self.brought(made, path, hints.leading)

    def in_state(self, shape: HandleShape, path: str, hints: Hints, wanted: InState) -> Value:
        """Make a handle in one of some states: those in which a call is refused, or in which it is like any other.

        A call that is refused is made in these states alone, also where the function may be called in every state.
        """
        made = self.handle(shape, path, hints, within=wanted.states)
        return replace(made, within=()) if isinstance(made, NewHandle) and wanted.lawful else made

    def _lawful(self, life: HandleLife, path: str) -> frozenset[str]:
        """Return the states in which a handle may be given to the function that is called; none where any is."""
        machine = life.machine
        if machine is None or not machine.of(self.drawer.called):
            return frozenset()
        return machine.lawful(self.drawer.called, path.partition("[")[0])

    def _way_to_create(
        self, life: HandleLife, shape: HandleShape, wanted: frozenset[str], fit: Sequence[Creation] = ()
    ) -> Creation:
        """Choose how a handle is created; the simplest is by the first function, with generated arguments.

        What is left in a state that leads to none of those which are `wanted` is of no use, if another is not. Mostly
        it is one of those ways that `fit`, where these are known.
        """
        boundary, machine = self.drawer.boundary, life.machine
        generated, written = creations(boundary, life, self.drawer.created | self.drawer.copied)
        if shape.created_with:
            names = {*shape.created_with}
            generated = tuple(each for each in generated if names <= {m.name for m in each.function.members})
            written = tuple(each for each in written if names <= {m.name for m in each.function.members})
            if not generated and not written:
                raise self.drawer.log.refuse(
                    f"a `{life.name}` that is created with {', '.join(names)}", shape.span
                )
        if machine is not None and wanted and len(generated) + len(written) > 1:
            useful = {
                each.function.name
                for each in (*generated, *written)
                if any(leads(boundary, machine, state, wanted) for state in machine.begun(each.function.name))
            }
            if useful:
                generated = tuple(each for each in generated if each.function.name in useful)
                written = tuple(each for each in written if each.function.name in useful)
        if len(fit) > 0 and self.drawer.source.pick(MOSTLY):
            generated = tuple(each for each in generated if each in fit)
            written = tuple(each for each in written if each in fit)
        among = [each for each in (generated[:1], written, generated[1:]) if each]
        return self.drawer.source.pick(self.drawer.source.pick(among) if len(among) > 1 else among[0])

    def _way_beside(self, life: HandleLife, shape: HandleShape) -> Creation:
        """Choose how a handle comes from the one of the same call that it must be from; raises RefusedError."""
        boundary = self.drawer.boundary
        called = boundary.functions[self.drawer.called]
        ways = creations_beside(boundary, life, called, shape.parent, self.drawer.created)
        if not ways:
            words = f"no function makes a `{life.name}` from `{shape.parent}`, or tells of one that is of it"
            parent = next(m.shape for m in called.members if m.name == shape.parent)
            kind = parent.handle if isinstance(parent, HandleShape) else shape.parent
            remedy = (
                f"describe a function in `create` of `{life.name}` that takes a `{kind}`, or one that returns a "
                f"`{life.name}` of it: `returns: {{handle: {life.name}, owner: callee, lifetime: handle({kind})}}`"
            )
            if kind not in life.parents and any(
                takes(boundary.functions[each], kind) for each in life.creates
            ):
                remedy = (
                    f"`parent` of `{life.name}` says that the `{kind}` it is made from is forgotten; where it may "
                    f"outlive that, say so where it is made: `{{handle: {kind}, owner: shared, lifetime: "
                    "handle(result)}`"
                )
            raise self.drawer.log.refuse(words, shape.span, remedy)
        return self.drawer.source.pick(ways)

    def brought(self, made: NewHandle, path: str, leading: Leading = NOTHING_LEADS) -> NewHandle:
        """Return a new handle with the calls that prepare it, and bring it into a state in which it may be used.

        It is given to the function that is called at a path. Mostly these are calls of which it is known where they are
        `leading`, if any are.
        """
        life = self.drawer.boundary.handles[made.handle]
        machine = life.machine

        def drawer() -> Drawer:
            inner = self.drawer.of_creator(made.handle)
            # What a handle was given before is what a call of it is often about.
            inner.memory.pool.contents = self.drawer.memory.pool.contents
            return inner

        if life.prepares_with_any and not made.prepared:
            made = replace(made, prepared=calls_of_prepare(drawer, self.drawer.boundary, life))
        if made.calls:
            return made
        if machine is None:
            function = self.drawer.boundary.functions.get(self.drawer.called)
            if function is None or not asks_about(function, path.partition("[")[0]):
                return made
            return replace(made, calls=tuple(calls_that_fill(drawer, self.drawer.boundary, life)))
        prepared = made.prepared or tuple(CallOn(*each) for each in life.prepare)
        create = self.drawer.boundary.functions[made.creator or life.create]
        first = first_state(self.drawer.boundary, machine, create, made.arguments)
        begin = after_prepare(self.drawer.boundary, machine, first, prepared)
        wanted = frozenset(made.within) or machine.lawful(self.drawer.called, path.partition("[")[0])
        concerned = machine.of(self.drawer.called) or (machine.counted and self._is_told(life))
        if len(wanted) > 1 and concerned and self.drawer.source.pick(MAY_WANDER):
            reached = [each for each in machine.states if each in wanted and self._leads(life, begin, each)]
            wanted = frozenset((self.drawer.source.pick(reached),)) if reached else wanted
        if begin in wanted:
            return made
        known = leading.get((path, wanted), ())
        if len(known) > 0 and self.drawer.source.pick(MOSTLY):
            return replace(made, calls=tuple(known))
        calls = calls_towards(
            drawer, self.drawer.boundary, machine, begin, wanted, self.drawer.log, making=True, alone=True
        )
        return replace(made, calls=tuple(calls))

    def _leads(self, life: HandleLife, begin: str, state: str) -> bool:
        assert life.machine is not None
        return leads(self.drawer.boundary, life.machine, begin, frozenset((state,)))

    def _is_told(self, life: HandleLife) -> bool:
        """Tell whether the function that is called shows what a handle counts, or promises something of that."""
        function = self.drawer.boundary.functions.get(self.drawer.called)
        named = {
            part
            for each in (function.ensures if function else ())
            for r in each.references
            for part in r.parts
        }
        return (life.machine is not None and self.drawer.called in life.machine.showing) or bool(
            named & life.counted
        )

    def may_be_none(self, shape: HandleShape, scope: Scope) -> bool:
        """Tell whether NULL is passed for a handle."""
        if shape.handle in self.drawer.created:
            return self.drawer.memory.checker.may_be_null(shape, scope, {})
        return self.drawer.memory.null(shape, scope, {})

    def none(self, shape: HandleShape) -> Value:
        """Return what is passed for no handle: NULL, or a number that is none."""
        if not isinstance(shape, NumberHandle):
            return None
        ends = dict.fromkeys(end for each in shape.invalid.each for end in each)
        return self.drawer.source.pick((shape.none, *ends))

    def state(
        self,
        name: str,
        given: Mapping[str, object] = NOTHING_GIVEN,
        *,
        new: bool = False,
        free: bool = False,
    ) -> Values:
        """Make what a handle that the caller allocates has in its described fields."""
        life = self.drawer.boundary.handles[name]
        if not life.record:
            return {}
        wanted = life.described if new else life.renewed
        described = tuple(m for m in life.record.members if m.name in wanted)
        scope = Scope(f"{name}.", None, Hints(), given, free=free)
        if life.record.variants:
            told = tuple(v for v in life.record.variants if {*map(declared, v.tag.names)} <= wanted)
            record = replace(life.record, members=described, variants=told)
            described, given = self.drawer.tagged(record, given, name, scope)
        return self.drawer.scope(described, replace(scope, given=given))

    def _going_on(
        self, name: str, state: Values, given: Mapping[str, object], hints: Hints
    ) -> tuple[str, ...]:
        """Choose windows of a used handle that go on; where nothing is to follow in them, `state` says so then.

        Nothing is known of them where the call was not made that was to leave them; the handle is ended all the same.
        """
        if self.drawer.boundary.handles[name].destroy == self.drawer.called:
            return ()
        found = []
        asked = asked_before(hints)
        for member, count in goes_on(self.drawer.boundary.handles[name]):
            # What the contract asks of a window before the call is known of a new one alone.
            if (
                asked & {spelling(member.name), spelling(count.name)}
                or {member.name, count.name} & given.keys()
            ):
                continue
            way = self.drawer.source.pick(WAYS)
            if way == ANEW or member.name not in state:
                continue
            found.append(member.name)
            if way == AS_IT_IS:
                state |= with_nothing(state, (member, count))
        return tuple(found)

    def new_storage(self, shape: HandleShape) -> Value:
        life = self.drawer.boundary.handles[shape.handle]
        return self.state(shape.handle, new=True) if life.record and shape.level == 1 else ROOM
