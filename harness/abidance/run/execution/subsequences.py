"""Makes a failing sequence shorter: calls are left out, one at a time, as long as the same cause shows.

Hypothesis leaves out choices, of which the later ones then mean something else. Here the other calls stay as
they are, so that what is left is no longer than it must be. Where a handle stands for one that an earlier call led to
as well, as what `first` returns does for what was added, the calls are given that one, and nothing leads to the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.encode.preparation import is_prepared
from abidance.boundary.model.values import Derived, Earlier, NewHandle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case, Step, Value

MOST = 200
"""At most so many shorter sequences are tried."""


def as_prepared(boundary: Boundary, case: Case, fails: Callable[[Case], bool]) -> Callable[[Case], bool]:
    """Return what tells whether others fail like a case, and prepare their handles as it does."""
    if not is_prepared(boundary, case):
        return fails
    return lambda other: is_prepared(boundary, other) and fails(other)


def shorten(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Return a sequence that fails no less, of calls of the same one; `fails` runs a case that is lawful."""
    tries = _Tries(fails)
    case = _left_out(case, tries)
    while (fewer := _with_fewer_handles(case, tries)) is not None:
        case = _left_out(fewer, tries)
    return _less_often(case, fails)


def shorten_history(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Return the case of a law that still fails with the fewest calls before its own, which have names.

    Its handles stay as they are: nothing tells whether its steps might be given others.
    """

    def still(shorter: Case) -> bool:
        return _own(shorter) == _own(case) and fails(shorter)

    return _less_often(_left_out(case, _Tries(still)), still)


@dataclass(slots=True)
class _Tries:
    """How many more sequences may be run, and what runs them."""

    run: Callable[[Case], bool]
    left: int = MOST

    def fails(self, case: Case) -> bool:
        self.left -= 1
        return self.run(case)


def _left_out(case: Case, tries: _Tries) -> Case:
    """Return a sequence that fails no less, without the calls that this does not take."""
    for plain in (replace(case, flush=0), replace(case, flush=0, shift=0)):
        if plain != case and tries.run(plain):
            case = plain
    many = max(len(case.steps) // 2, 1)
    while many:
        before, at = len(case.steps), len(case.steps) - many
        while at > -many and tries.left:
            made = without(case, range(max(at, 0), at + many))
            if made is not None and tries.fails(made):
                case = made
            at = min(at, len(case.steps)) - many
        if many > 1 or len(case.steps) == before:
            many //= 2
    return case


def _with_fewer_handles(case: Case, tries: _Tries) -> Case | None:
    """Return a sequence that fails no less, in which calls are given an earlier handle in place of a later one.

    That is one created with the same numbers, as preconditions may ask for these, and no call is given it twice.
    """
    given: dict[tuple[int, str], Earlier] = {}
    bound = set()
    for step in case.steps:
        for each in _needed(step):
            if each.handle and each == Earlier(each.call, each.path, each.handle, created=each.created):
                given[each.origin] = each
            else:
                bound.add(each.call)
    for later in sorted(given.values(), key=lambda each: each.origin, reverse=True):
        beside = {e.origin for s in case.steps if later in (used := [*_needed(s)]) for e in used}
        before = (
            each
            for each in given.values()
            if each.call < later.call
            and (each.handle, each.created) == (later.handle, later.created)
            and each.origin not in beside
        )
        for earlier in sorted(before, key=lambda each: each.origin):
            if not tries.left or later.call in bound:
                break
            steps = [replace(s, arguments=_given(s.arguments, later, earlier)) for s in case.steps]
            fewer = without(replace(case, steps=tuple(steps)), [later.call])
            if fewer is not None and len(fewer.steps) == len(case.steps) - 1 and tries.fails(fewer):
                return fewer
    return None


def _given(value: Any, later: Earlier, earlier: Earlier) -> Any:
    """Return a value, or the arguments of a call, with one handle in the place of another."""
    match value:
        case Earlier():
            return earlier if value.origin == later.origin else value
        case dict():
            return {name: _given(item, later, earlier) for name, item in value.items()}
        case list():
            return [_given(item, later, earlier) for item in value]
        case NewHandle():
            return replace(value, arguments=_given(value.arguments, later, earlier))
    return value


def _own(case: Case) -> tuple[str, ...]:
    return tuple(step.name for step in case.steps if step.name)


def _less_often(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Return the sequence with each call that is made many times in a row made as few times as still fail."""
    for number, step in enumerate(case.steps):
        low, high = 0, step.times
        while high - low > 1:
            middle = (low + high) // 2 if low else 1
            steps = (*case.steps[:number], replace(step, times=middle), *case.steps[number + 1 :])
            fewer = replace(case, steps=steps)
            if fails(fewer):
                case, high = fewer, middle
            else:
                low = middle
    return case


def without(case: Case, calls: Iterable[int]) -> Case | None:
    """Return the sequence without calls and those that need what they made; None when nothing would be left.

    Nor is there one without a call that made what a law is given.
    """
    gone = {*calls}
    for number, step in enumerate(case.steps):
        if any(earlier.call in gone and not earlier.renews for earlier in _needed(step)):
            gone.add(number)
    kept = {*range(len(case.steps))} - gone
    if not {each.call for each in _earlier(case.arguments)} <= kept:
        return None
    return only(case, kept) if kept else None


def only(case: Case, kept: Collection[int]) -> Case:
    """Return the sequence of some of the calls; what they need must be among them, and what a law is given may."""
    places = {number: place for place, number in enumerate(sorted(kept))}
    given = {n: v for n, v in case.arguments.items() if {each.call for each in _earlier(v)} <= places.keys()}
    steps = (step for number, step in enumerate(case.steps) if number in kept)
    return replace(
        case,
        arguments={name: _moved(value, places) for name, value in given.items()},
        steps=tuple(
            replace(
                step,
                arguments={name: _moved(value, places) for name, value in step.arguments.items()},
                repeated=step.repeated and _renumbered(step.repeated, places),
                when=step.when and _renumbered(step.when, places),
            )
            for step in steps
        ),
    )


def parts(case: Case) -> list[list[int]]:
    """Return the calls in groups that have no handle in common, each in order."""
    group = [*range(len(case.steps))]
    for number, step in enumerate(case.steps):
        for earlier in _needed(step):
            one, other = group[number], group[earlier.call]
            group = [min(one, other) if each in (one, other) else each for each in group]
    found: dict[int, list[int]] = {}
    for number, each in enumerate(group):
        found.setdefault(each, []).append(number)
    return list(found.values())


def _needed(step: Step) -> Iterator[Earlier]:
    """Yield what a call needs of earlier ones."""
    yield from _earlier(step.arguments)
    for each in (step.repeated, step.when):
        yield from _earlier(each)


def _renumbered(derived: Derived, places: Mapping[int, int]) -> Derived:
    return replace(derived, names=tuple((name, places[call]) for name, call in derived.names))


def _earlier(value: Value | Mapping[str, Value]) -> Iterator[Earlier]:
    match value:
        case Earlier(destroyed_by=destroyer):
            yield value
            if destroyer:
                yield Earlier(destroyer, "", renews=value.renews)
        case Derived(names=names):
            yield from (Earlier(call, "") for _, call in names)
        case dict():
            for item in value.values():
                yield from _earlier(item)
        case list():
            for item in value:
                yield from _earlier(item)
        case NewHandle():
            yield from _earlier(value.arguments)


def _moved(value: Value, places: Mapping[int, int]) -> Value:
    match value:
        case Earlier(renews=True) if not {value.call, value.destroyed_by} <= places.keys():
            return _moved(value.state, places)  # in memory of its own
        case Earlier():
            destroyer = places[value.destroyed_by] if value.destroyed_by else 0
            return replace(value, call=places[value.call], destroyed_by=destroyer)
        case Derived():
            return _renumbered(value, places)
        case dict():
            return {name: _moved(item, places) for name, item in value.items()}
        case list():
            return [_moved(item, places) for item in value]
        case NewHandle():
            return replace(value, arguments={n: _moved(v, places) for n, v in value.arguments.items()})
    return value
