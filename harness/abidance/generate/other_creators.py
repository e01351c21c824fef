"""Handles that are made with other arguments than the simplest, or in other states: what a call does depends on them.

A table without capacity has no entry to look at, and no key is below its size. So values at the edges of what a handle
is made with meet the least numbers that the function itself takes: keys, positions and counts begin there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import islice, product, repeat
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import ANY, InState, NewHandle
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.creation import creations
from abidance.generate.drawing import Drawer
from abidance.generate.hints import Hints
from abidance.generate.nearby import interleaved
from abidance.generate.scalar_positions import leaves
from abidance.generate.scope import FilterLog
from abidance.generate.source import Simplest, UnlawfulDrawError
from abidance.generate.state_paths import calls_of_prepare
from abidance.generate.strategies import simplest
from abidance.generate.vocabulary import words_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.values import Case
    from abidance.generate.creation import Creation
    from abidance.generate.scalar_positions import Leaf

_MOST = 12
"""So many values of one argument of a creating function are tried."""
_NUMBERS = 2
"""So many numbers of the function's own are among the least at the same time."""
_LEAST = (0, 1)
_ENDS = 6
"""Of many states so many are tried from either end."""


def calls_on_other_handles(
    boundary: Boundary, function: BoundaryFunction, chosen: Sequence[Leaf]
) -> Iterator[dict[str, Any]]:
    """Yield what is given of calls on such handles: each handle in turn, with few numbers of the `chosen` places."""
    places = [each for each in chosen if len(each.path) == 1]
    numbers = [each for each in places if each.number is not None and not each.sized]
    numbers = numbers or [each for each in places if each.has_contents][:1]
    own = [
        dict(zip((each.path[0] for each in numbers[:_NUMBERS]), row, strict=True))
        for row in product(*(_least(each) for each in numbers[:_NUMBERS]))
    ]
    for member in function.members:
        shape = member.shape
        if isinstance(shape, HandleShape) and not shape.made and not shape.parent:
            for made in _other_handles(boundary, shape.handle):
                yield from ({member.name: made, **row} for row in own)


def calls_with_words_of_handles(
    boundary: Boundary, function: BoundaryFunction, chosen: Sequence[Leaf]
) -> Iterator[dict[str, Any]]:
    """Yield what is given of calls on what examples create, with a word of what it was created from: a key, a name."""
    texts = [each for each in chosen if each.has_contents and len(each.path) == 1]
    for member in function.members:
        shape = member.shape
        if not isinstance(shape, HandleShape) or shape.made or shape.parent:
            continue
        life = boundary.handles[shape.handle]
        for way in creations(boundary, life, ())[1] if not life.has_storage_first else ():
            created = simplest_creation(boundary, life, way)
            if created is None:
                continue
            words = words_in(created[1].arguments.values())
            for leaf in texts:
                low, high = leaf.ends
                fitting = (each for each in words if low <= len(each) <= high)
                yield from ({member.name: created[1], leaf.path[0]: each} for each in fitting)
        for made, word in _prepared_handles(boundary, life) if texts and life.prepares_with_any else ():
            yield from ({member.name: made, leaf.path[0]: word} for leaf in texts if word in leaf.values)


def _prepared_handles(boundary: Boundary, life: HandleLife) -> Iterator[tuple[NewHandle, bytes]]:
    """Yield handles that were prepared with other contents than the simplest, and these."""
    way = creations(boundary, life, ())[0][0]
    if life.has_storage_first or (created := simplest_creation(boundary, life, way)) is None:
        return
    for name, written in life.prepare:
        function = boundary.functions[name]
        for leaf in leaves(function.members, Hints.of(boundary, function)):
            if len(leaf.path) != 1 or written.get(leaf.path[0]) is not ANY:
                continue
            for word in islice((each for each in leaf.values if isinstance(each, bytes)), _MOST):
                with suppress(UnlawfulDrawError, EvaluationError, HookError):
                    calls = calls_of_prepare(
                        _simplest_drawer(boundary), boundary, life, {name: {leaf.path[0]: word}}
                    )
                    yield replace(created[1], prepared=calls), word


def _simplest_drawer(boundary: Boundary) -> Callable[[], Drawer]:
    return lambda: Drawer(boundary, Simplest(), FilterLog())


def simplest_creation(boundary: Boundary, life: HandleLife, way: Creation) -> tuple[Case, NewHandle] | None:
    """Return the simplest call that creates a handle in a way, and that handle; None where there is none."""
    with suppress(UnlawfulDrawError, EvaluationError, HookError):
        case = simplest(boundary, way.function, way.given, FilterLog())
        creator = way.function.name if way.function.name != life.create else ""
        return case, NewHandle(life.name, case.arguments, creator=creator)
    return None


def calls_in_each_state(boundary: Boundary, function: BoundaryFunction) -> Iterator[dict[str, InState]]:
    """Yield what is given of calls on a handle in each state in which they are lawful; of many, at both ends."""
    for given in calls_in_any_state(boundary, function):
        ((name, lawful),) = given.items()
        states = lawful.states
        for state in states if len(states) <= 2 * _ENDS else (*states[:_ENDS], *states[-_ENDS:]):
            yield {name: InState((state,), lawful=True)}


def calls_in_any_state(boundary: Boundary, function: BoundaryFunction) -> Iterator[dict[str, InState]]:
    """Yield what is given of calls that depend on the state of a handle: one of those in which they are lawful."""
    for member in function.members:
        shape = member.shape
        if not isinstance(shape, HandleShape) or shape.made:
            continue
        machine = boundary.handles[shape.handle].machine
        if machine is not None and (machine.of(function.name) or function.name in machine.showing):
            lawful = machine.lawful(function.name, member.name)
            states = tuple(each for each in machine.states if each in lawful)
            yield {member.name: InState(states, lawful=True)}


def _least(leaf: Leaf) -> tuple[object, ...]:
    """Return the numbers at the beginning of a place's range; of contents the shortest."""
    if leaf.has_contents:
        return tuple(sorted((each for each in leaf.values if isinstance(each, bytes | list)), key=len)[:2])
    low, high = leaf.ends
    return tuple(each for each in _LEAST if low <= each <= high) or tuple(
        each for each in leaf.values[:1] if isinstance(each, int)
    )


def _other_handles(boundary: Boundary, handle: str) -> Iterator[NewHandle]:
    """Yield handles that were made by each function in turn, as each example does, and with each edge of an argument.

    Of one for which the caller has memory first, none.
    """
    life = boundary.handles[handle]
    create = boundary.functions[life.create]
    if life.has_storage_first:
        return
    generated, written = creations(boundary, life, ())
    for way in (*written, *generated[1:]):
        if (created := simplest_creation(boundary, life, way)) is not None:
            yield created[1]
    hints = Hints.of(boundary, create)
    places = leaves(create.members, hints, handles=boundary.handles)
    streams = [zip(repeat(leaf), islice(leaf.values, _MOST), strict=False) for leaf in places]
    for leaf, value in interleaved(streams):
        if len(leaf.path) != 1:
            continue
        with suppress(UnlawfulDrawError, EvaluationError, HookError):
            case = simplest(boundary, create, {leaf.path[0]: value}, FilterLog(), hints)
            yield NewHandle(handle, case.arguments)
