"""What allocators of a plan gave to the library: which callback gave it, and whether it came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.plan.observation import DeallocationStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan import callback_script as p
    from abidance.plan.observation import Invocation

_BACK = (DeallocationStatus.RIGHT, DeallocationStatus.OTHERS)


@dataclass(frozen=True, slots=True)
class AllocatedBlock:
    """One block that a callback gave during `call`, of `size` bytes."""

    block: int
    call: int
    placed: PlacedCallback
    size: int


def is_allocated(trial: CaseResult, block: int) -> bool:
    """Tell whether a block came from an allocator: those follow the plan's own."""
    return block >= len(trial.encoded.plan.blocks)


def source_of(trial: CaseResult, block: int) -> PlacedCallback | None:
    """Return the callback that a block came from.

    What callbacks were asked for during a call that ended the process is lost with it: then it is a likely one.
    """
    found = next((each.placed for each in _given(trial) if each.block == block), None)
    parts = (each for each in trial.encoded.callbacks if each.shape.allocates is not None)
    return found or next(parts, None)


def left_over(trial: CaseResult) -> tuple[AllocatedBlock, ...]:
    """Return what is still there when all calls are over; nothing where that is not known."""
    calls = trial.observation.calls
    if trial.death is not None or any(call.unnoted for call in calls):
        return ()
    there: dict[int, AllocatedBlock] = {}
    for index, call in enumerate(calls):
        for each in call.invocations:
            _note(trial, each, index, there)
        if call.side_effects.misfreed is not None:
            there.pop(call.side_effects.misfreed, None)
    for each in trial.observation.trailing:
        _note(trial, each, len(calls), there)
    return tuple(there.values())


def _note(trial: CaseResult, each: Invocation, call: int, there: dict[int, AllocatedBlock]) -> None:
    if each.given_back in _BACK and each.returned is not None:
        there.pop(each.returned, None)
    if each.made is not None and each.callback is not None:
        part = trial.encoded.plan.callbacks[each.callback].allocator
        size = _size(part, each) if part is not None else 0
        there[each.made] = AllocatedBlock(each.made, call, trial.encoded.callbacks[each.callback], size)


def _given(trial: CaseResult) -> Iterator[AllocatedBlock]:
    for index, call in reversed([*enumerate(trial.observation.calls)]):
        there: dict[int, AllocatedBlock] = {}
        for each in call.invocations:
            _note(trial, each, index, there)
        yield from there.values()


def _size(part: p.Allocator, each: Invocation) -> int:
    size = part.scale
    for number in part.room:
        size *= int.from_bytes(each.arguments[number.argument][: number.width], "little")
    return size
