"""Numbers that calls leave, saved for later calls of a plan, and which of them those may be given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.resolve.transfers import success_when
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.encode.call_state import PlanDraft
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import ScalarShape


def saved(draft: PlanDraft, index: int, place: p.ValuePlace) -> int:
    """Return the slot into which call `index` saves what is at a place."""
    made = draft.calls[index]
    slot = next((slot for slot, saved in made.saves if saved == place), None)
    if slot is None:
        slot = draft.new_slot()
        moves = (*made.moves, *none_kept(draft.placed[index].function, ((slot, place),)))
        draft.calls[index] = replace(made, saves=(*made.saves, (slot, place)), moves=moves)
    return slot


def none_kept(function: BoundaryFunction, saves: Iterable[tuple[int, p.ValuePlace]]) -> tuple[p.Move, ...]:
    """Return what keeps NULL in the slots of a result that is a pointer, where another one comes back for none."""
    invalid = function.result.invalid
    if invalid is None:
        return ()
    none = p.NumberTest(p.ValuePlace(), ((invalid.address, invalid.address),), signed=False)
    return tuple(p.Move(slot, 0, (none,)) for slot, place in saves if place == none.place)


def taken(wanted: ScalarShape, given: ScalarShape) -> tuple[tuple[int, int], ...]:
    """Return which numbers of one type may be given at a place of another; none of a combination of flags."""
    if wanted.flags:
        return ()
    # A slot has no sign: what is below 0 would be another number in a wider type.
    least = 0 if given.signed and wanted.size > given.size else None
    ends = tuple((each, each) for each in wanted.listed) or ((wanted.lowest, wanted.highest),)
    return tuple(
        (int(low if least is None else max(low, least)), int(high))
        for low, high in ends
        if least is None or high >= least
    )


def all_of(shape: ScalarShape) -> tuple[tuple[int, int], ...]:
    """Return all numbers that a C type has."""
    bits = 8 * shape.size
    return ((-(1 << bits - 1), (1 << bits - 1) - 1),) if shape.signed else ((0, (1 << bits) - 1),)


def success_tests(draft: PlanDraft, number: int) -> tuple[p.NumberTest, ...]:
    """Return the tests that call `number` has succeeded, none where it never fails."""
    placed = draft.placed[number]
    if placed.function.status is not None:
        return (placed.function.status.test(placed.places),)
    when = success_when(placed.function, number)
    place = p.ValuePlace(width=placed.function.result.shape.size)
    return () if when is None else (p.NumberTest(place, when.ranges, when.signed),)


def only_after_success(draft: PlanDraft, number: int) -> tuple[p.Guard, ...]:
    """Return the guards of what is done only where call `number` has succeeded, and left something."""
    tests = success_tests(draft, number)
    if not tests:
        return ()
    slot, made = draft.new_slot(), draft.calls[number]
    draft.calls[number] = replace(made, moves=(*made.moves, p.Move(slot, 1, tests)))
    return (p.Guard(slot, (1,)),)
