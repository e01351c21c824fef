"""Handles that are numbers and were in use when a call handed them out as new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.handle_numbers import numbers_left
from abidance.boundary.encode.handle_places import held_members
from abidance.boundary.model.ownership import CALLEE, EITHER
from abidance.checks.evidence.permissions import may

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import NumberHandle
    from abidance.checks.evidence.case_result import CaseResult


def given_again(trial: CaseResult) -> Iterator[tuple[str, NumberHandle, int]]:
    """Yield where the call under test left a new handle that is one which is in use, with its number.

    One that may be shared, lent or taken over, that goes with another or that a call was to destroy, may be any by now.
    """
    index = trial.encoded.plan.subject
    for path, shape, number in numbers_left(trial.encoded, trial.observation, index):
        life = trial.boundary.handles[shape.handle]
        alone = trial.function.name in life.creates and not shape.may_be_another and life.acquire is None
        if alone and number not in shape.invalid and _is_in_use(trial, shape.handle, number):
            yield path, shape, number


def _is_in_use(trial: CaseResult, handle: str, number: int) -> bool:
    encoded, subject = trial.encoded, trial.encoded.plan.subject
    if trial.boundary.handles[handle].destroy is None or may(trial, "handles", trial.function):
        return False
    for call in range(subject):
        for path, shape, earlier in numbers_left(encoded, trial.observation, call):
            kept = not shape.may_be_another and shape.owner != EITHER
            same = (shape.handle, earlier) == (handle, number) and kept
            if same and not _is_let_go(trial, handle, (call, path)):
                return True
    return False


def _is_let_go(trial: CaseResult, handle: str, origin: tuple[int, str]) -> bool:
    """Tell whether a call before the one under test was to destroy a handle, or to take it over."""
    encoded, destroy = trial.encoded, trial.boundary.handles[handle].destroy
    for call in range(origin[0] + 1, trial.encoded.plan.subject):
        placed = encoded.calls[call]
        if not trial.observation.calls[call].ran:
            continue
        for name, shape in held_members(placed.function):
            ends = (placed.function.name == destroy and not placed.refused) or shape.owner in (CALLEE, EITHER)
            if ends and shape.handle == handle and placed.origin(name) == origin:
                return True
    return False
