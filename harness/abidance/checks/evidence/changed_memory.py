"""What a call has changed in memory of its caller's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import held_before
from abidance.boundary.model.traversal import root_of
from abidance.boundary.model.types import HandleShape
from abidance.boundary.print_c.literals import as_in_c
from abidance.boundary.values.memory import extent
from abidance.contract.expression import spelling
from abidance.core import masks
from abidance.plan.plan import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from abidance.boundary.model.types import Member, RecordShape
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression

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


def first_change(
    trial: CaseResult, block: int, raw: bytes, record: RecordShape | None = None, but: Collection[str] = ()
) -> ChangedByte | None:
    """Return where a block, which holds `raw` now, was changed first; of a `record`, in other fields than some.

    Addresses that the plan put there are left out, for only the worker knows them.
    """
    before, unknown = _before(trial, block)
    changed = bytearray(masks.different(bytes(before), raw))
    given = [extent(member) for member in record.members if member.name in but] if record is not None else ()
    for first, end in (*unknown, *given):
        changed[first:end] = bytes(len(changed[first:end]))
    at = masks.first(bytes(changed))
    return None if at is None else ChangedByte(at, before[at], raw[at])


def _before(trial: CaseResult, block: int) -> tuple[bytearray, list[tuple[int, int]]]:
    """Return what a block held when the call under test began, and between which bytes nobody here knows that."""
    plan, observation = trial.encoded.plan, trial.observation
    view = next((each for each in plan.calls[plan.subject].views if each.block == block), None)
    before = bytearray(
        held_before(trial.encoded, observation, plan.subject, block if view is None else view.within)
    )
    before = before[view.offset :] if view is not None else before
    seen = max(
        (
            index
            for index, call in enumerate(plan.calls[: plan.subject])
            if (block in call.watched or block == call.result_to) and observation.has_run(index)
        ),
        default=-1,
    )
    relocations = plan.relocations if seen < 0 else ()
    unknown = [(each.offset, each.offset + _ADDRESS) for each in relocations if each.block == block]
    for index in range(seen + 1, plan.subject + 1):
        for store in plan.calls[index].stores:
            if store.block != block:
                continue
            put = store.value.raw if isinstance(store.value, Value) else bytes(_ADDRESS)
            before[store.offset : store.offset + len(put)] = put
            if index < plan.subject or not isinstance(store.value, Value):
                unknown.append((store.offset, store.offset + len(put)))
    for moved in plan.calls[plan.subject].carries:
        numbers = (moved.count,) if moved.position is None else (moved.count, moved.position)
        unknown += [(moved.pointer, moved.pointer + _ADDRESS)] if moved.record == block else []
        unknown += [(each, each + moved.width) for each in numbers] if moved.counter == block else []
    return before, unknown


def changed_behind(trial: CaseResult, member: Member, memory: Mapping[int, bytes]) -> Iterator[str]:
    """Yield, as notes, what has changed behind the pointers that a parameter leads to: windows, and other memory."""
    for _, words in _windows(trial, member):
        yield words
    for path, block in trial.subject.places.items():
        window = trial.subject.windows.get(path)
        if path == member.name or root_of(path) != member.name or block not in memory:
            continue
        if window is not None and (window.contents is not None or window.moved):
            continue
        change = first_change(trial, block, memory[block])
        if change is not None:
            yield f"of what `{as_in_c(path)}` leads to, {change.words}"


def changed_fields(
    trial: CaseResult, member: Member, memory: Mapping[int, bytes], said: Iterable[Expression]
) -> Iterator[str]:
    """Yield, as notes, what changed of a handle in the caller's memory but for fields of which something is said."""
    block, name = trial.subject.storage.get(member.name), spelling(member.name)
    if block is None or block not in memory or not isinstance(member.shape, HandleShape):
        return
    paths = (path.split(".") for expression in said for path, _ in expression.paths)
    but = {path[1] for path in paths if len(path) > 1 and path[0] == name}
    record = trial.boundary.handles[member.shape.handle].record
    change = first_change(trial, block, memory[block], record, but)
    if change is not None:
        fields = record.members if record is not None else ()
        inside = (each.name for each in fields if extent(each)[0] <= change.offset < extent(each)[1])
        yield f"`{member.name}->{field}`: {change.words}" if (field := next(inside, "")) else change.words
    for path, words in _windows(trial, member):
        if path.split(".")[1] not in but:
            yield words


def _windows(trial: CaseResult, member: Member) -> Iterator[tuple[str, str]]:
    """Yield the pointers to windows behind a parameter that lead elsewhere after the call under test, with a note."""
    for use in trial.seen.windows:
        if root_of(use.path) != member.name or use.shape.position:
            continue
        if use.moved is None and use.before:
            yield use.path, f"`{as_in_c(use.path)}` is NULL after the call"
        elif use.moved:
            yield (
                use.path,
                f"`{as_in_c(use.path)}` was moved by {use.moved} byte{'s' * (abs(use.moved) != 1)}",
            )
