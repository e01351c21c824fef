"""What checks say of a call in common: who is to blame, what came back, what was promised instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import NothingShape, PointerShape
from abidance.boundary.print_c.literals import in_words
from abidance.boundary.values.element_lengths import elements_of, is_lengths
from abidance.checks.evidence.promise_labels import member_at, shape_at
from abidance.checks.evidence.sequence_calls import interrupted_call
from abidance.contract.expression import Unavailable

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.status_place import StatusPlace
    from abidance.checks.evidence.case_result import CaseResult


def to_blame(trial: CaseResult) -> str:
    """Return who is to blame for what all calls together did."""
    return "this sequence" if trial.is_sequence else f"`{trial.function.name}`"


def promised_instead(trial: CaseResult) -> str:
    """Return what the contract promises in place of a violent end, for rejected calls."""
    at = interrupted_call(trial)
    promised = at.expectation
    if not promised.rejects or at.run.running is not at.function:
        return ""
    answer = ", ".join(
        in_words(shape, value) if (shape := shape_at(at.boundary, at.function, name)) else repr(value)
        for name, value in promised.values.items()
    )
    return f", where the contract promises {answer} for {promised.rejects}"


def result_text(trial: CaseResult) -> str:
    """Return words such as `` returned true`` for the call under test, or nothing for a void function."""
    status, told = trial.function.status, returned_text(trial)
    if status is None or status.number is None or status.parameter is None:
        return told
    left = in_words(status.number, status_left(trial, status))
    if status.asked is not None:
        if isinstance(trial.seen.last_error, Unavailable):
            return told
        return f"{told}{' and' if told else ''} told {left} by `{status.asked.text}`"
    return f"{told}{' and' if told else ''} left {left} in `{status.path}`"


def returned_text(trial: CaseResult) -> str:
    """Return words such as `` returned true``, whatever else tells of success; nothing for a void function."""
    shape = trial.function.result.shape
    return "" if isinstance(shape, NothingShape) else f" returned {in_words(shape, trial.seen.result)}"


def status_left(trial: CaseResult, status: StatusPlace) -> int:
    """Return the number by which the call under test told whether it has succeeded."""
    plan = trial.encoded.plan
    return status.number_of(plan.calls[plan.subject].status_in(trial.observation.calls[plan.subject]))


def having_returned(trial: CaseResult, *, and_told: bool = True) -> str:
    """Return words such as `` returned true and``, for a sentence to go on; nothing for a void function."""
    words = result_text(trial) if and_told else returned_text(trial)
    return f"{words} and" if words else ""


def size_text(trial: CaseResult, block: int, path: str, function: BoundaryFunction) -> str:
    """Return words such as ``6 bytes here (route_len = 6)`` for a block's room."""
    size = trial.encoded.plan.blocks[block].size
    words = f"{size} byte{'' if size == 1 else 's'} here"
    member = member_at(trial.boundary, function, path)
    if member is None or not isinstance(member.shape, PointerShape):
        return words
    shape, index = member.shape, path.rpartition("[")[2] if path.endswith("]") else ""
    if index:
        behind = elements_of(shape)
        if behind is None:
            return words
        shape = behind
    clause = shape.capacity or shape.length
    if clause is None or clause.text.isdigit():
        return words
    beside = member_at(trial.boundary, function, f"{path.rpartition('.')[0]}.{clause.sole_name}".lstrip("."))
    which = f"[{index}" if index and beside is not None and is_lengths(beside.shape) else ""
    return f"{words} ({clause.text}{which} = {size // max(shape.element.size, 1)})"
