"""What calls have left that must stay as it is for some time, and is looked at again after later calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.call_state import Borrowed
from abidance.boundary.encode.case_handles import STATIC, Keep, given_to
from abidance.boundary.encode.encoded_plan import SecondLook
from abidance.boundary.encode.ended_lifetimes import ends_lifetime
from abidance.boundary.encode.result_reads import lasting
from abidance.boundary.model.facts import fact
from abidance.boundary.model.types import RESULT_NAME
from abidance.boundary.values.inner_pointers import ROOM
from abidance.plan import plan as p

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import CallBuilder, Conditions, PlanDraft
    from abidance.boundary.encode.case_handles import Used
    from abidance.boundary.encode.holdings import Holdings
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import PointerShape

LOOKS = 4
"""At most so many earlier results are looked at again after each call."""


class BorrowedResults:
    """The results of earlier calls that are still there, the newest last."""

    def __init__(self, draft: PlanDraft, holdings: Holdings) -> None:
        self._draft = draft
        self._holdings = holdings
        self._there: list[Borrowed] = []

    def end(self, function: BoundaryFunction, given: Used) -> None:
        """Forget what a call ends, or may."""
        shown, asked = given_to(function, given) if self._there else [], asked_about(function)
        self._there = [
            each
            for each in self._there
            if not (asked & {*each.until})
            and (
                function.name not in each.until
                if each.keep is None
                else not ends_lifetime(self._holdings, function, each.keep, shown)
            )
        ]

    def looked_at(self) -> list[Borrowed]:
        """Return what is looked at after the next call; forget what may be gone, whatever that call does."""
        self._there = [each for each in self._there if self._is_sure(each)]
        return self._there[-LOOKS:]

    def take(
        self,
        builder: CallBuilder,
        index: int,
        saves: list[tuple[int, p.ValuePlace]],
        conditions: Conditions,
    ) -> None:
        """Note what call `index` leaves that lasts; what leads there is added to what it `saves`."""
        asked, lasts = asked_about(builder.function), lasting(builder.function)
        paths = [path for path, _ in builder.follows]
        for number, (path, follow) in enumerate(builder.follows):
            # What was there before the caller has filled the room is there no more.
            gone = path == RESULT_NAME and ROOM in paths
            lasts_on = None if gone else lasts.get(RESULT_NAME if path == ROOM else path)
            if lasts_on is None or asked & {*lasts_on.until}:
                continue
            keep = _keep(builder, lasts_on)
            if keep is None:
                continue
            again = replace(follow.moved(lambda place: self._saved(place, saves)), puts=b"")
            look = SecondLook(index, number)
            self._there.append(Borrowed(look, again, keep[0], lasts_on.until, conditions))

    def take_asked(
        self,
        builder: CallBuilder,
        path: str,
        asked: int,
        follow: p.PointerRead,
        conditions: Conditions,
    ) -> None:
        """Note what a call leaves that lasts, where it is call `asked` that tells how much of it there is."""
        lasts_on = lasting(builder.function).get(path)
        if lasts_on is None or (keep := _keep(builder, lasts_on)) is None:
            return
        made = self._draft.calls[asked]
        saves = [*made.saves]
        again = follow.moved(lambda place: self._saved(place, saves))
        self._draft.calls[asked] = replace(made, saves=tuple(saves))
        self._there.append(Borrowed(SecondLook(asked, 0), again, keep[0], lasts_on.until, conditions))

    def _saved(self, place: p.ValuePlace, saves: list[tuple[int, p.ValuePlace]]) -> p.ValuePlace:
        """Return where a pointer or a length is found after later calls, and have this one save it there."""
        if place.slot is not None:
            return place
        slot = next((slot for slot, saved in saves if saved == place), None)
        if slot is None:
            slot = self._draft.new_slot()
            saves.append((slot, place))
        return p.ValuePlace(slot=slot)

    def _is_sure(self, each: Borrowed) -> bool:
        """Tell whether what an earlier call returned is there if that call was made, whatever others answered."""
        if each.keep is None:
            return True
        holder = each.keep.holder
        return holder in self._holdings.alive and not (
            {*self._holdings.conditions(holder)} - {*each.conditions}
        )


def _keep(builder: CallBuilder, lasts_on: PointerShape) -> tuple[Keep | None] | None:
    """Return as long as what memory lasts, None for good; nothing where nobody has that handle any more."""
    holder = builder.holder(lasts_on.lifetime)
    # What a destroyed handle gives need not last.
    if holder is None and lasts_on.lifetime != STATIC:
        return None
    return (Keep(holder.held, lasts_on.until) if holder is not None else None,)


@fact
def asked_about(function: BoundaryFunction) -> frozenset[str]:
    """Return the functions that are asked about calls of another one, before them and after them.

    What they return the next time may stand where what they returned before did, as the contract says by `until`.
    """
    before = (each.function for asked in function.asked_before for each in asked.questions)
    return frozenset((*before, *(each.function for each in function.observers)))
