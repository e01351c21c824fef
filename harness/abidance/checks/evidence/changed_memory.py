"""What a call has changed in memory of its caller's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import held_before
from abidance.core import masks

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult

_ADDRESS = 8


@dataclass(frozen=True, slots=True)
class ChangedByte:
    """The first byte of a block that is another after the call under test."""

    offset: int
    before: int
    after: int

    @property
    def words(self) -> str:
        """Return it as a note."""
        held = f"was 0x{self.before:02x} before the call and is 0x{self.after:02x}"
        return f"the byte at offset {self.offset} {held}"


def first_change(trial: CaseResult, block: int, raw: bytes) -> ChangedByte | None:
    """Return where a block, which holds `raw` now, was changed first.

    Addresses that the plan put there are left out, for only the worker knows them, and so are blocks of which
    something is stored before the call.
    """
    plan = trial.encoded.plan
    if any(store.block == block for call in plan.calls for store in call.stores):
        return None
    before = held_before(trial.encoded, trial.observation, plan.subject, block)
    changed = bytearray(masks.different(before, raw))
    for each in plan.relocations:
        if each.block == block:
            changed[each.offset : each.offset + _ADDRESS] = bytes(
                len(changed[each.offset : each.offset + _ADDRESS])
            )
    at = masks.first(bytes(changed))
    return None if at is None else ChangedByte(at, before[at], raw[at])
