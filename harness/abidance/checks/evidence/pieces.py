"""What the calls of a law's step have left that was made once for each piece of its input."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import moved_behind, single
from abidance.boundary.model.types import HandleShape, PointerShape, RecordShape, What
from abidance.boundary.model.values import PIECE, HandleAt
from abidance.checks.evidence.sequence_calls import left_by, result_at
from abidance.contract.expression import CALLS, RecordWithBefore, StepValues, Unavailable, spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape
    from abidance.checks.evidence.case_result import CaseResult


def left_in_pieces(trial: CaseResult, call: int) -> StepValues | None:
    """Return what step `call` of a sequence left, after what the pieces before it have: of others, what they left.

    Memory that all of them have written is joined, and so is how they called back. None where one was not made.
    """
    left, case = left_by(trial, call), trial.encoded.case
    assert case is not None
    name, _, number = case.steps[call].name.partition(PIECE)
    if left is None or number in ("", "0"):
        return left
    piece = f"{name}{PIECE}{int(number) - 1}"
    before = next((n for n in range(call - 1, -1, -1) if case.steps[n].name == piece), None)
    earlier = left_in_pieces(trial, before) if before is not None else None
    if earlier is None:
        return left if before is None else None
    function = result_at(trial, trial.encoded.steps[call]).function
    return _joined(trial.boundary, function, earlier, left)


def _joined(
    boundary: Boundary, function: BoundaryFunction, one: Mapping[str, object], other: Mapping[str, object]
) -> StepValues:
    """Return what two calls left, one after the other: what both have written and have called back is joined."""
    found = StepValues(other)
    for member in function.members:
        name, shape = spelling(member.name), member.shape
        before, after = one.get(name), other.get(name)
        inside = boundary.handles[shape.handle].record if isinstance(shape, HandleShape) else single(shape)
        record = inside if isinstance(inside, RecordShape) else None
        fields = isinstance(shape, HandleShape) or record is not None
        known, later = (_fields(before), _fields(after)) if fields else (None, None)
        if known is not None and later is not None:
            written = {m.name for m in record.members if is_added_to(m.shape)} if record is not None else ()
            joined = {
                field: _sum(known[field], value)
                for field, value in later.items()
                if field in known and (field in written or _calls(value))
            }
            both = {**later, **joined}
            found[name] = replace(after, fields=both) if isinstance(after, HandleAt) else both
        elif is_added_to(shape) or _calls(after):
            found[name] = _sum(before, after)
    return found


def _fields(value: object) -> Mapping[str, object] | None:
    """Return what is known within a record or a handle."""
    if isinstance(value, HandleAt):
        return value.fields
    return value if isinstance(value, dict) else None


def is_added_to(shape: Shape) -> bool:
    """Tell whether a pointer leads to several elements that are only written: each call adds its own."""
    shape = moved_behind(shape) or shape
    return isinstance(shape, PointerShape) and not shape.direction.read and shape.what is not What.ONE


def _calls(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {CALLS}


def _sum(one: object, other: object) -> object:
    if isinstance(one, bytes) and isinstance(other, bytes):
        return one + other
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    if isinstance(one, RecordWithBefore) and isinstance(other, RecordWithBefore):
        whole = {CALLS: _sum(one[CALLS], other[CALLS])}
        return RecordWithBefore(whole, {CALLS: _sum(one.before[CALLS], other.before[CALLS])})
    if one is None:
        return other
    return Unavailable("what the calls wrote is not known") if isinstance(one, Unavailable) else one
