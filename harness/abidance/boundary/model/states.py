"""The states of a handle: which calls are lawful in which, and where they lead."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.contract.expression import Expression
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class TransitionTarget:
    """A state that a call leads to when a condition holds; without one, when the call succeeds."""

    state: str
    condition: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Transition:
    """What a function's calls have to do with the state of a handle.

    `sources` are the states in which they are lawful. Of the `targets`, the first whose condition holds counts. With
    `once`, there is one call, or one more after each return to the first state.
    """

    function: str
    sources: frozenset[str]
    targets: tuple[TransitionTarget, ...]
    once: bool
    span: Span

    @property
    def stays(self) -> bool:
        """Tell whether every call leaves the handle where the same call is lawful again."""
        return not self.once and all(each.state in self.sources for each in self.targets)


@dataclass(frozen=True, slots=True)
class Shown:
    """A function after whose calls in one state a condition holds."""

    function: str
    condition: Expression


@dataclass(frozen=True)
class StateMachine:
    """The states of one kind of handle, that of a new one first. Not slotted: what is derived is stored.

    `begins` are the states of new ones, by the function that makes them, where that is not the first; such a function
    may be given another of the kind, as a copy is, which stays in its state.
    """

    handle: str
    states: tuple[str, ...]
    transitions: Mapping[str, Transition]
    shown: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    begins: Mapping[str, str] = field(default_factory=dict)

    def lawful(self, function: str) -> frozenset[str]:
        """Return the states in which a function may be called."""
        named = self.transitions.get(function)
        return frozenset(self.states) if named is None else named.sources

    def number(self, state: str) -> int:
        """Return a state as plans have it; 0 is that of a handle that was not made."""
        return self.states.index(state) + 1

    def first(self, create: str) -> str:
        """Return the state of a handle that a function has made."""
        return self.begins.get(create, self.states[0])

    @cached_property
    def once(self) -> tuple[str, ...]:
        """Return the functions that are called once for each handle."""
        return tuple(each.function for each in self.transitions.values() if each.once)

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
            for function, sources, target in self._edges(frozenset(usable))
            if state in sources and distance.get(target, here) == here - 1
        )

    def all_ways(self, wanted: Collection[str], usable: Collection[str]) -> list[tuple[str, str]]:
        """Return calls in order, each with the state in which it is made: all ways to a wanted one."""
        edges = self._edges(frozenset(usable))
        distance = self._distances(frozenset(wanted), frozenset(usable))
        return [
            (function, state)
            for state in sorted((s for s in self.states if distance.get(s)), key=lambda s: -distance[s])
            for function, sources, target in edges
            if state in sources and distance.get(target) == distance[state] - 1
        ]

    def _edges(self, usable: frozenset[str]) -> list[tuple[str, frozenset[str], str]]:
        return [
            (each.function, each.sources, target)
            for each in self.transitions.values()
            if each.function in usable
            for target in dict.fromkeys(target.state for target in each.targets)
        ]

    def _distances(self, wanted: frozenset[str], usable: frozenset[str]) -> dict[str, int]:
        """Return how many calls each state is from a wanted one, for those from which there is a way."""
        edges = self._edges(usable)
        found = dict.fromkeys(wanted, 0)
        waiting = deque(wanted)
        while waiting:
            reached = waiting.popleft()
            for _, sources, target in edges:
                if target != reached:
                    continue
                for source in sources - found.keys():
                    found[source] = found[reached] + 1
                    waiting.append(source)
        return found
