"""Handles that a call leaves in memory of the caller's, and what lies in their place where it leaves none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape, NumberHandle, PointerHandle
from abidance.boundary.model.values import HandleAt
from abidance.boundary.values.memory import unpack_scalar
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.changed_memory import first_change
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Member, Shape
    from abidance.checks.evidence.case_result import CaseResult

_BEHIND = 2
"""From so many pointers on, a handle is one that a call leaves in memory of the caller's."""


def left_without_success(trial: CaseResult, member: Member, raw: bytes) -> bool:
    """Tell whether a call that failed, or was refused, has left something in the place of a handle.

    NULL and numbers that are `invalid` are nothing, unless the contract says that the place is as it was.
    """
    if isinstance(member.shape, PointerHandle) and member.shape.replaced:
        return _is_replaced(trial, member)
    if not _is_left(member.shape):
        return False
    said = unwritten_memory.on_failure(trial, member)
    if first_change(trial, trial.subject.places[member.name], raw) is None or (said and said != "untouched"):
        return False
    if said:
        return True
    if isinstance(member.shape, NumberHandle):
        number = member.shape.number
        return unpack_scalar(number, raw[: number.size]) not in member.shape.invalid
    return any(raw)


def _is_replaced(trial: CaseResult, member: Member) -> bool:
    """Tell whether a call left another handle in the place of one that it must leave there."""
    said = unwritten_memory.on_failure(trial, member)
    if said != "untouched" and (said or not trial.expectation.rejects):
        return False
    before, now = (seen.get(spelling(member.name)) for seen in (trial.seen.before, trial.seen.after))
    return isinstance(before, HandleAt) and (not isinstance(now, HandleAt) or now.address != before.address)


def nulls_untold(trial: CaseResult) -> Iterator[str]:
    """Yield the parameters in which a successful call has left NULL for a handle where no postcondition looks."""
    if trial.expectation.rejects or not unwritten_memory.tells_success(trial):
        return
    for member in trial.function.members:
        name = spelling(member.name)
        if not isinstance(member.shape, PointerHandle) or not _is_left(member.shape):
            continue
        if member.name not in trial.subject.places or trial.seen.after.get(name) is not None:
            continue
        if not any(name in each.names for each in trial.function.ensures):
            yield member.name


def _is_left(shape: Shape) -> bool:
    return isinstance(shape, HandleShape) and shape.made and shape.level >= _BEHIND and not shape.replaced
