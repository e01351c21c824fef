"""What a law is given at its edges: each value at its own in turn, all others the simplest; the same for every seed.

Values that are drawn are mostly small, and a given larger one, such as a size of 128, is met in few runs. A number of
which there are few often says which of some things a law is about: each of them is tried.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from abidance.generate.buffers import SMALL
from abidance.generate.complete_law import LawCompleter
from abidance.generate.hints import Hints
from abidance.generate.scalar_positions import leaves
from abidance.generate.sweep import singles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.values import Case
    from abidance.generate.scalar_positions import Leaf
    from abidance.toolchain.machine_code import CodeWords

MOST = 60
"""So many cases are made of one law, beside those of numbers of which there are few."""
WHOLE = 32
"""Of a number that is one of so many at most, each is tried."""


def law_edges(
    boundary: Boundary,
    law: BoundaryLaw,
    words: Callable[[str], CodeWords],
    complete: LawCompleter | None = None,
) -> Iterator[Case]:
    """Yield the simplest cases with one value at an edge, as far as there are such."""
    complete = complete or LawCompleter(boundary, law, words)
    given = leaves(law.members, Hints.of_law(boundary, law, words))
    few, others = [], []
    for leaf in given:
        if leaf.number is not None and 0 < len(leaf.each) <= WHOLE:
            few.append(replace(leaf, values=tuple(dict.fromkeys((*leaf.values, *leaf.each)))))
        elif leaf.values:
            others.append(_large_first(leaf))
    for chosen, most in ((few, None), (others, MOST)):
        made = (complete.simplest(each) for each, _ in singles(chosen))
        yield from islice((case for case in made if case is not None), most)


def _large_first(leaf: Leaf) -> Leaf:
    """Return a leaf with those of its values in front that few draws meet; of the others, each is met now and then."""
    return replace(leaf, values=tuple(sorted(leaf.values, key=_is_small)))


def _is_small(value: object) -> bool:
    size = len(value) if isinstance(value, bytes | list) else value
    return not isinstance(size, int) or -SMALL <= size <= SMALL
