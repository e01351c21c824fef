"""The order of units and of the functions in them, by evidence alone, one measure after the other.

There are no weights: of two functions, the one with the more urgent need comes first; where that is equal, the one with
the worse kind of trouble; and so on through `MEASURES`, each of which is a fact with a unit. So it can be told of any
two which fact put them in their order, more evidence of trouble never lowers a rank, and a name decides nothing. What
all measures leave equal has the same rank.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.migration.model import LENT, RankedUnit, TroubleKind, distinct, share_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from abidance.migration.model import BoundaryMap, MoveUnit, WeighedFunction

Several = tuple["WeighedFunction", ...]


@dataclass(frozen=True, slots=True)
class RankMeasure:
    """One step of the order: a value of functions that are taken together, the largest first.

    `words` name it for people, `unit` is what the value counts; `shown` is how it reads.
    """

    name: str
    unit: str
    words: str
    value: Callable[[Several], float]
    shown: Callable[[Several], str]


def _need(functions: Several) -> float:
    return -min(each.need.place for each in functions)


def _need_words(functions: Several) -> str:
    return min((each.need for each in functions), key=lambda need: need.place).value


def _worst(functions: Several) -> TroubleKind | None:
    troubles = distinct(trouble for each in functions for trouble in each.troubles)
    return troubles[0].kind if troubles else None


def _kind(functions: Several) -> float:
    worst = _worst(functions)
    return -len(TroubleKind) if worst is None else -worst.place


def _kind_words(functions: Several) -> str:
    worst = _worst(functions)
    return "none" if worst is None else worst.value


def _share(functions: Several) -> float:
    # What was seen not to be called comes after what nobody has looked at, and that after what takes time.
    known = [each.load.share for each in functions if each.load is not None]
    if not known:
        return 0.0
    return sum(known) or (-1.0 if len(known) == len(functions) else 0.0)


def _share_words(functions: Several) -> str:
    known = [each.load.share for each in functions if each.load is not None]
    return share_words(sum(known)) if known else "not known"


def _troubles(functions: Several) -> float:
    return len(distinct(trouble for each in functions for trouble in each.troubles))


def _accepted(functions: Several) -> float:
    return len({fact for each in functions for fact in each.accepted})


def _questions(functions: Several) -> float:
    return sum(len(each.questions) for each in functions)


def _transfers(functions: Several) -> float:
    lasting = sum(each.way != LENT for function in functions for each in function.transfers)
    handles = sum(len(each.creates) + len(each.destroys) for each in functions)
    return lasting + handles


def _pointers(functions: Several) -> float:
    return sum(len(each.crossings) for each in functions)


def _plain(value: Callable[[Several], float]) -> Callable[[Several], str]:
    return lambda functions: f"{value(functions):,.0f}"


MEASURES = (
    RankMeasure("need", "change, unknown, insulation", "need", _need, _need_words),
    RankMeasure("kind", "kind of trouble", "worst kind of trouble", _kind, _kind_words),
    RankMeasure(
        "share", "seconds a second of a traced run", "share of a traced program's time", _share, _share_words
    ),
    RankMeasure("troubles", "causes", "troubles, each cause once", _troubles, _plain(_troubles)),
    RankMeasure(
        "accepted",
        "findings",
        "warnings, and findings that the contract excepts",
        _accepted,
        _plain(_accepted),
    ),
    RankMeasure(
        "questions", "questions", "promises that are missing or not judged", _questions, _plain(_questions)
    ),
    RankMeasure(
        "transfers",
        "places",
        "places where a handle or memory changes hands, or is kept after the call",
        _transfers,
        _plain(_transfers),
    ),
    RankMeasure("pointers", "places", "pointers that cross", _pointers, _plain(_pointers)),
)


def key_of(functions: Iterable[WeighedFunction]) -> tuple[float, ...]:
    """Return what functions are ordered by, taken together; the smallest first."""
    several = tuple(functions)
    return tuple(-measure.value(several) for measure in MEASURES)


def ranked(units: Sequence[MoveUnit]) -> tuple[RankedUnit, ...]:
    """Return the units in order, and the functions in each; equal ones stay in the order in which they are given."""
    inside = [sorted(each.functions, key=lambda function: key_of((function,))) for each in units]
    return tuple(
        RankedUnit(place.rank, replace(units[place.index], functions=tuple(inside[place.index])), place.tied)
        for place in _places(units)
    )


def ranked_together(maps: Sequence[BoundaryMap]) -> tuple[tuple[BoundaryMap, RankedUnit], ...]:
    """Return the units of several contracts in one order, each with the map that it is from."""
    units = [(found, each.unit) for found in maps for each in found.units]
    return tuple(
        (units[place.index][0], RankedUnit(place.rank, units[place.index][1], place.tied))
        for place in _places([unit for _, unit in units])
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    index: int
    rank: int
    tied: bool


def _places(units: Sequence[MoveUnit]) -> Iterator[_Placed]:
    keys = [key_of(each.functions) for each in units]
    for index in sorted(range(len(units)), key=lambda index: keys[index]):
        yield _Placed(index, 1 + sum(key < keys[index] for key in keys), keys.count(keys[index]) > 1)


def decided_by(first: Sequence[WeighedFunction], second: Sequence[WeighedFunction]) -> RankMeasure | None:
    """Return the measure that puts one before the other; None where they are equal."""
    one, other = tuple(first), tuple(second)
    return next((each for each in MEASURES if each.value(one) != each.value(other)), None)
