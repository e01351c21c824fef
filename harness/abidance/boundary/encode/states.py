"""What a plan's calls have to do with the states of their handles: when each is made, and where it leads.

The worker keeps the state of each handle, since only what a call has left tells where it led. A call that is not lawful
in the state that was reached is not made there, whatever a sequence was shortened to.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import held_members, place_in_array
from abidance.boundary.model.facts import fact
from abidance.boundary.model.left_by import left_by
from abidance.boundary.model.ranges import Ranges as NumberRanges
from abidance.boundary.model.traversal import number_of, root_of
from abidance.boundary.model.types import RESULT_NAME, AddressShape, NumberHandle, PointerShape, ScalarShape
from abidance.boundary.model.values import SOMEWHERE, EnumeratorValue, Mark
from abidance.contract.expression import EvaluationError, declared, spelling
from abidance.ir.layout import AddressConstant
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from abidance.boundary.encode.call_state import CallBuilder, LiveHandle
    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.states import StateMachine, Transition, TransitionTarget
    from abidance.boundary.model.types import HandleShape, Shape
    from abidance.contract.expression import Expression

    Ranges = tuple[tuple[int, int], ...]

UNUSED, USED = 0, 1
THERE = 1
"""That a number which was left through a pointer is a handle."""
GONE = 0
"""The state of a handle that was not made, or was destroyed."""
NOT_GIVEN = object()
PLAIN = (int, bool, type(None), EnumeratorValue, Mark, object)
"""Types of what is given by which it is known again; `NOT_GIVEN` is of the last."""
MOST_KNOWN = 1000
"""For so many numbers that are given it is kept what a call leaves then."""


def guards(builder: CallBuilder) -> Iterator[p.Guard]:
    """Yield when a call is made, by the states of its handles."""
    function = builder.function.name
    yield from builder.guards
    yield from _each_another(builder)
    for slot in builder.destroyed:
        yield p.Guard(slot, (GONE,))
    for slot in builder.there:
        yield p.Guard(slot, (THERE,))
    for live, parameter in concerned(builder):
        machine = live.life.machine
        if machine is None or live.state is None:
            continue
        within = builder.within.get(live.made)
        states = machine.lawful(function, parameter) if within is None else within
        counting = machine.transition(function, parameter) if within is None else None
        if counting is not None and counting.counts_by == "given":
            states = _countable(builder, machine, counting)
        if len(states) < len(machine.states):
            lawful = sorted(machine.number(state) for state in states)
            # What was made from it may outlive it, and then has to do with no state of it any more.
            yield p.Guard(live.state, (GONE, *lawful) if "." in parameter else tuple(lawful))
        once = machine.transition(function, parameter)
        if within is None and once is not None and once.once:
            yield p.Guard(live.once[function], (UNUSED,))


def _countable(builder: CallBuilder, machine: StateMachine, transition: Transition) -> frozenset[str]:
    """Return the states from which a call with these arguments counts to a number that there is."""
    late, unknown = left_by(builder.function).keys(), _numbers_left(builder)
    adds = transition.adds
    if adds is not None:
        if adds.amount.names & unknown:
            return frozenset()  # nobody knows yet how far it would count
        amount = adds.amount.evaluate(builder.scope)
        amounts = [amount + each for each in adds.values] if isinstance(amount, int) else []
        counted = {state: numbers[adds.counter] for state, numbers in machine.counted.items()}
        most = max(counted.values())
        return frozenset(
            state
            for state in transition.sources
            if amounts and counted[state] + min(amounts) >= 0 and counted[state] + max(amounts) <= most
        )
    found = set()
    for state in transition.sources:
        targets = transition.targets_from(state)
        known = not any(part.names & unknown for part in _parts(targets))
        if known and any(_may_lead(target, builder.scope, late) for target in targets):
            found.add(state)
    return frozenset(found)


def _may_lead(target: TransitionTarget, given: Mapping[str, object], late: Collection[str]) -> bool:
    """Tell whether a condition may hold with what a call is given; that on what it leaves may."""
    return target.condition is not None and any(
        all(not part.names.isdisjoint(late) or part.holds(given) for part in parts)
        for parts in target.condition.alternatives
    )


def _numbers_left(builder: CallBuilder) -> set[str]:
    """Return the parameters that are given numbers which earlier calls leave."""
    return {
        spelling(member.name)
        for member, argument in zip(builder.function.members, builder.listed, strict=True)
        if isinstance(argument, p.Slot) and isinstance(member.shape, ScalarShape)
    }


def _parts(targets: Iterable[TransitionTarget]) -> Iterator[Expression]:
    conditions = (each.condition for each in targets if each.condition is not None)
    yield from (part for each in conditions for parts in each.alternatives for part in parts)


def _each_another(builder: CallBuilder) -> Iterator[p.Guard]:
    """Yield that a handle which came back, and may be any other, is none that the call is given beside it.

    Where parameters may be one handle, the contract says so with `in_place`.
    """
    given = [*builder.lives.items()]
    for number, (path, live) in enumerate(given):
        may_be_same = builder.function.same_handles(root_of(path))
        for other_path, other in given[:number]:
            if root_of(other_path) not in may_be_same:
                yield from _unlike(live, other)


def none_of_the_callers(builder: CallBuilder, live: Iterable[LiveHandle]) -> Iterator[p.Guard]:
    """Yield that what a call takes out of another handle is not one that the caller has by another name.

    Of a node's parent nothing else tells whether it is the root, which the caller destroys.
    """
    unlinked = {path for path, shape in held_members(builder.function) if shape.unlink}
    for path, taken in builder.lives.items() if unlinked else ():
        if root_of(path) in unlinked and not taken.held.references:
            for each in live:
                if each.held.references:
                    yield from _unlike(taken, each)


def _unlike(one: LiveHandle, other: LiveHandle) -> Iterator[p.Guard]:
    """Yield that two handles are not one, where they may be: what came back may be any that calls brought together."""
    alike = one.held.may_be_another or other.held.may_be_another
    if one is other or one.life is not other.life or not alike or other.held not in one.held.related:
        return
    if isinstance(one.argument, p.Slot) and isinstance(other.argument, p.Slot):
        yield p.Guard(one.argument.index, unlike=other.argument.index)


def concerned(builder: CallBuilder) -> Iterator[tuple[LiveHandle, str]]:
    """Yield the handles that a call is given, and those that they were made from, each as transitions name it."""
    for path, live in builder.lives.items():
        parameter = path.partition("[")[0]
        yield live, parameter
        for name, parent in live.made_with.items():
            yield parent, f"{parameter}.{name}"


def moves(
    boundary: Boundary, builder: CallBuilder, alive: Collection[Held], new_slot: Callable[[], int]
) -> Iterator[p.Move]:
    """Yield the states that a call leads its handles to; one that is refused leads nowhere, or where that says.

    `alive` are the handles that are there after it: one whose references are counted may be. The moves are made one
    after the other, each with what those before it have left.
    """
    function = builder.function
    yield from _copies(boundary, builder, new_slot)
    for live, parameter in concerned(builder):
        machine = live.life.machine
        if machine is None or live.state is None:
            continue
        own = "." not in parameter
        if builder.refused:
            yield from _refused(live.state, machine, builder.leads_to if own else "")
            continue
        if own and live.life.destroy == function.name and live.held not in alive:
            yield p.Move(live.state, GONE)
        transition = machine.transition(function.name, parameter)
        if transition is None or (own and live.life.destroy == function.name):
            continue
        if transition.once:
            yield p.Move(live.once[function.name], USED)
        if transition.copies:
            continue
        yield from _targets(boundary, builder, live, machine, transition, may_be_gone=not own)


def _copies(boundary: Boundary, builder: CallBuilder, new_slot: Callable[[], int]) -> Iterator[p.Move]:
    """Yield that a handle is left where another one was, before the call leads that one on.

    What the call leaves elsewhere itself is put aside first, so that two may change places.
    """
    copied: list[tuple[LiveHandle, int, int]] = []
    for live, parameter in () if builder.refused else concerned(builder):
        machine = live.life.machine
        transition = machine.transition(builder.function.name, parameter) if machine is not None else None
        original = builder.lives.get(transition.copies) if transition is not None else None
        if machine is None or live.state is None or original is None or original.state is None:
            continue
        copied.append((live, original.state, len(machine.states)))
    led, aside = {live.state for live, *_ in copied}, dict[int, int]()
    for _, state, most in copied:
        if state in led and state not in aside:
            aside[state] = new_slot()
            yield p.Move(aside[state], 1, (), (state, 1, most))
    for live, state, most in copied:
        assert live.state is not None
        was = aside.get(state, state)
        for tests in target_tests(boundary, builder.function, None, builder.scope, builder.places):
            yield p.Move(live.state, 1, tests, (was, 1, most))
            for slot in live.once.values():
                yield p.Move(slot, UNUSED, tests, (was, 1, 1))


def _refused(slot: int, machine: StateMachine, to: str) -> Iterator[p.Move]:
    """Yield the state that a refused call leads a handle to, with as much counted as before."""
    if machine.called(to):
        goals = {machine.number(each): machine.number(machine.alike(to, each)) for each in machine.states}
        for low, high, number in _runs(goals):
            yield p.Move(slot, number, (), (slot, low, high))


def begins(live: LiveHandle, builder: CallBuilder) -> Iterator[p.Move]:
    """Yield the state of a handle that a call makes; raises EvaluationError where what tells it is not known yet."""
    machine, function = live.life.machine, builder.function
    if machine is not None and live.state is not None:
        if unknown := sorted(machine.asked_of(function.name) & _numbers_left(builder)):
            words = f"`{unknown[0]}`, which tells the state of a `{machine.handle}`, is what an earlier call leaves"
            raise EvaluationError(words, function.span)
        original = builder.lives.get(machine.copies.get(function.name, ""))
        if original is not None and original.state is not None:
            # As much more than the first state as that one's is.
            yield p.Move(live.state, 1, (), (original.state, 1, len(machine.states)))
        yield p.Move(live.state, machine.number(machine.first(function.name, builder.scope)))


def tests_of_place(
    builder: CallBuilder, path: str, shape: HandleShape, place: p.ValuePlace
) -> tuple[p.NumberTest, ...]:
    """Return the tests that tell whether a call has left a handle at a place; none where it has if it succeeds.

    A number is none if it is one of those that never are; an element of an array, if the call tells of fewer.
    """
    found = []
    if isinstance(shape, NumberHandle) and shape.invalid:
        found.append(p.NumberTest(place, shape.valid.each, shape.number.signed))
    name, number = place_in_array(path)
    if name != path and place.read is None:
        members = {member.name: member for member in builder.function.members}
        array = members[name].shape
        assert isinstance(array, PointerShape)
        told = array.length.sole_name if array.length is not None else ""
        there = (
            number_of(builder.function.result.shape if told == RESULT_NAME else members[told].shape)
            if told
            else None
        )
        if there is not None and (told == RESULT_NAME or told in builder.places):
            count = p.ValuePlace(None if told == RESULT_NAME else builder.places[told], width=there.size)
            most = (1 << (8 * there.size - 1)) - 1
            found.append(p.NumberTest(count, ((number + 1, most),), signed=True))
    return tuple(found)


def _targets(
    boundary: Boundary,
    builder: CallBuilder,
    live: LiveHandle,
    machine: StateMachine,
    transition: Transition,
    *,
    may_be_gone: bool,
) -> Iterator[p.Move]:
    assert live.state is not None
    first, told = machine.number(machine.states[0]), []
    for goals in _goals(machine, transition):
        tests = target_tests(boundary, builder.function, goals.condition, builder.scope, builder.places)
        if goals.only is not None and not may_be_gone:
            yield from (p.Move(live.state, goals.only, each) for each in tests)
        else:
            for low, high, number in goals.runs:
                yield from (p.Move(live.state, number, each, (live.state, low, high)) for each in tests)
        if goals.renews:
            told += tests
    for slot in live.once.values():
        # It was there, and no call has led it there, where the tests do not hold.
        yield from (p.Move(slot, UNUSED, each, (live.state, first, first)) for each in told)


@dataclass(frozen=True, slots=True)
class _Goals:
    """Where a call leads if a condition holds: to `only` one state from all, or from `runs` of numbers, as `_runs` has.

    `renews` tells whether the first state is among them.
    """

    condition: Expression | None
    only: int | None
    runs: tuple[tuple[int, int, int], ...]
    renews: bool


def _goals(machine: StateMachine, transition: Transition) -> tuple[_Goals, ...]:
    """Return where the conditions of a transition lead, in order; it is found out once for each."""
    known: tuple[_Goals, ...] | None = machine.derived.get((_goals, id(transition)))
    if known is None:
        found: list[tuple[TransitionTarget, dict[int, int]]] = []
        for target in transition.targets:
            here = {machine.number(source): machine.number(target.state) for source in target.sources}
            last = found[-1] if found else None
            same = last is not None and last[0].span == target.span and last[0].condition is target.condition
            if last is not None and same and not last[1].keys() & here.keys():
                last[1].update(here)
            else:
                found.append((target, here))
        first = machine.number(machine.states[0])
        known = tuple(
            _Goals(
                target.condition,
                # The guards see to it that the call is made in one of its `sources`.
                goals[min(goals)]
                if len(goals) == len(transition.sources) and len({*goals.values()}) == 1
                else None,
                tuple(_runs(goals)),
                first in goals.values(),
            )
            for target, goals in found
        )
        machine.derived[_goals, id(transition)] = known
    return known


def _runs(goals: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
    """Yield ranges of numbers, each with that which the first of them leads to, and every other one as much further."""
    run: list[int] = []
    for source in sorted(goals):
        if run and source == run[1] + 1 and goals[source] - source == run[2] - run[0]:
            run[1] = source
            continue
        if run:
            yield run[0], run[1], run[2]
        run = [source, source, goals[source]]
    if run:
        yield run[0], run[1], run[2]


def target_tests(
    boundary: Boundary,
    function: BoundaryFunction,
    condition: Expression | None,
    given: Mapping[str, object],
    places: Mapping[str, int],
) -> list[tuple[p.NumberTest, ...]]:
    """Return the tests of what a call leaves, as alternatives, that tell whether a condition holds after it.

    None of them where it cannot hold with what the call is `given`. Raises EvaluationError.
    """
    if condition is None:
        return success_tests(function, places)
    left = left_by(function)
    found = []
    for tests in _ranges_left(boundary, function, condition, given):
        made = [_test(name, ranges, left[name], places) for name, ranges in tests.items()]
        if None not in made:
            found.append(tuple(each for each in made if each is not None))
    return found


def _ranges_left(
    boundary: Boundary, function: BoundaryFunction, condition: Expression, given: Mapping[str, object]
) -> list[dict[str, Ranges]]:
    """Return what numbers a call is to leave for a condition to hold, as alternatives: none that cannot hold.

    They follow from the few numbers of what is given that the condition names. A handle that counts has a condition for
    each number, and each is asked for each call again, so what was found is kept with the function.
    """
    fact = (_ranges_left, id(condition))
    if fact not in function.facts:
        function.facts[fact] = (condition, sorted(condition.names), {})
    names: list[str]
    known: dict[object, list[dict[str, Ranges]]]
    _, names, known = function.facts[fact]
    values = [given.get(name, NOT_GIVEN) for name in names]
    if not all(type(each) in PLAIN for each in values):
        return _found_ranges(boundary, function, condition, given)
    key = tuple((type(each), each) for each in values)
    if key not in known:
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[key] = _found_ranges(boundary, function, condition, given)
    return known[key]


def _found_ranges(
    boundary: Boundary, function: BoundaryFunction, condition: Expression, given: Mapping[str, object]
) -> list[dict[str, Ranges]]:
    left = left_by(function)
    found = []
    for parts in condition.alternatives:
        tests: dict[str, Ranges] = {}
        for part in parts:
            now = {each.parts[0] for each in part.references if not each.old}
            name = next((each for each in sorted(now) if each in left), None)
            if name is None:
                if not part.holds(given, given):
                    break
                continue
            ranges = _ranges(boundary, part, name, left[name], given)
            tests[name] = ranges if name not in tests else _common(tests[name], ranges)
            if not tests[name]:
                break
        else:
            found.append(tests)
    return found


def success_tests(function: BoundaryFunction, places: Mapping[str, int]) -> list[tuple[p.NumberTest, ...]]:
    """Return the tests of what a call returns, or leaves in `places`, that tell whether it succeeded."""
    if (status := function.status) is not None:
        return [(status.test(places),)]
    return _result_tests(function)


@fact
def _result_tests(function: BoundaryFunction) -> list[tuple[p.NumberTest, ...]]:
    result = function.result
    if isinstance(result.shape, ScalarShape):
        place = p.ValuePlace(width=result.shape.size)
        if result.ok:
            return [(p.NumberTest(place, result.ok.each, result.shape.signed),)]
        if result.shape.kind == "bool":
            return [(p.NumberTest(place, ((1, 255),), False),)]
    if isinstance(result.shape, NumberHandle) and result.ok:
        number = result.shape.number
        return [(p.NumberTest(p.ValuePlace(width=number.size), result.ok.each, number.signed),)]
    if isinstance(result.shape, AddressShape):
        return [(p.NumberTest(p.ValuePlace(), result.pointers.each, False),)]
    return [()]


def _test(name: str, ranges: Ranges, shape: Shape | None, places: Mapping[str, int]) -> p.NumberTest | None:
    """Return a test of one number; None where it is not there, since NULL was passed for it."""
    shape = shape.number if isinstance(shape, NumberHandle) else shape
    signed, size = (shape.signed, shape.size) if isinstance(shape, ScalarShape) else (False, 8)
    if name == "result":
        return p.NumberTest(p.ValuePlace(width=size), ranges, signed)
    block = places.get(declared(name))
    return None if block is None else p.NumberTest(p.ValuePlace(block, 0, size), ranges, signed)


def _ranges(
    boundary: Boundary, part: Expression, name: str, shape: Shape | None, given: Mapping[str, object]
) -> Ranges:
    """Return the numbers of which a condition holds; it compares them with what is known before the call."""

    def holds(value: object) -> bool:
        own = {name: value}
        try:
            return part.holds(boundary.scope(own=own, outer=given), given)
        except EvaluationError:
            return False  # as where no value could be compared with this one

    shape = shape.number if isinstance(shape, NumberHandle) else shape
    if not isinstance(shape, ScalarShape):
        none = {0: None} | {
            each.address: each
            for name in part.names
            if isinstance(each := boundary.constants.get(name), AddressConstant)
        }
        held = [(address, address) for address, value in none.items() if holds(value)]
        others = NumberRanges(tuple((each, each) for each in none)).others(0, (1 << 64) - 1)
        return _joined(sorted((*held, *(others.each if holds(SOMEWHERE) else ()))))
    bits = 8 * shape.size
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if shape.signed else (0, (1 << bits) - 1)
    known = {value for each in part.names if isinstance(value := given.get(each), int)}
    known |= {each.value for each in part.literals(boundary.constants) if isinstance(each.value, int)}
    for beside in part.compared_with(name):
        with suppress(EvaluationError):
            known |= {*_numbers_in(beside.evaluate(boundary.scope(outer=given), given))}
    ends = sorted({low, *(each for each in known if low <= each <= high)} | {high})
    found: list[tuple[int, int]] = []
    for number, end in enumerate(ends):
        if holds(end):
            found.append((end, end))
        if number + 1 < len(ends) and end + 1 < ends[number + 1] and holds(end + 1):
            found.append((end + 1, ends[number + 1] - 1))
    return _joined(found)


def _numbers_in(value: object) -> Iterator[int]:
    """Yield the numbers at which a comparison with a value may change."""
    match value:
        case int():
            yield value
        case range(start=start, stop=stop):
            yield from (start, stop - 1, stop)
        case list() | tuple():
            yield from (each for each in value if isinstance(each, int))


def _joined(ranges: Collection[tuple[int, int]]) -> Ranges:
    made: list[tuple[int, int]] = []
    for low, high in ranges:
        if made and made[-1][1] + 1 == low:
            made[-1] = (made[-1][0], high)
        else:
            made.append((low, high))
    return tuple(made)


def _common(one: Ranges, other: Ranges) -> Ranges:
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((low, high) for low, high in pairs if low <= high)
