"""Edge cases, the same ones for every seed: each value at its edges in turn, pairs of values at theirs together.

Random values meet a given edge now and then, which is not enough to rely on. These calls are few and cheap, and
all but what is at an edge has its simplest value. Of values that are few, all pairs are tried.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations, islice, repeat, zip_longest
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.types import HandleShape
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.alterations import altered
from abidance.generate.buffers import SMALL
from abidance.generate.coded_values import from_code, is_one
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.example_contents import codec_of, example_contents
from abidance.generate.hints import Hints
from abidance.generate.layouts import FILLS, loose_pointers
from abidance.generate.nearby import cuts, interleaved, nearby
from abidance.generate.other_creators import (
    calls_in_each_state,
    calls_on_other_handles,
    calls_with_words_of_handles,
)
from abidance.generate.pairwise import covering, domains
from abidance.generate.python_strategies import tables
from abidance.generate.scalar_positions import NO_RANGE, leaves
from abidance.generate.scenarios import assignments, given_for
from abidance.generate.scope import FilterLog
from abidance.generate.seeded_source import Dice
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import has_memory, simplest
from abidance.generate.tagged_places import tagged_leaves
from abidance.toolchain.machine_code import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Case
    from abidance.generate.example_contents import ExampleContents
    from abidance.generate.scalar_positions import Leaf
    from abidance.toolchain.machine_code import CodeWords

SITUATIONS, SINGLES, PAIRS, PAIRWISE, EACH, CODED, COUNTED = 100, 120, 100, 100, 256, 160, 100
MADE, STATES, TOLD, ALMOST, SIZES, CUTS, NEARBY, STACKED, TAGGED = 64, 24, 32, 80, 60, 256, 256, 100, 120
LISTED = 512
"""At most so many cases of each kind for one function."""
MOST_AROUND, TRIES = 600, 3
"""So many contents of one example are thought of, and so many edits of which some make no valid call."""
ROOM = 1 << 20
"""What lies around one example has so many bytes together, at most."""
_MANY = 4
"""Pairs are made of so many leaves."""

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edges:
    """Calls at the edges of a function, and what they were made up with."""

    cases: tuple[Case, ...]
    hints: Hints


def edge_cases(
    boundary: Boundary,
    function: BoundaryFunction,
    words: CodeWords = NOTHING,
    hints: Hints | None = None,
) -> list[Case]:
    """Return valid calls at the edges, each once; `words` are what the library's code compares with.

    `hints` say which handles the function is given, where they are known.
    """
    hints = hints or Hints.of(boundary, function, words)
    found: dict[str, Case] = {}

    def add(case: Case) -> int:
        before = len(found)
        found.setdefault(repr(case), case)
        return len(found) - before

    loose = loose_pointers(boundary, (function,))
    bases = _bases(boundary, function, hints)
    made = 0
    for case in _situations(boundary, function):
        made += add(case)
        if made >= SITUATIONS:
            break
    chosen = [leaf for leaf in leaves(function.members, hints, handles=boundary.handles) if leaf.values]
    told = [leaf for leaf in tagged_leaves(function, hints) if leaf.values]
    calls = example_contents(boundary, function, hints)
    for most, kind in (
        (SINGLES, singles(chosen)),
        (STATES, ((given, False) for given in calls_in_each_state(boundary, function))),
        (PAIRS, _pairs(chosen)),
        (LISTED, _listed(boundary, function)),
        (EACH, _all(chosen, lambda leaf: leaf.each)),
        (CODED, _coded(chosen, words)),
        (TAGGED, singles(told)),
        (TAGGED, _coded(told, words)),
        (COUNTED, _all(chosen, lambda leaf: leaf.counted)),
        (MADE, ((given, False) for given in calls_on_other_handles(boundary, function, chosen))),
        (TOLD, ((given, False) for given in calls_with_words_of_handles(boundary, function, chosen))),
        (ALMOST, _all(chosen, lambda leaf: leaf.almost)),
        (SIZES, _all(chosen, _other_sizes)),
        (CUTS, _around(calls, lambda call: cuts(call.raw))),
        (NEARBY, _around(calls, lambda call: nearby(call.raw, hints.vocabulary))),
        (STACKED, _stacked(calls, chosen, hints)),
    ):
        made = 0
        for given, sized in kind:
            lawful = _lawful(boundary, function, given, hints, bases)
            if lawful is None:
                continue
            made += add(lawful)
            if sized and has_memory(function):
                # Where memory ends and where it begins are two edges.
                made += add(replace(lawful, flush=1, fill=FILLS[1]))
                if loose:
                    made += add(replace(lawful, shift=sum(1 << 4 * n for n in range(loose))))
            if made >= most:
                break
    for case in covering(domains(chosen), _row_maker(boundary, function, hints, bases), PAIRWISE):
        add(case)
    return list(found.values())


def _row_maker(
    boundary: Boundary, function: BoundaryFunction, hints: Hints, bases: tuple[Given, ...]
) -> Callable[[Mapping[tuple[str, ...], object]], Case | None]:
    """Return what makes a valid call of values by path, None where there is none."""
    return lambda row: _lawful(boundary, function, _nested(row.items()), hints, bases)


def _situations(boundary: Boundary, function: BoundaryFunction) -> Iterator[Case]:
    seen: set[str] = set()
    hints = Hints.of(boundary, function)
    for assignment in assignments(boundary, function):
        key = repr(sorted(assignment.items()))
        given = given_for(function, assignment)
        if key in seen or given is None:
            continue
        seen.add(key)
        try:
            yield complete(boundary, function, given, hints)
        except (UnlawfulExampleError, EvaluationError, HookError):
            continue


def _bases(boundary: Boundary, function: BoundaryFunction, hints: Hints) -> tuple[Given, ...]:
    """Return what is given besides an edge, the first that makes a valid call of it: mostly nothing.

    Where the simplest values make none, as of a precondition that asks for one of several texts, parts of a call that
    was looked for stand beside the edge: the handles, all that has no length, or whatever is not given.
    """
    if _lawful(boundary, function, {}, hints, ({},)) is not None:
        return ({},)
    try:
        found = complete(boundary, function, {}, hints).arguments
    except (UnlawfulExampleError, EvaluationError, HookError):
        return ({},)
    tied = ties(function.members)
    sized = {*tied, *(member.name for group in tied.values() for member in group)}
    handles = {member.name for member in function.members if isinstance(member.shape, HandleShape)}
    return (
        {},
        {name: value for name, value in found.items() if name in handles},
        {name: value for name, value in found.items() if name not in sized},
        dict(found),
    )


def _lawful(
    boundary: Boundary, function: BoundaryFunction, given: Given, hints: Hints, bases: tuple[Given, ...]
) -> Case | None:
    for base in bases:
        with suppress(UnlawfulDrawError, EvaluationError, HookError):
            return simplest(boundary, function, {**base, **given}, FilterLog(), hints)
    return None


def singles(chosen: list[Leaf]) -> Iterator[tuple[Given, bool]]:
    """Yield each leaf's values in turn, all leaves' first values first; what is written has room meanwhile."""
    rooms = [(leaf, leaf.largest) for leaf in chosen if leaf.room]
    yield {}, True
    for row in zip_longest(*([(leaf, value) for value in leaf.values] for leaf in chosen)):
        for item in row:
            if item is not None:
                leaf, value = item
                yield _given([*(room for room in rooms if room[0] is not leaf), (leaf, value)]), leaf.sized


def _listed(boundary: Boundary, function: BoundaryFunction) -> Iterator[tuple[Given, bool]]:
    """Yield the values of the tables that parameters are taken from, those of all parameters in turn."""
    listed: list[list[Given]] = []
    with suppress(HookError):  # what is wrong with one is told by whoever judges the function
        for name, _, values in tables(function.members, boundary.constants):
            listed.append([{name: value} for value in values])
    yield from ((given, False) for row in zip_longest(*listed) for given in row if given is not None)


def _all(chosen: list[Leaf], values: Callable[[Leaf], Iterable[object]]) -> Iterator[tuple[Given, bool]]:
    """Yield all of such values, one leaf's after the other's; what is written has room meanwhile."""
    for leaf in chosen:
        rooms = _rooms(leaf, chosen)
        for value in values(leaf):
            yield _given([*rooms, (leaf, value)]), False


def _other_sizes(leaf: Leaf) -> Iterator[bytes]:
    """Yield contents of every short size, and of a spread of others, that is not among the leaf's values."""
    if not leaf.has_contents or leaf.ends == (0, 0):
        return
    low, high = leaf.ends
    met = {len(value) for value in leaf.values if isinstance(value, bytes)}
    yield from (b"a" * size for size in range(low, min(high, low + SMALL) + 1) if size not in met)
    # Each a third more than the one before, and no power of two or what is next to one.
    size = low + SMALL
    while (size := size * 4 // 3 + 1) < high:
        yield b"a" * size


def _around(
    calls: tuple[ExampleContents, ...], contents: Callable[[ExampleContents], Iterable[bytes]]
) -> Iterator[tuple[Given, bool]]:
    """Yield the examples' calls with other contents, those of every example in turn."""
    streams = [
        zip(repeat(call), islice(contents(call), min(MOST_AROUND, ROOM // (len(call.raw) + 1))), strict=False)
        for call in calls
    ]
    for call, raw in interleaved(streams):
        given = call.with_contents(raw)
        if given is not None:
            yield given, False


def _stacked(
    calls: tuple[ExampleContents, ...], chosen: list[Leaf], hints: Hints
) -> Iterator[tuple[Given, bool]]:
    """Yield examples with several edits; where there are none, what code and contract mention instead."""
    dice = Dice.without_strategies(b"stacked")
    leaves_ = [leaf for leaf in chosen if leaf.has_contents and leaf.ends != (0, 0)]
    words = hints.vocabulary
    for _ in range(TRIES * STACKED):
        if calls:
            yield dice.pick(calls).altered(dice, hints, calls), False
        elif leaves_ and words.texts:
            leaf = dice.pick(leaves_)
            raw = altered(dice, dice.pick(words.texts), words, words.texts, codec=codec_of(leaf.encoding))
            if is_one(leaf, raw):
                yield _given([*_rooms(leaf, chosen), (leaf, raw)]), False
        else:
            return


def _rooms(leaf: Leaf, chosen: list[Leaf]) -> list[tuple[Leaf, object]]:
    """Return the most room for all that is written beside a leaf."""
    return [(other, other.largest) for other in chosen if other.room and other is not leaf]


def _coded(chosen: list[Leaf], words: CodeWords) -> Iterator[tuple[Given, bool]]:
    """Yield values next to the numbers, and the texts, that the library's code mentions."""
    for leaf in chosen:
        rooms = _rooms(leaf, chosen)
        for value in dict.fromkeys(from_code(leaf, words)):
            yield _given([*rooms, (leaf, value)]), leaf.sized


def _pairs(chosen: list[Leaf]) -> Iterator[tuple[Given, bool]]:
    numbers = [leaf for leaf in chosen if leaf.number is not None][:_MANY]
    contents = [leaf for leaf in chosen if leaf.has_contents][:_MANY]
    yield from interleaved(
        (
            *(_corners(one, other) for one, other in combinations(numbers, 2)),
            *(alike(one, other) for one, other in combinations(contents, 2)),
            *(
                _fitting(one, other)
                for one in contents
                for other in numbers
                if other.sized or len(numbers) == 1
            ),
        )
    )


def _corners(one: Leaf, other: Leaf) -> Iterator[tuple[Given, bool]]:
    """Yield two numbers at the ends of their ranges together, and next to each other."""
    sized = one.sized or other.sized
    if len(one.values) * len(other.values) <= 16:
        for a in one.values:
            for b in other.values:
                yield _given([(one, a), (other, b)]), sized
        return
    for a in one.mentioned:
        for b in other.mentioned:
            yield _given([(one, a), (other, b)]), sized
    for a in _ends(one):
        for b in _ends(other):
            yield _given([(one, a), (other, b)]), sized
    for a in (5, 16, 255):
        for b in (a, a + 1, a - 1, 2 * a):
            if one.ends[0] <= a <= one.ends[1] and other.ends[0] <= b <= other.ends[1]:
                yield _given([(one, a), (other, b)]), sized


def _ends(leaf: Leaf) -> list[object]:
    """Return the ends of a number's range, or the first and last of those that are valid."""
    if leaf.ends == NO_RANGE:
        return list(dict.fromkeys([*leaf.values[:2], *leaf.values[-2:]]))
    return [value for value in (*leaf.ends, 1, -1) if value in leaf.values]


def alike(one: Leaf, other: Leaf) -> Iterator[tuple[Given, bool]]:
    """Yield two contents that are equal, or nearly so: those that begin alike first differ late.

    Some differ in case alone, and in the bit that tells cases apart where it tells none.
    """
    for a, b in (
        (b"a", b"a"), (b"ab", b"ab"), (b"a", b"ab"), (b"ab", b"a"), (b"ab", b"aa"), (b"", b"a"), (b"a", b""),
        (b"aab", b"ab"), (b"ba", b"a"), (b"aaab", b"aab"), (b"ababac", b"abac"), (b"b", b"\xc3\xa9"),
        (b"aB", b"Ab"), (b"@", b"`"), (b"{", b"["),
        (b"a" * 8 + b"b", b"a" * 8 + b"c"), (b"a" * 16, b"a" * 17), (b"a" * 32 + b"b", b"a" * 32 + b"c"),
    ):  # fmt: skip
        if all(is_one(leaf, raw) for leaf, raw in ((one, a), (other, b))):
            yield _given([(one, a), (other, b)]), True


def _fitting(content: Leaf, size: Leaf) -> Iterator[tuple[Given, bool]]:
    """Yield contents with room for just as much, for a little more or less, and for twice as much."""
    for length in (0, 1, 2, 5, 8, 16):
        for room in dict.fromkeys(
            (length, length + 1, length - 1, 2 * length, 2 * length + 1, 2 * length - 1)
        ):
            if size.ends[0] <= room <= size.ends[1]:
                yield _given([(content, b"a" * length), (size, room)]), True


def pairs_alike(members: tuple[Member, ...], hints: Hints) -> list[Given]:
    """Return what fixes two contents among members to be alike."""
    chosen = [leaf for leaf in leaves(members, hints) if any(isinstance(v, bytes) for v in leaf.values)]
    return [given for pair in combinations(chosen[:_MANY], 2) for given, _ in alike(*pair)]


def _given(values: Iterable[tuple[Leaf, object]]) -> Given:
    return _nested(each for leaf, value in values for each in (*leaf.beside, (leaf.path, value)))


def _nested(values: Iterable[tuple[tuple[str, ...], object]]) -> Given:
    given: Given = {}
    for path, value in values:
        place = given
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return given
