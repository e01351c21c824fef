"""All pairs of values of parameters that have few: a covering array, the same one every time.

What takes several arguments to fail takes two as a rule (Kuhn, Wallace and Gallo, "Software fault interactions and
implications for software testing", 2004), and rows in which each two values meet are far fewer than the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from abidance.generate.scalar_positions import Leaf

T = TypeVar("T")
MOST_OPTIONS = 12
"""A place with more values than this has its simplest one in all rows."""
MOST_DOMAINS = 16
_MOST_ELEMENTS = 3
TRIES = 400
"""So many rows of one function are tried, at most, where its preconditions refuse some."""
Row = dict[int, int]
"""The option of each domain that has one, by their numbers."""


class _AsItComes:
    """An option that gives no value: the simplest there, which is not NULL."""


AS_IT_COMES = _AsItComes()


@dataclass(frozen=True, slots=True)
class Domain:
    """A place in the arguments, and the few values that are tried there, the simplest and shortest first."""

    path: tuple[str, ...]
    options: tuple[object, ...]


def domains(chosen: Sequence[Leaf]) -> list[Domain]:
    """Return the places that have few values: enumerators, NULL or not, a size of none or one."""
    found: dict[tuple[str, ...], list[object]] = {}
    for leaf in chosen:
        options = found.setdefault(leaf.path, [])
        options += [each for each in _few(leaf) if each not in options]
    for options in found.values():
        if options == [None]:
            options.insert(0, AS_IT_COMES)
    several = [Domain(path, tuple(options)) for path, options in found.items() if len(options) > 1]
    return several[:MOST_DOMAINS]


def _few(leaf: Leaf) -> Sequence[object]:
    """Return the values of a leaf where they are few, or the shortest where they are contents or sizes."""
    if leaf.number is not None and not (leaf.sized or leaf.room):
        few = leaf.number.members if leaf.number.open else leaf.each
        return few if 0 < len(few) <= MOST_OPTIONS else _all(leaf.values)
    if leaf.number is None and all(isinstance(each, bytes) for each in leaf.values) and leaf.ends != (0, 0):
        low, high = leaf.ends
        return tuple(b"a" * size for size in (low, low + 1) if size <= high)
    if all(isinstance(each, int) for each in leaf.values):
        return sorted(each for each in leaf.values if isinstance(each, int))[:2]
    arrays = [each for each in leaf.values if isinstance(each, list)]
    if leaf.sized and arrays:  # that no number counts
        return [each for each in sorted(arrays, key=len) if len(each) <= _MOST_ELEMENTS]
    return () if arrays else _all(leaf.values)


def _all(values: tuple[object, ...]) -> Sequence[object]:
    return values if len(values) <= MOST_OPTIONS else ()


def covering(
    places: Sequence[Domain], lawful: Callable[[Mapping[tuple[str, ...], object]], T | None], most: int
) -> Iterator[T]:
    """Yield what `lawful` makes of rows until each two options of different places were together in one.

    `lawful` is given values by path and returns None for what preconditions refuse. A row is then made of as many of
    its values as they allow; a pair that they refuse by itself is given up.
    """
    waiting = _pairs(places)
    tries, made = TRIES, 0

    def tried(row: Row) -> T | None:
        nonlocal tries
        tries -= 1
        values = {places[place].path: places[place].options[option] for place, option in row.items()}
        return lawful({path: value for path, value in values.items() if value is not AS_IT_COMES})

    while waiting and tries > 0 and made < most:
        (one, a), (other, b) = next(iter(waiting))
        row = {one: a, other: b}
        full = _filled(places, row, waiting)
        case = tried(full)
        if case is None:
            case = tried(row)
            full = row
            for place in range(len(places)) if case is not None else ():
                more = {**full, **_best(places, full, place, waiting)}
                if len(more) > len(full) and tries > 0 and (wider := tried(more)) is not None:
                    full, case = more, wider
        waiting.pop(((one, a), (other, b)))
        for pair in combinations(sorted(full.items()), 2):
            waiting.pop(pair, None)
        if case is not None:
            made += 1
            yield case


def _pairs(places: Sequence[Domain]) -> dict[tuple[tuple[int, int], tuple[int, int]], None]:
    """Return each two options of different places, but for what is behind a pointer that is NULL."""
    return {
        ((one, a), (other, b)): None
        for one, other in combinations(range(len(places)), 2)
        for a in range(len(places[one].options))
        for b in range(len(places[other].options))
        if _together(places, one, a, other) and _together(places, other, b, one)
    }


def _together(places: Sequence[Domain], one: int, option: int, other: int) -> bool:
    path = places[one].path
    return places[one].options[option] is not None or places[other].path[: len(path)] != path


def _filled(
    places: Sequence[Domain], row: Row, waiting: Mapping[tuple[tuple[int, int], tuple[int, int]], None]
) -> Row:
    """Return the row with an option for every other place, which covers most of what is waiting."""
    full = dict(row)
    for place in range(len(places)):
        full |= _best(places, full, place, waiting)
    return full


def _best(
    places: Sequence[Domain],
    row: Row,
    place: int,
    waiting: Mapping[tuple[tuple[int, int], tuple[int, int]], None],
) -> Row:
    """Return the option of a place with which most that is waiting is covered; none where the row has one."""
    if place in row:
        return {}
    options = [
        option
        for option in range(len(places[place].options))
        if all(
            _together(places, place, option, other) and _together(places, other, each, place)
            for other, each in row.items()
        )
    ]

    def covers(option: int) -> int:
        here = (place, option)
        return sum((min(here, each), max(here, each)) in waiting for each in row.items())

    return {place: max(options, key=covers)} if options else {}
