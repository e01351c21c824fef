"""How long the library may call back: during the call, as long as a handle lives, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME, HandleShape

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.checks.evidence.case_run import CaseRun
    from abidance.plan.observation import Invocation


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
    if lifetime == "call":
        return callback.call
    name = lifetime.removeprefix("handle(").removesuffix(")")
    life = run.boundary.handles.get(name)
    mine = handle_of(run, callback.call, name)
    holders = _holders(run, callback.call, mine) if mine is not None else {None}
    last: int | None = None
    for index, call in enumerate(run.encoded.calls):
        ends = index >= callback.call and life is not None and call.function.name == life.destroy
        ended = {each for each in holders if each is None or each in call.handles.values()} if ends else set()
        if ended:
            holders -= ended
            last = index
        if not holders:
            break
    return last if not holders else None


def _holders(run: CaseRun, first: int, mine: int) -> set[int | None]:
    """Return the calls that made the handles which have what one of them held, from a call on."""
    found: set[int | None] = {mine}
    for index, call in enumerate(run.encoded.calls):
        for member in call.function.members if index >= first else ():
            shape = member.shape
            if isinstance(shape, HandleShape) and shape.into and call.handles.get(member.name) in found:
                whole = index if shape.into == RESULT_NAME else call.handles.get(shape.into)
                found |= {whole} - {None}
    return found


def calls_in_all(run: CaseRun, number: int) -> int | None:
    """Return how often a callback was called until its handle was destroyed; None where that was not seen whole.

    Of a handle whose references are counted, nobody sees which call ends it.
    """
    callback = run.encoded.callbacks[number]
    name = callback.shape.lifetime.removeprefix("handle(").removesuffix(")")
    life, mine = run.boundary.handles.get(name), handle_of(run, callback.call, name)
    if life is None or life.acquire or mine is None:
        return None
    returned = run.observation.calls
    ended = {
        each
        for index, call in enumerate(run.encoded.calls[: len(returned)])
        if index >= callback.call and call.function.name == life.destroy and returned[index].ran
        for each in call.handles.values()
    }
    if not ended >= _holders(run, callback.call, mine) or any(each.unnoted for each in returned if each.ran):
        return None
    return sum(each.callback == number for each in run.invocations)


def handle_of(run: CaseRun, call: int, name: str) -> int | None:
    """Return the call that made the handle of a type that a call uses or makes; None when there is none."""
    placed = run.encoded.calls[call]
    for member in placed.function.members:
        if isinstance(member.shape, HandleShape) and member.shape.handle == name:
            return call if member.shape.made else placed.handles.get(member.name)
    result = placed.function.result.shape
    return call if isinstance(result, HandleShape) and result.handle == name else None


def _allocator_lifetime(run: CaseRun, call: int) -> str:
    """Return how long an allocator is there that a call is given: as long as the handle that it makes, or uses."""
    function = run.encoded.calls[call].function
    shapes = [function.result.shape, *(member.shape for member in function.members)]
    handles = [shape for shape in shapes if isinstance(shape, HandleShape)]
    handles.sort(key=lambda shape: not shape.made)
    return f"handle({handles[0].handle})" if handles else "call"
