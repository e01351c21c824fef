"""A document as a tree of keys and values, with the way to each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True, eq=False)
class ScalarText:
    """A scalar or key: what it says, and where it stands with its quotes or indicator, as offsets.

    `style` is YAML's indicator: empty for plain, else one of ``' " | >``.
    """

    text: str
    start: int
    end: int
    style: str = ""


@dataclass(slots=True, eq=False)
class Pair:
    """A key with its value, if there is one; without `colon`, a word that may become a key."""

    key: ScalarText
    value: Tree | None = None
    colon: bool = True


@dataclass(slots=True, eq=False)
class Pairs:
    """A mapping. `start` is the offset of its first key or bracket, `end` that of its end."""

    start: int
    in_flow: bool = False
    pairs: list[Pair] = field(default_factory=list)
    end: int = 0

    def get(self, key: str) -> Tree | None:
        """Return the value of a key."""
        pair = self.pair(key)
        return pair.value if pair else None

    def pair(self, key: str) -> Pair | None:
        """Return the pair with this key."""
        return next((pair for pair in self.pairs if pair.colon and pair.key.text == key), None)

    def below(self, key: str) -> Pairs:
        """Return the mapping that is a key's value; an empty one where it is none."""
        value = self.get(key)
        return value if isinstance(value, Pairs) else Pairs(self.end)

    def text(self, key: str) -> str:
        """Return the scalar that is a key's value, or nothing."""
        value = self.get(key)
        return value.text if isinstance(value, ScalarText) else ""


@dataclass(slots=True, eq=False)
class Items:
    """A list. `start` is the offset of its first dash or bracket, `end` that of its end."""

    start: int
    in_flow: bool = False
    items: list[Tree | None] = field(default_factory=list)
    end: int = 0


Tree = ScalarText | Pairs | Items
Step = Pair | int
"""A way down: into the value of a pair, or to an item of a list."""


@dataclass(frozen=True, slots=True)
class ScalarSpot:
    """A scalar of the tree, with the way to it. `is_key` tells that it is the key of the last step.

    There is one step for each of the parents, from the root on.
    """

    scalar: ScalarText
    parents: tuple[Pairs | Items, ...]
    steps: tuple[Step, ...]
    is_key: bool


def spots(tree: Tree | None) -> Iterator[ScalarSpot]:
    """Yield all scalars of a tree in the order written."""
    waiting: list[tuple[Tree | None, tuple[Pairs | Items, ...], tuple[Step, ...]]] = [(tree, (), ())]
    while waiting:
        node, parents, steps = waiting.pop()
        if isinstance(node, ScalarText):
            yield ScalarSpot(node, parents, steps, is_key=bool(steps) and _is_key(node, steps[-1]))
        elif isinstance(node, Pairs):
            for pair in reversed(node.pairs):
                way = ((*parents, node), (*steps, pair))
                waiting += [(pair.value, *way), (pair.key, *way)]
        elif isinstance(node, Items):
            for at in reversed(range(len(node.items))):
                waiting.append((node.items[at], (*parents, node), (*steps, at)))


def _is_key(node: ScalarText, step: Step) -> bool:
    return isinstance(step, Pair) and step.key is node


def spot_at(tree: Tree | None, offset: int) -> ScalarSpot | None:
    """Return the scalar that an offset is in, or directly behind."""
    found = None
    for spot in spots(tree):
        if spot.scalar.start > offset:
            break
        if offset <= spot.scalar.end:
            found = spot
    return found
