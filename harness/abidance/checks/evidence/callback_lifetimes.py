"""How long the library may call back: during the call, as long as a handle lives, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.ended_callbacks import is_to_end
from abidance.boundary.encode.handle_places import is_made_at
from abidance.boundary.model.callbacks import NEVER
from abidance.boundary.model.types import RESULT_NAME, HandleShape
from abidance.contract.model.lifetimes import handle_in

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.checks.evidence.case_run import CaseRun
    from abidance.plan.observation import Invocation

    HandleOrigin = tuple[int, str]
    """A handle of a plan: the call that made it, and where that left it."""


def late_invocations(run: CaseRun) -> tuple[Invocation, ...]:
    """Return the invocations of callbacks whose time was over."""
    found = []
    ends: dict[int, int | None] = {}
    for each in run.invocations:
        if each.callback is not None:
            if each.callback not in ends:
                ends[each.callback] = last_call_of(run, run.encoded.callbacks[each.callback])
            end = ends[each.callback]
            if end is not None and (each.call > end or (each.call == end and each.late)):
                found.append(each)
    return tuple(found)


def stopped_at(run: CaseRun) -> int | None:
    """Return the index of the call that ended the worker, or that called back too late; None when none did."""
    if run.death:
        return run.death.call
    late = (each.call for each in late_invocations(run) if each.call > run.encoded.plan.subject)
    return min(late, default=None)


def last_call_of(run: CaseRun, callback: PlacedCallback) -> int | None:
    """Return the last call during which a callback may be called; None where there is no such end."""
    lifetime = callback.shape.lifetime or _allocator_lifetime(run, callback.call)
    if lifetime == NEVER:
        return callback.call - 1
    if lifetime == "call" or (callback.shape.lifetime and run.encoded.calls[callback.call].refused):
        return callback.call
    mine = handle_of(run, callback.call, handle_in(lifetime))
    ended = ended_early_by(run, callback, mine)
    having = holders(run, callback.call, mine) if mine is not None else ()
    ends = [ended if each == mine and ended is not None else _end_of(run, each) for each in having] or [ended]
    known = [each for each in ends if each is not None]
    return max(known) if known and len(known) == len(ends) else None


def ended_early_by(run: CaseRun, callback: PlacedCallback, mine: HandleOrigin | None) -> int | None:
    """Return the first call that has ended the time of a callback before its handle was destroyed; None for none."""
    if not callback.shape.until:
        return None
    for index, placed in enumerate(run.encoded.calls[: len(run.observation.calls)]):
        on_it = mine is None or mine in placed.origins
        ends = is_to_end(run.encoded, index, callback, on_it=on_it) and run.observation.has_run(index)
        if ends and run.at(index).values.success:
            return index
    return None


def _end_of(run: CaseRun, handle: HandleOrigin) -> int | None:
    """Return the call after which nobody had a handle any more; None where that is not known.

    A plan may end a handle twice: where a call turns out to have taken it, and where it has not. The call that was
    made counts. One that never was there ends where it would have.
    """
    ends = [index for index, call in enumerate(run.encoded.calls) if handle in call.ends]
    returned = run.observation.calls
    made = [index for index in ends if index >= len(returned) or returned[index].ran]
    return next(reversed(made or ([] if _was_used(run, handle) else ends)), None)


def _was_used(run: CaseRun, handle: HandleOrigin) -> bool:
    """Tell whether any call was made on a handle: it was there."""
    calls = zip(run.encoded.calls, run.observation.calls, strict=False)
    return any(seen.ran and handle in placed.origins for placed, seen in calls)


def holders(run: CaseRun, first: int, mine: HandleOrigin) -> set[HandleOrigin]:
    """Return the handles which have what one of them held, from a call on."""
    found = {mine}
    for index, call in enumerate(run.encoded.calls):
        for member in call.function.members if index >= first else ():
            shape = member.shape
            if isinstance(shape, HandleShape) and shape.into and call.origin(member.name) in found:
                made = is_made_at(call.function, shape.into)
                whole = (index, shape.into) if made else call.origin(shape.into)
                found |= {whole} if whole is not None else set()
    return found


def calls_in_all(run: CaseRun, number: int) -> int | None:
    """Return how often a callback was called until its handle was destroyed; None where that was not seen whole."""
    returned, end = run.observation.calls, last_call_of(run, run.encoded.callbacks[number])
    if end is None or end >= len(returned) or not returned[end].ran:
        return None
    if any(each.unnoted for each in returned if each.ran):
        return None
    return sum(each.callback == number for each in run.invocations)


def handle_of(run: CaseRun, call: int, name: str) -> HandleOrigin | None:
    """Return the handle of a type that a call uses or makes; None when there is none."""
    placed = run.encoded.calls[call]
    for member in placed.function.members:
        if isinstance(member.shape, HandleShape) and member.shape.handle == name:
            return (call, member.name) if member.shape.made else placed.origin(member.name)
    result = placed.function.result.shape
    made = isinstance(result, HandleShape) and result.handle == name
    return (call, RESULT_NAME) if made else None


def _allocator_lifetime(run: CaseRun, call: int) -> str:
    """Return how long an allocator is there that a call is given: as long as the handle that it makes, or uses."""
    function = run.encoded.calls[call].function
    shapes = [function.result.shape, *(member.shape for member in function.members)]
    handles = [shape for shape in shapes if isinstance(shape, HandleShape)]
    handles.sort(key=lambda shape: not shape.made)
    return f"handle({handles[0].handle})" if handles else "call"
