"""The bytes that say how a new handle is brought into a state, as `runtime/states.h` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.values import CallOn
from abidance.generate.state_paths import after_prepare, first_state
from abidance.native.script_seeds import NoInputError
from abidance.native.target import input_format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.states import StateMachine
    from abidance.boundary.model.values import NewHandle
    from abidance.native.target.program import CompiledContract


@dataclass(frozen=True, slots=True)
class StateWay:
    """The way of a handle of some kind to one of the states that are wanted."""

    compiled: CompiledContract
    kind: str
    wanted: frozenset[str]

    def choices(self, value: NewHandle) -> Iterator[int | CallOn]:
        """Yield the bytes and the calls of the way that a case has; raises NoInputError where it goes another way.

        Where a call led only the library could tell: it is taken to lead on.
        """
        reached = self._reached(value)
        wanted = self.wanted
        if len(wanted) > 1:
            nearest = not wanted & {*reached[:-1]} and reached[-1] in wanted
            if nearest:
                yield 0
            else:
                listed = [state for state in self._machine.states if state in wanted]
                if reached[-1] not in wanted:
                    raise NoInputError
                which = listed.index(reached[-1])
                yield next(byte for byte in range(fmt.WANDERS, 256) if byte % len(listed) == which)
                wanted = frozenset((reached[-1],))
        for state, call in zip(reached, value.calls, strict=False):
            usable = self._usable(state, wanted)
            if call.function not in usable:
                raise NoInputError
            yield usable.index(call.function)
            yield call

    @property
    def _machine(self) -> StateMachine:
        machine = self.compiled.boundary.handles[self.kind].machine
        assert machine is not None
        return machine

    def _reached(self, value: NewHandle) -> list[str]:
        """Return the states before each call of the way, and after the last one."""
        boundary, machine = self.compiled.boundary, self._machine
        life = boundary.handles[self.kind]
        prepared = tuple(CallOn(*each) for each in life.prepare)
        create = boundary.functions[value.creator or life.create]
        first = first_state(boundary, machine, create, value.arguments)
        reached = [after_prepare(boundary, machine, first, prepared)]
        for number, call in enumerate(value.calls):
            transition = machine.transition(call.function)
            leads = transition.targets_from(reached[-1]) if transition is not None else ()
            targets = [each.state for each in leads]
            if not targets:
                raise NoInputError
            following = value.calls[number + 1].function if number + 1 < len(value.calls) else ""
            lawful = machine.lawful(following) if following else self.wanted
            reached.append(next((state for state in targets if state in lawful), targets[0]))
        return reached

    def _usable(self, state: str, wanted: frozenset[str]) -> list[str]:
        """Return the functions of which a byte chooses one, in the order of the target's table."""
        machine = self._machine
        ways = self.compiled.ways.get(self.kind, ())
        nearer = {name for name, _ in machine.next_towards(state, wanted, ways)}
        return [name for name in ways if name in nearer]
