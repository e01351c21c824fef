"""What every part of the diff works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.abi.diff.exposure import Exposure
from abidance.abi.diff.pairing import Pairing, pair
from abidance.abi.diff.types import Comparer
from abidance.abi.diff.users import Users
from abidance.abi.internal import is_internal
from abidance.abi.lookup import Sides
from abidance.abi.reachability import TypeGraph

if TYPE_CHECKING:
    from abidance.abi.diff.calls import RecordUses
    from abidance.abi.facts import Facts, Family
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class DiffContext:
    """Both sides, which types are one on both, who uses them, and how types are compared."""

    sides: Sides
    pairing: Pairing
    comparer: Comparer
    old_exposure: Exposure
    new_exposure: Exposure
    users: Users
    unshown: frozenset[str] = frozenset()
    """Keys and names of handles, and of what only these lead to, where no header says whether callers know them."""

    @classmethod
    def of(
        cls,
        old: Facts,
        new: Facts,
        calls: tuple[RecordUses | None, RecordUses | None] = (None, None),
        *,
        shown: bool = True,
    ) -> DiffContext:
        """Return the context of comparing two sets of facts, whose `calls` may be known.

        `shown` tells whether a header says what callers know.
        """
        sides = Sides.of(old, new)
        pairing = pair(sides)
        graphs = TypeGraph.of(old), TypeGraph.of(new)
        exposures = Exposure.of(sides.old, calls[0], graphs[0]), Exposure.of(sides.new, calls[1], graphs[1])
        return cls(
            sides,
            pairing,
            Comparer(sides, pairing, by_size=sides.old.from_rust != sides.new.from_rust),
            *exposures,
            Users.of(*graphs),
            frozenset() if shown else _unshown(graphs, exposures),
        )

    @property
    def old(self) -> Facts:
        """Return the old facts."""
        return self.sides.old.facts

    @property
    def new(self) -> Facts:
        """Return the new facts."""
        return self.sides.new.facts

    def is_opaque(self, key: str | None) -> bool:
        """Tell whether the old side says nothing of a record but its name."""
        return key is not None and (key not in self.old.records or self.old.records[key].opaque)

    def unreached(self, *keys: str) -> frozenset[str]:
        """Return the trait of types that no function or variable reaches, of which the header declares some.

        A header of types alone does not show what they are for.
        """
        declares = self.old.functions or self.old.variables
        return frozenset(("unreached",) if declares and self.users.reached.isdisjoint(keys) else ())

    def internal(self, span: Span | None, *keys: str) -> frozenset[str]:
        """Return the same trait for what stands in a file that calls itself internal, and declares nothing to call.

        A value needs no declared type to reach a function, so that it is not reached says nothing elsewhere.
        """
        if span is None or not is_internal(span.path):
            return frozenset()
        declared = [each.span for each in self.old.functions.values()]
        declared += [each.span for each in self.old.variables.values()]
        called = any(each is not None and each.path == span.path for each in declared)
        return frozenset() if called else self.unreached(*keys)

    def both_know(self, family: Family) -> bool:
        """Tell whether both sides were looked at for this family, so that a missing name means something."""
        return family in self.old.knows and family in self.new.knows


def _unshown(graphs: tuple[TypeGraph, TypeGraph], exposures: tuple[Exposure, Exposure]) -> frozenset[str]:
    """Return what callers of both sides meet as handles, or through handles alone."""
    old, new = (each.callee_only | each.lent for each in exposures)
    handles = old & new
    if not handles:
        return frozenset()
    found: set[str] = set()
    open_to_callers: set[str] = set()
    for graph in graphs:
        found |= graph.reached(graph.inside(handles))
        open_to_callers |= graph.reached(graph.roots, closed=handles)
    return frozenset((found - open_to_callers) | handles)
