"""The steps of a sequence so far: what is alive after them, in which states, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.call_terms import owning
from abidance.boundary.encode.handle_objections import may_take
from abidance.boundary.encode.handle_places import held_members
from abidance.boundary.encode.holdings import Holdings
from abidance.boundary.model.values import Earlier, Step
from abidance.boundary.values.creation_numbers import with_created
from abidance.contract.expression import EvaluationError
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.state_paths import after_call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import CallOn, Values
    from abidance.generate.sequence_model import Operation


@dataclass(slots=True)
class SequenceState:
    """The calls of a sequence up to here, and the handles that they leave."""

    boundary: Boundary
    steps: list[Step] = field(default_factory=list)
    holdings: Holdings = field(init=False)
    _has_states: bool = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing alive."""
        self.holdings = Holdings(self.boundary)
        self._has_states = any(life.machine is not None for life in self.boundary.handles.values())

    def call_on(self, each: Held, call: CallOn) -> None:
        """Add a call on a handle that makes none."""
        function = self.boundary.functions[call.function]
        arguments = dict(call.arguments)
        for member in function.members:
            if getattr(member.shape, "handle", None) == each.handle:
                arguments[member.name] = self.handle(each)
        refusal = function.refusal(call.rejects) if call.rejects else None
        if refusal is not None:
            self.note(function, arguments, refused=True, to=refusal.to)
            self.steps.append(Step(call.function, arguments, rejects=call.rejects))
            return
        self.note(function, arguments)
        self.steps.append(Step(call.function, arguments))
        given_as = next(m.name for m in function.members if getattr(m.shape, "handle", None) == each.handle)
        self.moved(each, function, arguments, given_as)

    def handle(self, each: Held) -> Earlier:
        """Return how a later call is given a handle, with what is known of it."""
        return with_created(self.boundary, self.steps, Earlier(each.call, each.path, each.handle))

    def all_moved(self, given: Mapping[str, Held], function: BoundaryFunction, arguments: Values) -> None:
        """Note the states that a call may have led all handles to that it is given, by their paths."""
        were = {path: each.states for path, each in given.items()}
        for path, each in given.items():
            self.moved(each, function, arguments, path, were)

    def moved(
        self,
        each: Held,
        function: BoundaryFunction,
        arguments: Values,
        path: str,
        were: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Note the states that a call may have led a handle to, and those that it was made from.

        `were` are the states in which those that it is given may have been before, by their paths.
        """
        parameter = path.partition("[")[0]
        concerned = [
            (parameter, each),
            *((f"{parameter}.{name}", one) for name, one in each.made_with.items()),
        ]
        for name, held in concerned:
            machine = self.boundary.handles[held.handle].machine
            if machine is None:
                continue
            known = Step(function.name, arguments).known
            transition = machine.transition(function.name, name)
            copied = transition.copies if transition is not None else ""
            originals = (were or {}).get(copied, frozenset())
            if copied and arguments.get(copied) is None:
                continue  # there is nothing that it would be a copy of
            held.states = after_call(self.boundary, machine, function, known, held.states, name, originals)
            if machine.states[0] in held.states:
                held.called_once.clear()
            elif transition is not None and transition.once:
                held.called_once.add(function.name)

    def note(
        self, function: BoundaryFunction, arguments: Values, *, refused: bool = False, to: str = ""
    ) -> None:
        """Note what a call does to the handles that it is given, where it makes none, or leads `to` where refused."""
        given = self.holdings.given(function, arguments)
        for held in given.values() if to else ():
            machine = self.boundary.handles[held.handle].machine
            if machine is not None and machine.called(to):
                held.states |= {machine.alike(to, each) for each in held.states}
        self.holdings.make(self.owning(function, arguments), len(self.steps), given, (), refused=refused)

    def owning(self, function: BoundaryFunction, arguments: Values) -> BoundaryFunction:
        """Return a function with whose what it is given is after a call; what is not known makes no call."""
        try:
            return owning(self.boundary, function, arguments)
        except EvaluationError:
            raise UnlawfulDrawError(function.name) from None

    def free(self, handle: str, role: Operation | None = None, parameter: str | None = None) -> list[Held]:
        """Return the live handles of a kind; those that an operation may be given, when that is what it is for.

        With a `parameter`, as that, and otherwise as any.
        """
        ending = role.function if role is not None and role.ends == handle else None
        return [
            each
            for each in self.holdings.alive
            if each.handle == handle
            and (ending is None or self._may_end(each, ending))
            and (role is None or self._lawful(each, role.function, parameter))
        ]

    def _may_end(self, each: Held, function: BoundaryFunction) -> bool:
        """Tell whether a function that destroys handles of a kind may destroy this one."""
        shapes = (shape for _, shape in held_members(function) if shape.handle == each.handle)
        return any(may_take(self.holdings, shape, each) for shape in shapes)

    def _lawful(self, each: Held, function: BoundaryFunction, parameter: str | None) -> bool:
        if not self._has_states:
            return True
        among = (
            [name for name, shape in held_members(function) if shape.handle == each.handle]
            if parameter is None
            else [parameter]
        )
        return any(
            self._may_be(each, function, name)
            and all(self._may_be(one, function, f"{name}.{made}") for made, one in each.made_with.items())
            for name in among
        )

    def _may_be(self, each: Held, function: BoundaryFunction, parameter: str) -> bool:
        """Tell whether a handle may be in a state in which it may be given to a function."""
        machine = self.boundary.handles[each.handle].machine
        if machine is None:
            return True
        if each.may_be_another:  # it may be any other, in any state
            return not machine.matters(function, parameter)
        transition = machine.transition(function.name, parameter)
        used = transition is not None and transition.once and function.name in each.called_once
        return not used and not each.states.isdisjoint(machine.lawful(function.name, parameter))
