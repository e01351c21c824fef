"""The answer of a worker, in which the library may have written: believed only where it fits the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from abidance.core.catalogue import INTERNAL_ERROR, SYMBOL_MISSING
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.execute.protocol import MOST_WORDS, REPLY, PlanOutcome
from abidance.execute.zygote_handle import lost
from abidance.plan.layout import MAX_BLOCKS

if TYPE_CHECKING:
    from abidance.execute.channel import Channel
    from abidance.plan.observation import Observation
    from abidance.plan.plan import Plan


def read_answer(channel: Channel, answer: bytes, sequence: int, plan: Plan) -> Observation:
    """Return the observation that the worker says it has written; raises ValueError when that is not so."""
    if len(answer) != REPLY.size:
        raise ValueError(f"{len(answer)} bytes came through its pipe, which is not a result")
    echoed, outcome, length = REPLY.unpack(answer)
    if echoed != sequence:
        raise ValueError("it belongs to another plan")
    if outcome != PlanOutcome.OBSERVED:
        _refuse(PlanOutcome(outcome), channel.said(min(length, MOST_WORDS)).decode("utf-8", "replace"))
    observation = channel.observed(length)
    check_fits(observation, plan)
    return observation


def check_fits(observation: Observation, plan: Plan, *, whole: bool = True) -> None:
    """Raise ValueError when the observation is of another plan's shape, so that no check trips over it.

    One that is not `whole` may be of the first calls alone.
    """
    if len(observation.calls) > len(plan.calls) or (whole and len(observation.calls) != len(plan.calls)):
        raise ValueError(f"it reports {len(observation.calls)} calls, not {len(plan.calls)}")
    for call, returned in zip(plan.calls, observation.calls, strict=whole):
        if returned.ran and (
            len(returned.followed) != len(call.follows)
            or len(returned.blocks) != len(call.watched)
            or (
                returned.blocks
                and any(
                    len(seen) != plan.blocks[index].size
                    for index, seen in zip(call.watched, returned.blocks, strict=True)
                )
            )
        ):
            raise ValueError(f"it does not report what was asked about `{call.symbol}`")
    if observation.changes and any(change.call >= max(len(plan.calls), 1) for change in observation.changes):
        raise ValueError("it reports a call that the plan does not have")
    touched = [
        call.side_effects.misfreed for call in observation.calls if call.side_effects.misfreed is not None
    ]
    if not (touched or observation.damage or observation.modified or observation.freed):
        return
    touched += [each.block for each in observation.damage]
    allocated = any(callback.allocator is not None for callback in plan.callbacks)
    own = [each.block for each in observation.modified] + [each.block for each in observation.freed]
    most = MAX_BLOCKS if allocated else len(plan.blocks)
    if any(block >= most for block in touched) or any(block >= len(plan.blocks) for block in own):
        raise ValueError("it reports a block that the plan does not have")


def _refuse(outcome: PlanOutcome, words: str) -> NoReturn:
    match outcome:
        case PlanOutcome.NO_SYMBOL:
            raise CannotJudgeError(Diagnostic(SYMBOL_MISSING, f"the dynamic linker says: {words}"))
        case PlanOutcome.NO_MEMORY:
            raise lost(words)
        case _:
            raise CannotJudgeError(
                Diagnostic(INTERNAL_ERROR, f"the worker could not run a call plan: {words}")
            )
