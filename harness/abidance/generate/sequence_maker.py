"""Makes one sequence of calls: each is given what those before it left, and leads on from there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.encode.exclusive_handles import forbidden
from abidance.boundary.encode.handle_objections import allows
from abidance.boundary.encode.handle_places import goes_into_new, has_room, left_by
from abidance.boundary.model.traversal import callbacks_of, handles_in, root_of
from abidance.boundary.model.types import HandleShape, PointerShape
from abidance.boundary.model.values import Derived, Earlier, Mark, Step
from abidance.boundary.values.forms import is_encoded
from abidance.contract.expression import EvaluationError, spelling
from abidance.generate.drawing import Drawer
from abidance.generate.earlier_callbacks import recall, refuse
from abidance.generate.fed_back import choices, with_lengths
from abidance.generate.handle_picker import FITTING, HandlePicker
from abidance.generate.hints import Hints
from abidance.generate.related_names import related
from abidance.generate.sequence_state import SequenceState
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.state_paths import calls_of_prepare, calls_towards, first_state
from abidance.generate.windows import going_on

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Values
    from abidance.generate.scope import FilterLog
    from abidance.generate.seeded_source import Dice
    from abidance.generate.sequence_model import Operation, OutOfOrderCall, SequenceModel

ALIVE, MANY_ALIVE = (1, 2, 3), (3, 5, 8)
"""So many handles of one kind are alive at once, at most: what takes one alone is met more often with one.

More where they hold each other: one of them is all that a caller may have of a tree. More of numbers, too, of which
libraries keep tables.
"""
PARTS = (2, 3, 4, 6, 9, 17)
"""So many handles are put into one first, where some are."""
NEW, NESTED = 0.75, 0.25
"""So many of those are new, and of the new ones so many may hold others."""
ALL, SOME = 0.25, 0.5
"""In so many sequences all functions take part; in others each does with this probability (swarm testing)."""
MANY, RELATED, ALONE = 24, 0.75, 0.5
"""Of more functions than so many, in so many sequences a few take part that belong together, as their names have it.

In so many of these one handle is alive at a time: what three calls show, they show of the same one.
"""
SHUNNED = 0.75
"""In so many sequences no function takes part that is known to fail: what comes after it shows in those."""
WITHOUT = 0.5
"""So many calls come before another handle is made that locks others, or of which few may be alive, once none is."""
TOO_LATE = 0.5
"""After so many calls that destroy a handle comes one on that handle, where the contract says that it is refused."""
REPEATED = 0.5
"""So many calls that the contract calls pure are made twice."""
RENEWED = 0.5
"""So many handles that the caller allocates are made in the memory of one that was destroyed, where there is one."""
REFUSED = 0.125
"""So many calls are ones that the contract says are refused, where it does."""
BURSTS, TIMES = 0.25, (17, 65, 129, 255, 256, 256, 257, 257)
"""In so many sequences one call is made so many times in a row: counters of eight bits wrap round, tables grow."""
NEAR_AN_EXAMPLE = 0.5
"""So many calls are given an example's arguments, altered, where they are given none of an earlier call."""
FED, MOST_FED, GIVEN = 0.25, 2, 0.5
"""In so many sequences so many calls at most are given what earlier ones returned: so many of those that may be."""
LISTENING, HEARD = 0.5, 4
"""In so many sequences a handle along which callbacks have an order is given all of them first, none of them NULL: what
came before they were given, nobody knows. So often arguments are drawn for that."""
SEVERAL = (1, 2, 3)
"""Of a callback of which the contract says which is invoked first, so many are given then."""
_WAYS = (*["use"] * 4, *["move"] * 2, "make", "end")
TRIES = 4
"""So often handles are chosen for a call that takes several."""
Given = dict[str, tuple[tuple[object, ...], object]]
"""What a call was given: kinds and values by the names of parameters."""
_ANEW, _ONE, _ALL = range(3)
_AGAIN = (_ANEW, _ALL, _ONE, _ALL)


@dataclass(slots=True)
class SequenceMaker:
    """One sequence while it is made.

    What goes wrong after one call and another shows when they are about the same thing. So some functions are left
    out of each sequence, handles and arguments that were used lately are used again, and a few are alive at once.
    """

    boundary: Boundary
    cast: SequenceModel
    source: Dice
    further: Dice
    """Chooses what is added to a sequence, which without it would be the same one."""
    log: FilterLog
    failing: frozenset[str] = frozenset()
    so_far: SequenceState = field(init=False)
    handles: HandlePicker = field(init=False)
    given: list[Given] = field(default_factory=list)
    most: int = field(init=False)
    roles: tuple[Operation, ...] = field(init=False)
    burst: Operation | None = None
    """What is made many times in a row, once."""
    feeding: Dice | None = None
    """Chooses what calls are given that earlier ones returned, where they are."""
    fed: int = 0
    rounds: Dice | None = None
    """Chooses how a handle is led out of its state and back, where it is."""
    gone: list[tuple[Held, int]] = field(default_factory=list)
    """Handles in the caller's memory that were destroyed, each with the call that did; none was made there since."""
    before: Sequence[Step] = ()
    """Calls that come before it and have nothing to do with it."""

    def __post_init__(self) -> None:
        """Choose who takes part."""
        if self.feeding is not None and not self.feeding.chance(FED):
            self.feeding = None
        self.so_far = SequenceState(self.boundary, [*self.before])
        self.handles = HandlePicker.of(self.cast, self.so_far, self.further)
        self.most = self.source.pick(ALIVE)
        if self.cast.holds or self.boundary.handles[self.cast.handle].number is not None:
            self.most = MANY_ALIVE[ALIVE.index(self.most)]
        all_take_part = self.source.chance(ALL)
        self.roles = tuple(role for role in self.cast.roles if all_take_part or self.source.chance(SOME))
        if len(self.cast.roles) > MANY and self.further.chance(RELATED):
            chosen = related([role.function.name for role in self.cast.roles], self.further)
            self.roles = tuple(role for role in self.cast.roles if role.function.name in chosen)
            self.most = 1 if self.further.chance(ALONE) else self.most
        if self.failing and self.further.chance(SHUNNED):
            self.roles = self._sound(self.roles)
        repeatable = [role for role in self.roles if role.repeatable]
        if repeatable and self.further.chance(BURSTS):
            self.burst = self.further.pick(repeatable)

    def _sound(self, roles: Sequence[Operation]) -> tuple[Operation, ...]:
        return tuple(role for role in roles if role.function.name not in self.failing)

    def begin(self, handle: str, among: Collection[str] = ()) -> None:
        """Make a handle, and before it what it is made with; raises RefusedError when that cannot be.

        It is by one of the functions `among` all that there are, where these are said.
        """
        makers: Sequence[Operation] = [role for role in self.cast.makers(handle) if handle not in role.takes]
        makers = [role for role in makers if not among or role.function.name in among]
        if not makers:
            raise UnlawfulDrawError(handle)
        makers = self._sound(makers) or makers
        role = self.source.pick(makers)
        for taken in dict.fromkeys(role.takes):
            wanted = role.takes.count(taken)  # each of its handles is another one
            for _ in range(wanted - len(self.so_far.free(taken))):
                self.begin(taken)
            self._bring_all(taken, role)
            # What is made has the callbacks of what it is made with, as they are then.
            heard = goes_into_new(role.function, taken) and self.cast.listeners(taken)
            if heard and self.further.chance(LISTENING):
                attempt(partial(self.listen, taken))
        self.call(role)

    def _bring_all(self, handle: str, role: Operation) -> None:
        """Bring handles of a kind into the states in which an operation may be given them, each for its parameter."""
        free = self.so_far.free(handle)
        for member in role.function.members:
            if not any(each.handle == handle for each in handles_in(member.shape)):
                continue
            ready = self.so_far.free(handle, role, member.name)
            chosen = next((each for each in free if each in ready), None)
            if chosen is None and free:
                chosen = free[0]
                self._bring(chosen, role, member.name)
            if chosen is not None:
                free.remove(chosen)

    def begin_all(self) -> None:
        """Make further ones of what the sequence is about, where there may be several from its beginning.

        Each has arguments of its own: what they share shows where they differ.
        """
        own, self.source, self.given = self.source, self.further, []
        try:
            for _ in range(self.most - 1):
                self.begin(self.cast.handle)
                self.given.clear()
        finally:
            self.source = own

    def listen(self, handle: str) -> None:
        """Give one that callbacks have an order along all of these before anything else."""
        for role in self.cast.listeners(handle):
            for _ in range(self.further.pick(SEVERAL) if role.in_turn else 1):
                self._listen(role)

    def _listen(self, role: Operation) -> None:
        """Give callbacks that have an order, none of them NULL if that can be."""
        for _ in range(HEARD):
            drawer = self._drawer(role, self.further)
            arguments = drawer.arguments(role.function, role.hints, {}, lawful=True)
            callbacks = callbacks_of(role.function.members)
            if all(arguments[root_of(path)] is not None for path, _ in callbacks):
                break
        given = self.so_far.holdings.given(role.function, arguments)
        self.so_far.note(role.function, arguments)
        self.so_far.steps.append(Step(role.function.name, arguments))
        self.so_far.all_moved(given, role.function, arguments)

    def build(self) -> None:
        """Put handles into others, as who fills a container or grows a tree does; some once more, or that hold some."""
        own, self.source = self.source, self.further
        try:
            role = self.source.pick([role for role in self.cast.roles if role.puts])
            self._provide(role)
            self.handles.putting = role
            holders = {kind: fit for _, kind, fit in self.cast.wanted(role)}
            for _ in range(self.source.pick(PARTS)):
                new = self.source.chance(NEW)
                for handle in role.puts:
                    if new or not self.so_far.free(handle, role):
                        self.begin(handle, holders.get(handle, ()) if self.source.chance(NESTED) else ())
                attempt(partial(self.call, role))
        finally:
            self.source, self.handles.putting, self.handles.holder = own, None, None

    def go_on(self) -> None:
        """Add one valid call."""
        ready = [role for role in self.roles if self._ready(role)]
        kinds = {
            "use": [role for role in ready if not (role.creates or role.ends or role.moves)],
            "move": [role for role in ready if role.moves],
            "make": [role for role in ready if role.creates],
            "end": [role for role in ready if role.ends],
        }
        none = not any(each.handle == self.cast.handle for each in self.so_far.holdings.alive)
        # What one has locked, only calls without one show.
        exclusive = self.boundary.handles[self.cast.handle].is_exclusive
        if none and not (exclusive and self.further.chance(WITHOUT)):
            self.begin(self.cast.handle)
            return
        refusing = [role for role in ready if role.refused]
        if refusing and self.further.chance(REFUSED):
            self.refused(self.further.pick(refusing))
            return
        early = self._out_of_order()
        if early and self.further.chance(REFUSED):
            self.out_of_order(*self.further.pick(early))
            return
        ways = [way for way in _WAYS if kinds[way]]
        if ways:
            role = self.source.pick(kinds[self.source.pick(ways)])
            if self.cast.fits and self.further.chance(FITTING):
                self._provide(role)
            self._call_some(role)

    def _call_some(self, role: Operation) -> None:
        """Add one call with handles that go together: those that are chosen first may leave none for the others."""
        for _ in range(TRIES if len(role.takes) > 1 else 1):
            before = len(self.so_far.steps)
            attempt(partial(self.call, role))
            if len(self.so_far.steps) > before:
                return

    def _provide(self, role: Operation) -> None:
        """Make handles with which an operation succeeds, where none is alive."""
        for name, kind, fit in self.cast.wanted(role):
            free = self.so_far.free(kind, role, name)
            if not any(self.handles.creator(each) in fit for each in free):
                self.begin(kind, fit)

    def refused(self, role: Operation) -> None:
        """Add a call that is refused, on handles that were used before and are used after."""
        clause = self.further.pick(role.refused)
        drawer = self._drawer(role, self.further)
        function, hints = role.function.as_refused(clause), role.hints
        hints = hints if clause.condition is None else Hints.of(self.boundary, function)
        arguments = drawer.arguments(function, hints, clause.given, lawful=clause.condition is not None)
        arguments = refuse(self, function, clause, arguments)
        self.so_far.note(role.function, arguments, refused=True, to=clause.to)
        self.so_far.steps.append(Step(role.function.name, arguments, rejects=clause.text))

    def _out_of_order(self) -> list[tuple[Operation, OutOfOrderCall, Held]]:
        """Return the calls that a live handle may refuse in the state that it is in."""
        return [
            (role, refusal, each)
            for role in self.cast.roles
            for refusal in role.out_of_order
            for each in self.so_far.holdings.alive
            if each.handle == refusal.handle and not each.states.isdisjoint(refusal.states)
        ]

    def out_of_order(self, role: Operation, refusal: OutOfOrderCall, on: Held) -> None:
        """Add a call that is refused in the state of its handle, which is used further."""
        drawer = self._drawer(role, self.further, (on,))
        given = dict(refusal.clause.given)
        state = drawer.handles.state(on.handle)
        given[refusal.parameter] = replace(self.so_far.handle(on), state=state, within=refusal.states)
        arguments = drawer.arguments(role.function, role.hints, given, lawful=False)
        self.so_far.note(role.function, arguments, refused=True, to=refusal.clause.to)
        self.so_far.steps.append(Step(role.function.name, arguments, rejects=refusal.clause.text))

    def too_late(self, gone: Held, destroyed_by: int) -> None:
        """Add a call on a handle that has just been destroyed, where the contract promises that it is refused.

        It comes before all other calls: they might make a handle that lies where this one was.
        """
        refusals = self.cast.too_late(gone.handle)
        if not refusals or not self.source.chance(TOO_LATE):
            return
        role, refusal = self.source.pick(refusals)
        drawer = self._drawer(role)
        given = dict(refusal.clause.given)
        given[refusal.parameter] = Earlier(
            gone.call, gone.path, gone.handle, drawer.handles.state(gone.handle), destroyed_by
        )
        try:
            arguments = drawer.arguments(role.function, role.hints, given, lawful=False)
        except UnlawfulDrawError:
            return
        self.so_far.note(role.function, arguments, refused=True)
        self.so_far.steps.append(Step(role.function.name, arguments, rejects=refusal.clause.text))

    def _drawer(self, role: Operation, source: Dice | None = None, besides: Sequence[Held] = ()) -> Drawer:
        """Return what makes the arguments of a call."""
        dice = source or self.source
        pick = self.handles.for_call(role, dice, besides)
        return Drawer(self.boundary, dice, self.log, pick_handle=pick)

    def call(self, role: Operation) -> None:
        """Add one call, with handles that are alive."""
        function = role.function
        again: Mapping[str, object] = self._again(role)
        if not again and role.calls and self.source.chance(NEAR_AN_EXAMPLE):
            again = self.source.pick(role.calls).altered(self.source, role.hints, role.calls)
            again = {name: value for name, value in again.items() if name in role.values}
        derived = {name: value for name, value in again.items() if isinstance(value, Derived)}
        known = recall(self, role)
        again = {**again, **{name: value.value for name, value in derived.items()}, **known}
        try:
            arguments = self._drawer(role).arguments(function, role.hints, again, lawful=True)
        except UnlawfulDrawError:
            if again == known:
                raise
            derived = {}
            arguments = self._drawer(role).arguments(function, role.hints, known, lawful=True)
        arguments |= with_lengths(function, arguments, {**derived}) or self._fed(function, arguments)
        given = self.so_far.holdings.given(function, arguments)
        owning = self.so_far.owning(function, arguments)
        if not allows(self.so_far.holdings, owning, given):
            raise UnlawfulDrawError(function.name)
        begin = self._begin(function, arguments)
        self._renew(function, arguments)
        index = len(self.so_far.steps)
        arguments = going_on(self.boundary, function, role.hints, arguments, self.so_far.steps, self.further)
        times = 1
        if role is self.burst:
            self.burst, times = None, self.further.pick(TIMES)
        self.so_far.steps.append(Step(function.name, arguments, times=times))
        self.so_far.all_moved(given, function, arguments)
        if role.pure and not role.makes and role.ends is None and self.further.chance(REPEATED):
            self.so_far.steps.append(Step(function.name, arguments))
        kinds = ((name, kind, arguments[name]) for name, kind in role.values.items())
        self.given.append({n: (kind, v) for n, kind, v in kinds if v is not None and not isinstance(v, Mark)})
        left = tuple(each for each in left_by(function, arguments) if has_room(function, arguments, each[0]))
        for made in self.so_far.holdings.make(owning, index, given, left):
            made.made_with = {path.partition("[")[0]: each for path, each in given.items()}
            self.handles.follow(role, made, given.values())
            machine = self.boundary.handles[made.handle].machine
            if machine is not None and not made.may_be_another:
                original = given.get(machine.copies.get(function.name, ""))
                made.states = frozenset((begin[made.handle],)) if original is None else original.states
            if not made.of_others:
                self._prepare(made)
        for each in given.values() if role.ends is not None else ():
            life = self.boundary.handles[each.handle]
            if each.handle == role.ends and not life.acquire:
                self.too_late(each, index)
                if life.record is not None and self._lies_with_caller(each):
                    self.gone.append((each, index))

    def _lies_with_caller(self, held: Held) -> bool:
        """Tell whether a handle was made in the caller's memory, where others are made in memory of the library's."""
        maker = self.boundary.functions[self.so_far.steps[held.call].function]
        shapes = (member.shape for member in maker.members if member.name == held.path)
        return any(isinstance(shape, HandleShape) and shape.level == 1 for shape in shapes)

    def _begin(self, function: BoundaryFunction, arguments: Values) -> dict[str, str]:
        """Return the states of what a call makes, by kinds; raises UnlawfulDrawError where they are not known yet."""
        found = {}
        for name, life in self.boundary.handles.items():
            if life.machine is not None and function.name in life.creates:
                try:
                    found[name] = first_state(self.boundary, life.machine, function, arguments)
                except EvaluationError:
                    raise UnlawfulDrawError(function.name) from None
        return found

    def _renew(self, function: BoundaryFunction, arguments: Values) -> None:
        """Have a call make its handle in the memory of one that was destroyed, now and then."""
        for member in function.members:
            kind, state = getattr(member.shape, "handle", ""), arguments[member.name]
            there = [pair for pair in self.gone if pair[0].handle == kind]
            if there and isinstance(state, dict) and self.further.chance(RENEWED):
                if not self._as_large(self.boundary.handles[kind], function, arguments, there[-1][0]):
                    continue
                self.gone.remove(there[-1])
                old, destroyed_by = there[-1]
                arguments[member.name] = Earlier(old.call, old.path, kind, state, destroyed_by, renews=True)

    def _as_large(self, life: HandleLife, function: BoundaryFunction, arguments: Values, old: Held) -> bool:
        """Tell whether the memory of one that was destroyed is as large as a new one has it.

        Where its size depends on what a call is given, that was the same function, and was given the same.
        """
        if life.size is None:
            return True
        maker = self.so_far.steps[old.call]
        told = {each.parts[0] for each in life.size.references}
        names = [member.name for member in function.members if spelling(member.name) in told]
        return not names or (
            maker.function == function.name
            and all(maker.arguments[name] == arguments[name] for name in names)
        )

    def _fed(self, function: BoundaryFunction, arguments: Values) -> Values:
        """Return what a call is given that an earlier one returned, if it is."""
        if self.feeding is None or self.fed >= MOST_FED:
            return {}
        lives = self.boundary.handles.values()
        known = {name for life in lives if function.name in life.creates for name in life.created_with}
        ways = [
            each
            for each in choices(function, arguments, self.so_far.steps, self.boundary.functions)
            if known.isdisjoint(each)
        ]
        if not ways or not self.feeding.chance(GIVEN):
            return {}
        self.fed += 1
        return self.feeding.pick(ways)

    def _bring(self, each: Held, role: Operation, parameter: str) -> None:
        """Add the calls that bring a handle into a state in which an operation may be given it as a parameter."""
        machine = self.boundary.handles[each.handle].machine
        if machine is None:
            raise UnlawfulDrawError(each.handle)
        self.go_to(each, machine.lawful(role.function.name, parameter), role)

    def go_to(self, each: Held, wanted: frozenset[str], role: Operation | None = None) -> None:
        """Add the calls that bring a handle into one of some states, for an operation or for nothing but that."""
        machine = self.boundary.handles[each.handle].machine
        if machine is None or not each.states:
            raise UnlawfulDrawError(each.handle)
        begin = self.source.pick(sorted(each.states))

        def drawer() -> Drawer:
            return self._drawer(role or self.cast.roles[0], besides=(each,))

        for call in calls_towards(drawer, self.boundary, machine, begin, wanted, self.log):
            self.so_far.call_on(each, call)

    def _prepare(self, made: Held) -> None:
        def drawer() -> Drawer:
            return Drawer(self.boundary, self.source, self.log)

        for call in calls_of_prepare(drawer, self.boundary, self.boundary.handles[made.handle]):
            self.so_far.call_on(made, call)

    def _ready(self, role: Operation) -> bool:
        for handle in {*role.takes}:
            if len(self.so_far.free(handle, role)) < role.takes.count(handle):
                return False
        for _, handle in role.makes:
            alike = [each for each in self.so_far.free(handle) if each.borrowed == role.borrows]
            if len(alike) >= self.most + role.borrows:  # the next one is asked for with the one before
                return False
        return role.takes != () or forbidden(self.so_far.holdings, role.function, {}) is None

    def _again(self, role: Operation) -> dict[str, object]:
        """Return arguments of an earlier call to give once more: what was added is looked up and removed."""
        earlier = [found for given in self.given if (found := _shared(given, role))]
        if not earlier:
            return {}
        way = self.source.pick(_AGAIN)
        if way == _ANEW:
            return {}
        found = self.source.pick(earlier)
        if way == _ALL:
            return found
        name = self.source.pick(sorted(found))
        return {name: found[name]}


def _shared(given: Given, role: Operation) -> dict[str, object]:
    """Return what an earlier call was given that fits a parameter of the same name; text, in its encoding only."""
    return {
        member.name: given[member.name][1]
        for member in role.function.members
        if member.name in given
        and given[member.name][0] == role.values.get(member.name)
        and _is_text_of(member.shape, given[member.name][1])
    }


def _is_text_of(shape: Shape, value: object) -> bool:
    return not (isinstance(shape, PointerShape) and isinstance(value, bytes)) or is_encoded(shape, value)


def attempt(added: Callable[[], None]) -> None:
    """Add calls if they can be generated: a call that cannot does not spoil those before it."""
    try:
        added()
    except UnlawfulDrawError:
        return
