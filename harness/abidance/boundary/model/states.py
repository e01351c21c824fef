"""The states of a handle: which calls are lawful in which, and where they lead."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from abidance.contract.expression import declared, spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.contract.expression import Environment, Expression
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class TransitionTarget:
    """A state that a call leads to from some states when a condition holds; without one, when the call succeeds.

    With an `original`, only where the handle that its transition copies was in that state before the call.
    """

    state: str
    condition: Expression | None
    span: Span
    sources: frozenset[str]
    original: str = ""


@dataclass(frozen=True, slots=True)
class CountedSum:
    """That a call adds an `amount` to what is counted, of what it is given, and one of some `values` that it leaves.

    A call is lawful only where it counts to a number there is whichever of these it leaves.
    """

    counter: str
    amount: Expression
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """What a function's calls have to do with the state of a handle.

    `sources` are the states in which they are lawful. Of the `targets` from a state, the first whose condition holds
    counts. With `once`, there is one call, or one more after each return to the first state. `parameter` tells which of
    several handles it is about, empty where all that the call is given are meant: a parameter, or one that has another
    behind a dot for the handle that was given as that when the handle in the parameter was made. One that `resets`
    leaves nothing of what was called back before. One that `copies` another parameter leads where the handle was that
    is given as that.
    """

    function: str
    sources: frozenset[str]
    targets: tuple[TransitionTarget, ...]
    once: bool
    span: Span
    parameter: str = ""
    resets: bool = False
    counts_by: str = ""
    """``given`` where it counts by the arguments of a call, which is made only where that is a number that may be
    counted; ``left`` where it counts by what the call leaves."""
    adds: CountedSum | None = None
    """What it adds, where it counts by both."""
    copies: str = ""

    @property
    def stays(self) -> bool:
        """Tell whether every call leaves the handle where the same call is lawful again, and leads nowhere else."""
        if self.once or self.counts_by:
            return False
        return all(each.state in self.sources and self._leads_back(each) for each in self.targets)

    def _leads_back(self, target: TransitionTarget) -> bool:
        """Tell whether the next such call leads where this one has led."""
        onward = {each.state for each in self.targets_from(target.state)}
        return target.sources == self.sources or onward <= {target.state}

    def targets_from(self, state: str) -> tuple[TransitionTarget, ...]:
        """Return where a call may lead from a state."""
        return tuple(each for each in self.targets if state in each.sources)


@dataclass(frozen=True, slots=True)
class Shown:
    """A function after whose calls in one state a condition holds."""

    function: str
    condition: Expression


@dataclass(frozen=True)
class StateMachine:
    """The states of one kind of handle, that of a new one first. Not slotted: what is derived is stored.

    Of a handle that counts, each number is a state of its own: those of one name that the contract gives stand one
    after the other, and `named` has them by it. `counted` has what was counted in each. `begins` are the states of new
    ones, by the function that makes them, where that is not the first: that of which the condition holds of what the
    function is given. Such a function may be given another of the kind, of which a transition of its own says where
    it is led: nowhere, as of what is copied, or to where it stays while the new one lives.
    """

    handle: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    shown: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    begins: Mapping[str, tuple[TransitionTarget, ...]] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
    """By the functions that make a copy, the parameter that is given what that is a copy of, and in the state of."""
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    derived: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What others have found out about it, once."""

    def called(self, name: str) -> tuple[str, ...]:
        """Return the states that the contract means by a name, nothing where it names none."""
        return self.named.get(name, ())

    def alike(self, name: str, state: str) -> str:
        """Return the state of a name in which as much was counted as in another."""
        return next(each for each in self.named[name] if self.counted.get(each) == self.counted.get(state))

    def of(self, function: str) -> tuple[Transition, ...]:
        """Return what is said of a function's calls, of one handle or several that they are given."""
        return self._by_function.get(function, ())

    def begun(self, creator: str) -> frozenset[str]:
        """Return the states in which a function may leave a handle that it creates."""
        targets = self.begins.get(creator, ())
        first = self.states[:1] if all(each.condition is not None for each in targets) else ()
        return frozenset((*(each.state for each in targets), *first))

    def transition(self, function: str, parameter: str = "") -> Transition | None:
        """Return what is said of the handle that a function is given as one of its parameters, None for nothing.

        What is said of all that it is given is not said of those which these were made from.
        """
        given = {parameter} if "." in parameter else {"", parameter}
        return next((each for each in self.of(function) if each.parameter in given), None)

    def lawful(self, function: str, parameter: str = "") -> frozenset[str]:
        """Return the states in which a function may be called on the handle that is given to one of its parameters."""
        found = self.transition(function, parameter)
        return frozenset(self.states) if found is None else found.sources

    def matters(self, function: BoundaryFunction, parameter: str) -> bool:
        """Tell whether a call depends on the state of a handle that it is given, or is promised on what that counts."""
        copied = {self.copies.get(function.name), *(each.copies for each in self.of(function.name))}
        if self.transition(function.name, parameter) is not None or parameter in copied:
            return True
        counters = {name for counts in self.counted.values() for name in counts}
        said = (each.references for each in (*function.requires, *function.ensures)) if counters else ()
        return any(
            reference.parts[0] == spelling(parameter) and declared(reference.parts[1]) in counters
            for references in said
            for reference in references
            if len(reference.parts) > 1
        )

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """Return the functions of which something is said, in the order written."""
        return tuple(self._by_function)

    @cached_property
    def _by_function(self) -> dict[str, tuple[Transition, ...]]:
        found: dict[str, tuple[Transition, ...]] = {}
        for each in self.transitions:
            found[each.function] = (*found.get(each.function, ()), each)
        return found

    @cached_property
    def showing(self) -> frozenset[str]:
        """Return the functions that show a state."""
        return frozenset(shown.function for several in self.shown.values() for shown in several)

    def number(self, state: str) -> int:
        """Return a state as plans have it; 0 is that of a handle that was not made."""
        return self._numbers[state]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {state: number for number, state in enumerate(self.states, 1)}

    def first(self, create: str, given: Environment) -> str:
        """Return the state of a handle that a function has made of what it was given; raises EvaluationError."""
        for each in self.begins.get(create, ()):
            if each.condition is None or each.condition.holds(given):
                return each.state
        return self.states[0]

    def asked_of(self, create: str) -> frozenset[str]:
        """Return the names, as expressions spell them, by which the state is told of what a function makes."""
        conditions = (each.condition for each in self.begins.get(create, ()))
        return frozenset(name for each in conditions if each is not None for name in each.names)

    @cached_property
    def once(self) -> tuple[str, ...]:
        """Return the functions that are called once for each handle."""
        return tuple(dict.fromkeys(each.function for each in self.transitions if each.once))

    def next_towards(
        self, state: str, wanted: Collection[str], usable: Collection[str]
    ) -> tuple[tuple[str, str], ...]:
        """Return the calls that a shortest way from a state to a wanted one may begin with, each with what it leads to.

        Nothing where there is no way of `usable` functions, or none is needed.
        """
        distance = self._distances(frozenset(wanted), frozenset(usable))
        here = distance.get(state, 0)
        if not here:
            return ()
        return tuple(
            (function, target)
            for function, target in self._edges_from(frozenset(usable)).get(state, ())
            if distance.get(target, here) == here - 1
        )

    def all_ways(self, wanted: Collection[str], usable: Collection[str]) -> list[tuple[str, str]]:
        """Return calls in order, each with the state in which it is made: all ways to a wanted one."""
        edges = self._edges_from(frozenset(usable))
        distance = self._distances(frozenset(wanted), frozenset(usable))
        return [
            (function, state)
            for state in sorted((s for s in self.states if distance.get(s)), key=lambda s: -distance[s])
            for function, target in edges.get(state, ())
            if distance.get(target) == distance[state] - 1
        ]

    def _edges_from(self, usable: frozenset[str]) -> dict[str, list[tuple[str, str]]]:
        """Return the calls that may be made in each state, each with a state that it may lead to."""
        if usable not in self._edges:
            found: dict[str, dict[tuple[str, str], None]] = {}
            for each in self.transitions:
                for target in each.targets if each.function in usable else ():
                    for source in target.sources:
                        found.setdefault(source, {})[each.function, target.state] = None
            self._edges[usable] = {state: [*edges] for state, edges in found.items()}
        return self._edges[usable]

    @cached_property
    def _edges(self) -> dict[frozenset[str], dict[str, list[tuple[str, str]]]]:
        return {}

    def _distances(self, wanted: frozenset[str], usable: frozenset[str]) -> dict[str, int]:
        """Return how many calls each state is from a wanted one, for those from which there is a way."""
        before: dict[str, list[str]] = {}
        for source, edges in self._edges_from(usable).items():
            for _, target in edges:
                before.setdefault(target, []).append(source)
        found = dict.fromkeys(wanted, 0)
        waiting = deque(wanted)
        while waiting:
            reached = waiting.popleft()
            for source in before.get(reached, ()):
                if source not in found:
                    found[source] = found[reached] + 1
                    waiting.append(source)
        return found
