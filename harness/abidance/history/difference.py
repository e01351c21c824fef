"""What changed between two runs of a contract: findings, what was judged, and how much was tried."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.outcome import Outcome
from abidance.history.cost_changes import cost_changes
from abidance.report.effort import Effort, efforts
from abidance.report.record import causes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.coverage_event import CoveredLibrary
    from abidance.core.diagnostic import Finding
    from abidance.core.events import ItemFinished, ItemId
    from abidance.history.cost_changes import CostChange
    from abidance.history.past import PastContract
    from abidance.report.record import ReportedCause


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one run of a contract to another.

    A finding is the same if it has the same rule and is about the same function of the same library: lines move from
    revision to revision. `unjudged` are items that one run has judged and the other has not; `gone` those that the
    other does not have, `new` those that only the other has. `efforts` are by function and library, first the old one.
    `costs` are figures that changed for certain; they decide nothing: what a call may cost is for its contract to say.
    """

    old: PastContract
    new: PastContract
    appeared: tuple[ReportedCause, ...]
    disappeared: tuple[ReportedCause, ...]
    remaining: tuple[ReportedCause, ...]
    unjudged: tuple[ItemFinished, ...]
    judged_anew: tuple[ItemFinished, ...]
    gone: tuple[ItemId, ...]
    new_items: tuple[ItemId, ...]
    efforts: dict[tuple[str, str], tuple[Effort, Effort]]
    costs: tuple[CostChange, ...] = ()

    @property
    def contract(self) -> str:
        """Return the contract, relative to the project's folder."""
        return self.new.contract

    @property
    def verdicts(self) -> tuple[str, str]:
        """Return the verdicts of the gate; empty where it did not run."""
        old, new = (each.gate.verdict if each.gate is not None else "" for each in (self.old, self.new))
        return old, new

    @property
    def reached(self) -> dict[str, tuple[CoveredLibrary | None, CoveredLibrary | None]]:
        """Return what was reached of each library whose lines were counted, before and now."""
        old, new = (
            {each.library: each for each in past.coverage.libraries if each.counted}
            if past.coverage is not None
            else {}
            for past in (self.old, self.new)
        )
        return {name: (old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new))}

    @property
    def is_worse(self) -> bool:
        """Tell whether something is wrong now that was not before."""
        return bool(self.appeared) or _WORSE.get(self.verdicts[1], 0) > _WORSE.get(self.verdicts[0], 0)

    @property
    def sees_less(self) -> bool:
        """Tell whether something was judged before and is not now."""
        killed = self.new.run.ended is None
        return bool(self.unjudged or self.gone) or killed


_WORSE = {"compatible": 0, "none": 0, "risky": 1, "unknown": 2, "breaking": 3}


def difference(old: PastContract, new: PastContract) -> Difference:
    """Return what changed from `old` to `new`, which are about the same contract."""
    before, after = causes(old.items), causes(new.items)
    appeared, remaining = _beyond(after, before)
    disappeared, _ = _beyond(before, after)
    was = {each.item: each for each in old.items}
    is_now = {each.item: each for each in new.items}
    both = [item for item in was if item in is_now]
    return Difference(
        old,
        new,
        appeared,
        disappeared,
        remaining,
        tuple(is_now[item] for item in both if was[item].judged and _lost(is_now[item])),
        tuple(is_now[item] for item in both if _lost(was[item]) and is_now[item].judged),
        tuple(item for item in was if item not in is_now and was[item].judged),
        tuple(item for item in is_now if item not in was and is_now[item].judged),
        _efforts(old.items, new.items),
        cost_changes(old.items, new.items, one_machine=old.run.machine == new.run.machine),
    )


def _lost(item: ItemFinished) -> bool:
    return item.outcome in (Outcome.ERRORED, Outcome.SKIPPED) and item.applies


def _identity(finding: Finding) -> tuple[str, str, str]:
    return finding.diagnostic.code.id, finding.subject, finding.details.get("side", finding.library)


def _beyond(
    several: Iterable[ReportedCause], others: Iterable[ReportedCause]
) -> tuple[tuple[ReportedCause, ...], tuple[ReportedCause, ...]]:
    """Return those of which the others have no equal, and the rest; each of the others is equal to one alone."""
    left = Counter(_identity(each.finding) for each in others)
    beyond: list[ReportedCause] = []
    equal: list[ReportedCause] = []
    for each in several:
        key = _identity(each.finding)
        left[key] -= 1
        (equal if left[key] >= 0 else beyond).append(each)
    return tuple(beyond), tuple(equal)


def _efforts(
    old: Iterable[ItemFinished], new: Iterable[ItemFinished]
) -> dict[tuple[str, str], tuple[Effort, Effort]]:
    before, after = ({(each.function, each.library): each for each in efforts(items)} for items in (old, new))
    return {
        key: (before.get(key) or _nothing(*key), after.get(key) or _nothing(*key))
        for key in dict.fromkeys((*before, *after))
    }


def _nothing(function: str, library: str) -> Effort:
    return Effort(function, library, 0, 0, 0, 0, 0.0)
