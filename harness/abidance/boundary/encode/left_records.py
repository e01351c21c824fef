"""Records that a call leaves, which others are asked about: only where they may be given these."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.saved_numbers import all_of, saved, taken
from abidance.boundary.model.types import RecordShape, ScalarShape
from abidance.boundary.values.formulas import as_formula
from abidance.contract.expression import spelling
from abidance.plan import plan as p
from abidance.plan.formula import SavedNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.encode.call_state import PlanDraft
    from abidance.contract.expression import Expression

    OnlyIf = Callable[[p.ValuePlace, ScalarShape, tuple[tuple[int, int], ...]], None]


@dataclass(slots=True)
class LeftRecords:
    """The records that call `index` leaves and that a question is given, which `only_if` keeps to some numbers."""

    draft: PlanDraft
    index: int
    only_if: OnlyIf
    _numbers: dict[str, tuple[p.ValuePlace, ScalarShape]] = field(default_factory=dict)
    """Those in them, by their paths as expressions spell them."""

    def note(self, record: RecordShape | None, block: int | None, path: str, at: int = 0) -> None:
        """Note a record in a block, or in the result: it is asked about only where its numbers are lawful."""
        for each in record.members if record is not None else ():
            there, inner = at + each.offset, f"{path}.{spelling(each.name)}"
            match each.shape:
                case RecordShape() as nested:
                    self.note(nested, block, inner, there)
                case ScalarShape(kind="int") as shape if not (each.bits or each.within):
                    place = p.ValuePlace(block, there, width=shape.size)
                    self._numbers[inner] = place, shape
                    if not shape.flags and (ranges := taken(shape, shape)) != all_of(shape):
                        self.only_if(place, shape, ranges)

    def are_in(self, condition: Expression) -> bool:
        """Tell whether a condition is about one of them."""
        return not condition.names.isdisjoint(path.partition(".")[0] for path in self._numbers)

    def guard(self, condition: Expression, scope: Mapping[str, object]) -> p.Guard | None:
        """Return a guard that a condition holds; None where it says more of them than what their numbers are."""
        postponed = condition.postponed(frozenset(self._numbers))
        if postponed is None:
            return None
        tokens = tuple(postponed.tokens(scope))
        wanted = {path: self._numbers[path] for path in tokens if isinstance(path, str)}
        unknown = {
            path: SavedNumber(saved(self.draft, self.index, place), shape.size, shape.signed)
            for path, (place, shape) in wanted.items()
        }
        somewhere, _ = next(iter(wanted.values()))
        slot, made = self.draft.new_slot(), self.draft.calls[self.index]
        test = p.NumberTest(somewhere, ((1, 1),), signed=False, formula=as_formula(tokens, unknown))
        self.draft.calls[self.index] = replace(made, moves=(*made.moves, p.Move(slot, 1, (test,))))
        return p.Guard(slot, (1,))
