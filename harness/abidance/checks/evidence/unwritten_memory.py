"""Detects written bytes of output memory by rerunning the call with two fill patterns."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import moved_behind, number_of, single, windows
from abidance.boundary.model.types import (
    Direction,
    HandleShape,
    NothingShape,
    NumberHandle,
    PointerHandle,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.resolve import transfers as handing
from abidance.boundary.values.significant_bytes import Range, elements, meaningful, packed, status_range
from abidance.checks.evidence.answers import CALLS, called_back, difference, numbered, values_differ
from abidance.checks.evidence.sequence_calls import result_at
from abidance.contract.expression import EvaluationError, spelling
from abidance.core import masks
from abidance.plan.plan import filled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Environment
    from abidance.plan.observation import Returned


@dataclass(frozen=True, slots=True)
class Region:
    """Memory behind a parameter after the call, and what of it must have been written."""

    member: Member
    block: int
    raw: bytes
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Bytes of a range that nobody wrote: where in it the first of them is, and how many follow it."""

    range: Range
    first: int
    count: int


def tells_success(trial: CaseResult) -> bool:
    """Tell whether it is known that the call did what it is for.

    A number without a `status` may mean anything: -1, 0, how many there were.
    """
    return trial.seen.success and handing.tells_success(trial.function)


def tells_failure(trial: CaseResult) -> bool:
    """Tell whether it is known that the call failed: false may be an answer like any other."""
    result = trial.function.result
    if trial.seen.success:
        return False
    return trial.function.has_status or not isinstance(result.shape, ScalarShape | NothingShape)


def on_failure(trial: CaseResult, member: Member) -> str:
    """Return what the contract says about an out parameter after a failure; empty when it is silent.

    A postcondition that looks at it after a failure says that it has a value then. Of a call that is refused, only one
    does that asks for the result first: what is promised of every valid call says nothing of an invalid one.
    """
    promise = trial.function.promise
    param = promise.params.get(member.name) if promise else None
    said = param.after_failure if param else ""
    return said or ("unspecified" if _looked_at(trial, spelling(member.name)) else "")


def _looked_at(trial: CaseResult, name: str) -> bool:
    refused = bool(trial.expectation.rejects)
    for expression in trial.function.ensures:
        if name not in expression.names or (refused and not expression.chooses):
            continue
        noting = _Noting(trial.seen.after)
        with contextlib.suppress(EvaluationError):
            expression.evaluate(noting, trial.seen.before)
        looked = [*noting.names]
        if name in looked and (not refused or "result" in looked[: looked.index(name)]):
            return True
    return False


class _Noting:
    """An environment that notes which names are looked up."""

    def __init__(self, values: Environment) -> None:
        self.values = values
        self.names: dict[str, None] = {}
        """In the order in which they were first looked up."""

    def __getitem__(self, name: str) -> object:
        self.names[name] = None
        return self.values[name]


def regions(trial: CaseResult, *, of_status: bool = False) -> Iterator[Region]:
    """Yield the memory that out parameters of the call under test point at, where it must be written now.

    What tells whether a call has succeeded must be, however it ends. Only that is wanted with `of_status`.
    """
    for member, shape, block, raw in _pointees(trial, (Direction.OUT,)):
        plan = trial.encoded.plan
        if plan.blocks[block].contents or any(block in call.watched for call in plan.calls[: plan.subject]):
            continue  # nothing of it holds the fill: it was given, or an earlier call left it
        ranges: tuple[Range, ...] = ()
        if not of_status and _is_to_be_written(trial, member, shape):
            ranges = tuple(_ranges(trial, member, shape, raw, pointers=True))
        elif tells_by(trial.function, member) and (place := trial.function.status) is not None:
            number = status_range(place)
            ranges = () if number is None else (number,)
        if ranges:
            yield Region(member, block, raw, ranges)


def _is_to_be_written(trial: CaseResult, member: Member, shape: PointerShape) -> bool:
    function = trial.function
    if not function.leaves(member.name, success=trial.seen.success):
        return False
    if tells_success(trial) or tells_failure(trial):
        return True
    by_result = shape.length is not None and "result" in shape.length.names
    return by_result and trial.seen.success and not function.has_status


def set_by_callers(member: Member) -> str:
    """Return the clause by which callers set the number that a call leaves, `initially: 0`; empty for anything else."""
    number = number_of(member.shape)
    if (
        number is None
        or not isinstance(member.shape, PointerShape)
        or member.shape.direction is not Direction.OUT
    ):
        return ""
    return "" if member.shape.initially else f"initially: {(number.names or {}).get(0, 0)}"


def tells_by(function: BoundaryFunction, member: Member) -> bool:
    """Tell whether a parameter leads to what tells whether a call has succeeded."""
    return function.status is not None and function.status.parameter == member.name


def left_unwritten(trial: CaseResult, others: tuple[CaseResult, ...]) -> Iterator[tuple[Region, Unwritten]]:
    """Yield what of the memory that the call under test must write kept its fill in this run and in all others.

    The others must have ended as this one did, else all together tell nothing, but of what tells how they ended.
    """
    if not others or any(not o.answered for o in others):
        return
    alike = all(o.seen.success == trial.seen.success for o in others)
    seen = [(watched_memory(other), other.encoded.plan.fill) for other in others]
    for region in regions(trial, of_status=not alike):
        kept = [(memory[region.block], fill) for memory, fill in seen]
        for left in _unwritten(region, trial.encoded.plan.fill, kept):
            yield region, left


def _unwritten(region: Region, fill: int, others: list[tuple[bytes, int]]) -> Iterator[Unwritten]:
    """Yield what kept the fill in all runs. A byte that is the same in the first two fills tells nothing."""
    one = filled(fill, len(region.raw))
    written = masks.different(region.raw, one)
    for other, other_fill in others:
        written = masks.either(written, masks.different(other, filled(other_fill, len(other))))
    other, other_fill = others[0]
    left = masks.but(masks.different(one, filled(other_fill, len(other))), written)
    for each in region.ranges:
        end = min(len(left), each.ends(region.raw, other))
        first = masks.first(left, each.start, end)
        if first is not None:
            written_again = left.find(0, first, end)
            yield Unwritten(each, first - each.start, (end if written_again < 0 else written_again) - first)


def is_doubtful(trial: CaseResult) -> bool:
    """Tell whether a byte that must be written holds the fill."""
    fill = trial.encoded.plan.fill  # one of the two that plans begin with
    if trial.is_sequence:
        return fill != 0 and any(map(_is_doubtful, _holding(trial, fill)))
    return _is_doubtful(trial)


def _holding(trial: CaseResult, fill: int) -> Iterator[CaseResult]:
    """Yield the calls of a sequence that left the fill in memory that they may write.

    Zeros are no such thing: nearly every number has some, and half of all sequences begin with another fill.
    """
    for index in trial.encoded.steps:
        returned = trial.observation.calls[index]
        if returned.ran and any(raw.find(fill) >= 0 for raw in returned.blocks):
            yield result_at(trial, index)


def _is_doubtful(trial: CaseResult) -> bool:
    fill = trial.encoded.plan.fill
    return any(
        region.raw.find(fill, each.start, each.end) >= 0
        for region in regions(trial)
        for each in region.ranges
    )


def answers_vary(one: CaseResult, other: CaseResult) -> bool:
    """Tell whether an answer differs between two runs with different fills: in a sequence, that of some call."""
    if not one.is_sequence:
        return stale(one, other) is not None
    return any(
        here.ran and there.ran and stale(result_at(one, index), result_at(other, index)) is not None
        for index, (here, there) in enumerate(
            zip(one.observation.calls, other.observation.calls, strict=False)
        )
        if index in one.encoded.steps and not _alike(here, there)
    )


def stale(one: CaseResult, other: CaseResult) -> str | None:
    """Return the path of the first answer that differs between two runs with different fills, None when none does."""
    return next(all_stale(one, other), None)


def all_stale(one: CaseResult, other: CaseResult) -> Iterator[str]:
    """Yield the paths of answers that differ between two runs with different fills: of memory all, else the first.

    Bytes that kept the fill in both were not written, which is another matter. Addresses have no meaning.
    """
    here, there = (each.observation.calls[each.encoded.plan.subject] for each in (one, other))
    if _alike(here, there):
        return
    shape = one.function.result.shape
    is_answer = one.seen.success or one.function.fails_with_answers
    if is_answer and values_differ(shape, one.seen.result, other.seen.result):
        yield "result"
        return
    if one.seen.success != other.seen.success:
        place = one.function.status
        if place is None or place.parameter is None or place.asked is not None:
            yield "result"
        elif not any(left_unwritten(one, (other,))):
            yield place.path
        return
    theirs_told = dict(numbered(called_back(other)))
    for key, told in numbered(called_back(one)):
        if key in theirs_told and values_differ(told.shape, told.value, theirs_told[key].value):
            yield told.path.removesuffix(CALLS)
            return
    for member in one.function.members:
        record = moved_behind(member.shape) or _windows(one, member)
        if record is not None:
            name = spelling(member.name)
            differs = difference(record, one.seen.after.get(name), other.seen.after.get(name))
            if differs is not None:
                yield f"{member.name}{differs.path}"
                return
    others = {member.name: raw for member, _, _, raw in _pointees(other, _WRITTEN)}
    for member, pointer, _, raw in _pointees(one, _WRITTEN):
        if not one.function.leaves(member.name, success=one.seen.success):
            continue
        theirs = others[member.name]
        fills = [filled(each.encoded.plan.fill, len(raw)) for each in (one, other)]
        written = masks.either(masks.different(raw, fills[0]), masks.different(theirs, fills[1]))
        differing = masks.both(masks.different(raw, theirs), written)
        for each in _ranges(one, member, pointer, raw, pointers=False):
            if masks.first(differing, each.start, each.ends(raw, theirs)) is not None:
                yield f"{member.name}{each.path}"


def _windows(trial: CaseResult, member: Member) -> RecordShape | None:
    """Return the windows of a record in the caller's memory, with what counts them, as a record."""
    record: Shape | None = single(member.shape)
    if isinstance(member.shape, HandleShape):
        record = trial.boundary.handles[member.shape.handle].record
    if not isinstance(record, RecordShape) or record is member.shape:
        return None
    here = trial.subject.windows
    pairs = (pair for pair in windows(record.members) if f"{member.name}.{pair[0].name}" in here)
    named = dict.fromkeys(each.name for pair in pairs for each in pair)
    return replace(record, members=tuple(m for m in record.members if m.name in named)) if named else None


def _alike(here: Returned, there: Returned) -> bool:
    """Tell whether a call left the same bytes in two runs: then so are the values in them."""
    return (here.result, here.blocks, here.followed, here.invocations) == (
        there.result,
        there.blocks,
        there.followed,
        there.invocations,
    )


_WRITTEN = (Direction.OUT, Direction.INOUT)


def _pointees(
    trial: CaseResult, ways: tuple[Direction, ...]
) -> Iterator[tuple[Member, PointerShape, int, bytes]]:
    """Yield the parameters that point at memory to write, each with its block and the bytes there now."""
    placed = trial.subject
    memory = watched_memory(trial)
    for member in placed.function.members:
        shape = member.shape
        if isinstance(shape, NumberHandle) and shape.level > 1:
            shape = PointerShape(Direction.OUT, What.ONE, shape, shape.span)
        if isinstance(shape, PointerShape) and shape.direction in ways:
            block = placed.places.get(member.name)
            if block is not None and block in memory:
                yield member, shape, block, memory[block]


def watched_memory(trial: CaseResult) -> Mapping[int, bytes]:
    """Return the writable blocks of the call under test as they were after it."""
    index = trial.encoded.plan.subject
    call, returned = trial.encoded.plan.calls[index], trial.observation.calls[index]
    return dict(zip(call.watched, returned.blocks, strict=True))


def _position(trial: CaseResult, shape: PointerShape) -> int:
    """Return how many bytes of a window that a parameter's position moves on in come before what a call writes."""
    before = trial.seen.before.get(spelling(shape.position), 0)
    return before * shape.unit if isinstance(before, int) and shape.position != shape.window else 0


def _ranges(
    trial: CaseResult, member: Member, shape: PointerShape, raw: bytes, *, pointers: bool
) -> Iterator[Range]:
    """Yield what of the memory behind a parameter has a meaning now: as much of it as the contract tells."""
    if shape.what is What.ONE:
        if not isinstance(shape.element, PointerHandle):
            yield from meaningful(shape.element, pointers=pointers, raw=raw)
        return
    value = trial.seen.after.get(spelling(member.name))
    if not isinstance(value, bytes | list) or any(o.path == member.name for o in trial.seen.overruns):
        return
    if shape.what is What.STRING:
        # A string ends where the library put the end: all before it is written, or it would not be the end.
        if not pointers and member.name not in trial.seen.unterminated:
            yield Range("", 0, len(value))
        return
    if shape.position:
        begins = _position(trial, shape)
        for each in elements(shape.element, len(value), pointers=pointers, raw=raw):
            yield replace(each, start=each.start + begins, end=each.end + begins)
        return
    untold = shape.length_name and trial.seen.after.get(spelling(shape.length_name), 0) is None
    if shape.length is not None and not untold:  # else nobody knows how much of the room has a meaning
        if shape.records is not None:
            yield from packed(shape.records, len(value), raw, pointers=pointers)
        else:
            yield from elements(shape.element, len(value), pointers=pointers, raw=raw)
