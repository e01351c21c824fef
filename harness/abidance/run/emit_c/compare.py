"""What an emitted program compares to know a failure again: the same wrong answer, whatever is unspecified in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encoded_plan import library_to_blame
from abidance.boundary.encode.result_reads import left_in
from abidance.boundary.model.traversal import has_pointers, walk
from abidance.boundary.model.types import RESULT_NAME, HandleShape, PointerShape, What, is_text
from abidance.boundary.print_c.literals import bytes_text
from abidance.boundary.values.memory import meaning
from abidance.core.diagnostic import VERSUS
from abidance.plan.observation import PointerReadStatus
from abidance.run.emit_c import callbacks as emit_callbacks
from abidance.run.emit_c.call import same_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.types import RecordShape
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import PointerReadResult, Returned
    from abidance.plan.plan import Call
    from abidance.run.findings.replayed_case import ReplayedCase

_LONGEST = 256


def one_side(again: ReplayedCase) -> tuple[ReplayedCase, CaseResult | None]:
    """Return a case for one library, and how the other answers where two are compared.

    The first of the two is what the second is held to, so the program is about the second, unless only the first
    did not come back. Of a law across libraries it makes the calls of one, and is given what the others left.
    """
    other = again.trial.other
    if other is None:
        return _of_last_call(again), None
    mine = replace(again.trial, other=None)
    if mine.death is not None and other.death is None:
        return replace(again, trial=mine, artifacts=again.artifacts[:1]), other
    return replace(again, trial=replace(other, sides=mine.sides[::-1]), artifacts=again.artifacts[1:]), mine


def _of_last_call(again: ReplayedCase) -> ReplayedCase:
    """Return a case of one library; of a law across several, for that of the call that shows it."""
    trial = again.trial
    name = library_to_blame(again.boundary, trial.encoded, trial.death.call if trial.death else None)
    libraries = again.stored.library.split(VERSUS)
    if name not in libraries or len(libraries) == 1:
        return again
    own = again.artifacts[libraries.index(name)]
    return replace(again, trial=replace(trial, sides=(name, "")), artifacts=(own,))


def tells_errno(placed: PlacedCall, against: CaseResult | None) -> bool:
    """Tell whether `errno` is part of an answer; otherwise whatever it is left at is no part of the failure."""
    returns = placed.function.promise.returns if placed.function.promise else None
    compared = against is not None and returns is not None and bool(returns.errno)
    return compared or any("errno" in ensured.names for ensured in placed.function.ensures)


def tells_apart(trial: CaseResult, against: CaseResult | None) -> bool:
    """Tell whether what a program compares tells this answer from that of the other library."""
    if against is None or not (trial.answered and against.answered):
        return True
    index = trial.encoded.plan.subject
    one, other = conditions(trial, index, against), conditions(against, index, trial)
    return one != other or _arguments(trial) != _arguments(against)


def conditions(trial: CaseResult, index: int, against: CaseResult | None) -> list[str]:
    """Return C conditions that hold when call `index` leaves what it left; its `errno` is in the variable `told`."""
    returned = trial.observation.calls[index]
    placed, call = trial.encoded.calls[index], trial.encoded.plan.calls[index]
    shapes = {placed.places.get(m.name): m.shape for m in placed.function.members}
    records = dict(_records(trial, placed))
    same = []
    if call.signature[-1] == "p" and against is not None:
        same.append(f"r{index} {'!=' if any(returned.result) else '=='} NULL")
    elif returned.result and not call.saves and call.signature[-1] != "p":
        same.append(
            same_bytes(
                f"&r{index}", returned.result, meaning(placed.function.result.shape, held=returned.result)
            )
        )
    same += _followed(f"r{index}", returned, placed)
    behind = _behind_pointers(placed, call, returned) if against is None else {}
    same += (condition for conditions in behind.values() for condition in conditions)
    if against is not None or records:
        same += _targets(trial, index)
    status = placed.function.status
    for block, raw in zip(call.watched, returned.blocks, strict=True):
        if call.asks is not None and block == call.asks.block and status is not None and not status.number:
            same.append(f"*(void **)b{block}.at {'!=' if any(raw) else '=='} NULL")
            continue
        if raw and not any(r.block == block for r in trial.encoded.plan.relocations) and len(raw) <= _LONGEST:
            shape = shapes.get(block)
            mask = b""
            if isinstance(shape, PointerShape):
                # Another library's addresses are others, and so are those that earlier calls left, next time.
                handles = any(isinstance(each, HandleShape) for each in walk(shape.element))
                told = against is None and shape.direction.written and block not in behind and not handles
                mask = meaning(shape.element, pointers=told, held=raw)
            elif block in records:
                mask = meaning(records[block], pointers=False, held=raw)
            if any(mask) or not mask:
                same.append(same_bytes(f"b{block}.at", raw, mask))
    if same and tells_errno(placed, against):
        same.append(f"told == {returned.errno}")
    return [*same, *emit_callbacks.seen_again(trial)]


def answers_of(trial: CaseResult) -> dict[int, str]:
    """Return C conditions that functions answer what they answered that were asked about the call on trial after it.

    By the calls that ask. Of a pointer that is whether it is NULL, and what it leads to.
    """
    plan, found = trial.encoded.plan, {}
    for n in sorted(trial.encoded.observing):
        returned = trial.observation.calls[n] if n < len(trial.observation.calls) else None
        placed, call = trial.encoded.calls[n], plan.calls[n]
        if n <= plan.subject or placed.tells != plan.subject or returned is None or not returned.ran:
            continue
        if not returned.result or call.each is not None or call.once or call.times > 1:
            continue
        if call.signature[-1] == "p":
            there = f"r{n} {'!=' if any(returned.result) else '=='} NULL"
            found[n] = next(_followed(f"r{n}", returned, placed), there)
        else:
            mask = meaning(placed.function.result.shape, held=returned.result)
            found[n] = same_bytes(f"&r{n}", returned.result, mask)
    return found


def _records(trial: CaseResult, placed: PlacedCall) -> Iterator[tuple[int, RecordShape]]:
    """Yield the records of a call's handles that lie in the caller's memory, each with its block."""
    for member in placed.function.members:
        block = placed.storage.get(member.name)
        if block is not None and isinstance(member.shape, HandleShape):
            record = trial.boundary.handles[member.shape.handle].record
            if record is not None:
                yield block, record


def _targets(trial: CaseResult, index: int) -> Iterator[str]:
    """Yield where pointers that the call left lead in the memory that it was given, or that they lead out of it."""
    plan = trial.encoded.plan
    for follow, read in zip(plan.calls[index].follows, trial.observation.calls[index].followed, strict=False):
        if follow.within is None:
            continue
        place, size = follow.pointer, plan.blocks[follow.within].size
        at = f"(char *)&r{index}" if place.block is None else f"b{place.block}.at"
        pointer = f"*(intptr_t *)({at} + {place.offset})"
        if read.reach is not PointerReadStatus.READ:
            yield f"{pointer} == 0"
            continue
        apart = f"{pointer} - (intptr_t)b{follow.within}.at"
        bytes_ = int.from_bytes(read.contents, "little", signed=True)
        yield f"{apart} == {bytes_}" if 0 <= bytes_ <= size else f"(size_t)({apart}) > {size}"


def _arguments(trial: CaseResult) -> list[tuple[int | None, tuple[bytes, ...], tuple[bytes, ...]]]:
    return [
        (each.callback, each.arguments, tuple(read.contents for read in each.reads))
        for each in trial.run.invocations
    ]


def _behind_pointers(placed: PlacedCall, call: Call, returned: Returned) -> dict[int, list[str]]:
    """Return, by block, conditions that what the pointers lead to which a call has left there is the same.

    Where nothing could be read, as in memory that was freed, the pointer itself is all that there is to compare.
    """
    shapes = {each.path: each.shape for member in placed.function.members for each in left_in(member)}
    found: dict[int, list[str]] = {}
    for path, follow, read in zip(placed.follows, call.follows, returned.followed, strict=False):
        place, shape, raw = follow.pointer, shapes.get(path), read.contents
        if shape is None or place.block is None or follow.held or not 0 < len(raw) <= _LONGEST:
            continue
        there = f"(b{place.block}.at + {place.offset})"
        if not has_pointers(shape.element):
            pointer = f"*(void **){there}"
            same = same_bytes(pointer, raw, meaning(shape.element, held=raw))
            found.setdefault(place.block, []).append(f"{pointer} != NULL && {same}")
        elif shape.what is What.ARRAY and is_text(shape.element) and len(read.behind) == 1:
            texts = _texts(f"(*(char ***){there})", read.behind[0], ended=follow.ends is not None)
            found.setdefault(place.block, []).extend(texts)
    return found


def _texts(array: str, texts: Sequence[PointerReadResult], *, ended: bool) -> Iterator[str]:
    """Yield conditions that the texts are the same to which the pointers lead in an array, and their number if told."""
    yield f"{array} != NULL"
    for n, each in enumerate(texts):
        text = f"{array}[{n}]"
        if each.reach is PointerReadStatus.NULL:
            yield f"{text} == NULL"
        elif each.reach is PointerReadStatus.READ:
            yield f"{text} != NULL && strcmp({text}, {bytes_text(each.contents, whole=True)}) == 0"
    if ended:
        yield f"{array}[{len(texts)}] == NULL"


def _followed(pointer: str, returned: Returned, placed: PlacedCall) -> Iterator[str]:
    """Yield a condition that what a returned pointer points at is the same; addresses in it never are."""
    shape = placed.function.result.shape
    if not isinstance(shape, PointerShape) or not returned.followed or has_pointers(shape.element):
        return
    if RESULT_NAME not in placed.follows:
        return
    read = returned.followed[placed.follows.index(RESULT_NAME)]
    ended = shape.what is What.STRING and read.reach is PointerReadStatus.READ
    raw = read.contents + bytes(shape.element.size if ended else 0)
    if 0 < len(raw) <= _LONGEST:
        yield f"{pointer} != NULL && {same_bytes(pointer, raw, meaning(shape.element, held=raw))}"
