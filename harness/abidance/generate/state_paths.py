"""Calls that bring a handle into a state, and what state a call may leave it in.

Which state a call leads to is known only when it was made: the worker sees to it that no call is made in a state in
which it is not lawful. What is generated are calls that can lead where they are to.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from abidance.boundary.encode.states import target_tests
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.left_by import left_by
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import ANY, CallOn, Derived, Earlier, NewHandle
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import EvaluationError, spelling
from abidance.generate.hints import Hints
from abidance.generate.source import UnlawfulDrawError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.states import StateMachine, TransitionTarget
    from abidance.boundary.model.values import Value, Values
    from abidance.contract.expression import Expression
    from abidance.generate.drawing import Drawer
    from abidance.generate.scope import FilterLog
    from abidance.plan.plan import NumberTest

TRIES = 5
"""So often arguments are made anew with which a call cannot lead to the state that it is to lead to."""
MAY_WANDER = (False, False, False, True)
"""How often a handle is brought into another state than the nearest one in which a call is lawful."""


def calls_towards(
    drawer: Callable[[], Drawer],
    boundary: Boundary,
    machine: StateMachine,
    begin: str,
    wanted: Collection[str],
    log: FilterLog,
    *,
    making: bool = False,
    alone: bool = False,
) -> Iterator[CallOn]:
    """Yield the calls of a shortest way from a state to one of those that are wanted; raises UnlawfulDrawError.

    Where there is no other, calls may be `making` handles of other kinds, which are not used: a statement keeps its
    connection from being closed. Before a call that is made `alone`, on a new handle, nobody is asked how much room
    another takes: such calls lead nowhere then.
    """
    usable = _usable(boundary, machine, making=False, alone=alone)
    if making and begin not in wanted and not machine.next_towards(begin, wanted, usable):
        usable = _usable(boundary, machine, making=True, alone=alone)
    state, source = begin, drawer().source
    while state not in wanted:
        ways = machine.next_towards(state, wanted, usable)
        refusals = () if ways else _refusals_towards(boundary, machine, state, wanted)
        if refusals:
            function, clause = source.pick(refusals)
            yield _refused_on(drawer(), boundary, function, machine.handle, clause)
            state = machine.alike(clause.to, state)
            continue
        if not ways:
            words = f"no call leads a `{machine.handle}` from `{state}` to {' or '.join(sorted(wanted))}"
            remedy = "describe a function that leads there, and say so under `transitions`"
            raise log.refuse(words, boundary.handles[machine.handle].span, remedy)
        name, target = source.pick(ways)
        calling = _given_callbacks(boundary, machine, state)
        if calling and source.flag():
            function = source.pick(calling)
            eager = drawer()
            eager.calls_back = True
            yield on_handle(eager, boundary, function, machine.handle, Hints.of(boundary, function), {})
        yield _call_to(drawer(), boundary, machine, name, (state, target), log)
        state = target


def leads(boundary: Boundary, machine: StateMachine, begin: str, wanted: frozenset[str]) -> bool:
    """Tell whether a new handle in a state is in one that is wanted, or calls may lead it there before one alone."""
    known = machine.derived.get((leads, begin, wanted))
    if known is None:
        known = begin in wanted or any(
            machine.next_towards(begin, wanted, _usable(boundary, machine, making=making, alone=True))
            for making in (False, True)
        )
        known = known or bool(_refusals_towards(boundary, machine, begin, wanted))
        machine.derived[leads, begin, wanted] = known
    return bool(known)


def _refusals_towards(
    boundary: Boundary, machine: StateMachine, begin: str, wanted: Collection[str]
) -> tuple[tuple[BoundaryFunction, Reject], ...]:
    """Return the calls that are refused in a state and that lead from there to one that is wanted."""
    return tuple(
        (function, clause)
        for function in boundary.functions.values()
        for clause in function.rejects
        if machine.called(clause.to)
        and machine.alike(clause.to, begin) in wanted
        and function.signature is not None
        and _only(function, machine.handle)
        and begin in machine.lawful(function.name, _only(function, machine.handle))
        and _only(function, machine.handle) not in clause.given
    )


def _refused_on(
    drawer: Drawer, boundary: Boundary, function: BoundaryFunction, handle: str, clause: Reject
) -> CallOn:
    """Return a call on a handle that is refused as a clause says."""
    state = drawer.handles.state(handle) if boundary.handles[handle].record else {}
    mine = placeholders(function, handle, state)
    as_refused = function.as_refused(clause)
    hints = Hints.of(boundary, as_refused)
    drawn = drawer.arguments(as_refused, hints, {**clause.given, **mine}, lawful=clause.condition is not None)
    arguments = {n: value for n, value in drawn.items() if n not in mine}
    return CallOn(function.name, arguments, state, clause.text)


def _usable(boundary: Boundary, machine: StateMachine, *, making: bool, alone: bool) -> set[str]:
    """Return the functions that may lead a handle somewhere with nothing but that, and end none."""
    return {
        name
        for name in machine.functions
        if (function := boundary.functions[name]).signature is not None
        and _needs_no_other(function, machine)
        and not (alone and function.rooms)
        and not (_is_no_way(boundary, function, machine) if making else makes_or_ends(boundary, function))
    }


def _is_no_way(boundary: Boundary, function: BoundaryFunction, machine: StateMachine) -> bool:
    """Tell whether a function ends a handle, or makes another of its kind or one that nothing destroys."""
    lives = boundary.handles.values()
    made = [life for life in lives if function.name in life.creates]
    return any(function.name == life.destroy for life in lives) or any(
        life.name == machine.handle or life.destroy is None for life in made
    )


def _given_callbacks(boundary: Boundary, machine: StateMachine, state: str) -> list[BoundaryFunction]:
    """Return the functions that give a handle callbacks which call the library: what those do may lead further."""
    return [
        function
        for function in boundary.functions.values()
        if any(isinstance(m.shape, CallbackShape) and m.shape.may_call for m in function.members)
        and placeholders(function, machine.handle)
        and function.signature is not None
        and state in machine.lawful(function.name)
    ]


def calls_of_prepare(
    drawer: Callable[[], Drawer],
    boundary: Boundary,
    life: HandleLife,
    fixed: Mapping[str, Mapping[str, Value]] = MappingProxyType({}),
) -> tuple[CallOn, ...]:
    """Return the calls of `prepare`, with values for those that are generated; raises UnlawfulDrawError.

    `fixed` has some of these, by functions and parameters.
    """
    made = []
    for name, written in life.prepare:
        if ANY not in written.values():
            made.append(CallOn(name, written))
            continue
        function = boundary.functions[name]
        given = {**{n: v for n, v in written.items() if v is not ANY}, **fixed.get(name, {})}
        made.append(on_handle(drawer(), boundary, function, life.name, Hints.of(boundary, function), given))
    return tuple(made)


def placeholders(
    function: BoundaryFunction, handle: str, state: Mapping[str, Value] | None = None
) -> dict[str, Value]:
    """Return what stands for the handle that a call is made on, by the parameters that it goes to.

    `state` holds the described fields of a handle that the caller allocates.
    """
    return {
        member.name: NewHandle(handle, {}, dict(state or {}))
        for member in function.members
        if isinstance(member.shape, HandleShape) and member.shape.handle == handle
    }


def _only(function: BoundaryFunction, handle: str) -> str:
    """Return the parameter that a function is given a handle as, empty where there are several."""
    found = [*placeholders(function, handle)]
    return found[0] if len(found) == 1 else ""


def _needs_no_other(function: BoundaryFunction, machine: StateMachine) -> bool:
    """Tell whether a call moves a handle on without another of its kind, or one that was made from it."""
    if not placeholders(function, machine.handle):
        return False
    return bool(_only(function, machine.handle)) or not any(
        each.parameter for each in machine.of(function.name)
    )


def on_handle(
    drawer: Drawer,
    boundary: Boundary,
    function: BoundaryFunction,
    handle: str,
    hints: Hints,
    given: Mapping[str, Value],
) -> CallOn:
    """Return a call on a handle with what is `given` and the rest generated: what the caller sets in the handle too."""
    state = drawer.handles.state(handle) if boundary.handles[handle].record else {}
    mine = placeholders(function, handle, state)
    fixed = {n: value for n, value in given.items() if n not in mine}
    drawn = drawer.arguments(function, hints, {**fixed, **mine}, lawful=True)
    return CallOn(function.name, {n: value for n, value in drawn.items() if n not in mine}, state)


def _call_to(
    drawer: Drawer, boundary: Boundary, machine: StateMachine, name: str, way: tuple[str, str], log: FilterLog
) -> CallOn:
    """Return a call that can lead from one state to another: what its condition says of the arguments is met."""
    function, source, (begin, state) = boundary.functions[name], drawer.source, way
    transition = machine.transition(name, _only(function, machine.handle))
    assert transition is not None
    targets = transition.targets_from(begin)
    of_state = [each for each in targets if each.state == state]
    for _ in range(TRIES):
        target = source.pick(of_state)
        hints = _hints(boundary, function, _about_arguments(function, target, drawer))
        example = source.pick(({}, *(each.given for each in function.examples)))
        try:
            call = on_handle(drawer, boundary, function, machine.handle, hints, example)
        except UnlawfulDrawError:
            continue
        arguments = {**call.arguments, **placeholders(function, machine.handle, call.state)}
        if state in reachable(boundary, function, targets, arguments):
            return call
    raise log.refuse(f"a call of `{name}` that leads to `{state}`", transition.span)


def _hints(boundary: Boundary, function: BoundaryFunction, more: tuple[Expression, ...]) -> Hints:
    return Hints.of_all(boundary, function.members, (*function.requires, *more), ())


def _about_arguments(
    function: BoundaryFunction, target: TransitionTarget, drawer: Drawer
) -> tuple[Expression, ...]:
    """Return the conditions on arguments alone of one way in which a target's condition holds."""
    if target.condition is None:
        return ()
    left = left_by(function)
    parts = drawer.source.pick(target.condition.alternatives)
    return tuple(part for part in parts if not part.names & left.keys())


def reachable(
    boundary: Boundary, function: BoundaryFunction, targets: Collection[TransitionTarget], arguments: Values
) -> frozenset[str]:
    """Return the states that a call with these arguments can lead to."""
    given = boundary.scope(members_seen(function.members, arguments))
    places = {TOLD: 0, **{name: 0 for name, value in arguments.items() if value is not None}}
    found: set[str] = set()
    for target in targets:
        tests = target_tests(boundary, function, target.condition, given, places)
        if tests:
            found.add(target.state)
        if () in tests:
            break
    return frozenset(found)


def after_call(
    boundary: Boundary,
    machine: StateMachine,
    function: BoundaryFunction,
    arguments: Values,
    before: frozenset[str],
    parameter: str = "",
    originals: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Return the states that a handle may be in after a call that is given it as `parameter`, of those before.

    `originals` are the states in which what the call makes it a copy of may have been; empty for any.
    """
    transition = machine.transition(function.name, parameter)
    if transition is None or not transition.targets or not before & transition.sources:
        return before
    given = boundary.scope(members_seen(function.members, arguments))
    places = {TOLD: 0, **{name: 0 for name, value in arguments.items() if value is not None}}
    after = {*(before - transition.sources)}  # where it was not lawful it is not made
    tests: dict[
        int, list[tuple[NumberTest, ...]]
    ] = {}  # of numbers that are counted, states have one in common
    for state in before & transition.sources:
        for target in transition.targets_from(state):
            if originals and target.original and target.original not in originals:
                continue
            which = id(target.condition)
            if which not in tests:
                tests[which] = target_tests(boundary, function, target.condition, given, places)
            told = tests[which]
            if told:
                after.add(target.state)
            if () in told and not target.original:
                break
        else:
            certain = transition.copies and () in tests.get(id(None), ())
            after |= set() if certain else {state}  # where no condition holds it stays
    return frozenset(after)


def first_state(
    boundary: Boundary, machine: StateMachine, create: BoundaryFunction, arguments: Mapping[str, Value]
) -> str:
    """Return the state of a handle that is made; raises EvaluationError where earlier calls are to tell it."""
    asked = machine.asked_of(create.name)
    late = sorted(asked & {spelling(name) for name, each in arguments.items() if _is_left(each)})
    if late:
        raise EvaluationError(f"`{late[0]}` is what an earlier call leaves", create.span)
    given = boundary.scope(members_seen(create.members, arguments)) if asked else {}
    return machine.first(create.name, given)


def _is_left(value: Value) -> bool:
    return isinstance(value, Derived) or (isinstance(value, Earlier) and not value.handle)


def after_prepare(boundary: Boundary, machine: StateMachine, begin: str, calls: Collection[CallOn]) -> str:
    """Return the state that a handle is most likely in after the calls that prepare it."""
    state = begin
    for call in calls:
        function = boundary.functions[call.function]
        arguments = {**call.arguments, **placeholders(function, machine.handle, call.state)}
        parameter = _only(function, machine.handle)
        after = after_call(boundary, machine, function, arguments, frozenset((state,)), parameter)
        transition = machine.transition(function.name, parameter)
        targets = transition.targets_from(state) if transition is not None else ()
        state = next((each.state for each in targets if each.state in after), state)
    return state


def makes_or_ends(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a function creates a handle, or destroys one."""
    lives = boundary.handles.values()
    return any(function.name in life.creates or life.destroy == function.name for life in lives)
