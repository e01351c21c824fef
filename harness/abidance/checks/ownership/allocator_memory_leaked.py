"""ABD378: what an allocator gave never came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.allocated_blocks import left_over
from abidance.checks.evidence.callback_lifetimes import last_call_of
from abidance.checks.evidence.callback_text import labels, named
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.owners import leaves_nothing, unowned
from abidance.checks.evidence.permissions import may
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.allocated_blocks import AllocatedBlock
    from abidance.checks.evidence.case_result import CaseResult


class AllocatorMemoryLeaked(Check):
    """Flags memory from the caller's allocator that is not freed by the end of the allocator's lifetime.

    ## Why it matters
    The caller then destroys its pool or arena, and relies on no pointer into it being left. An allocator that
    counts reports a leak; one that does not runs out of memory.

    ## Example
        zalloc: {callback: {allocates: items * size, lifetime: handle(deflating)}}    # deflateEnd frees all but one

    ## How it is detected
    Counted are blocks that callbacks with `allocates` returned, less those freed, once all calls of a case are
    over: with `lifetime: handle(NAME)`, that includes the call that destroys the handle. A call that failed to
    create the handle, for example for lack of memory, must have freed everything itself.

    ## Not detected
    Handles that nothing destroys; calls that return a pointer without saying who owns it. If memory is not
    freed then, the report lists it as not judged.
    """

    id = "ABD378"
    name = "allocator-memory-leaked"
    formerly = ("allocator-leaked",)
    only_with = Evidence.INVOKED
    whole = True

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield why memory that did not come back may be somebody's."""
        if _left(trial):
            yield from unowned(trial)

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each call that was given an allocator."""
        by_call = _left(trial)
        if not by_call or not leaves_nothing(trial):
            return
        for given in by_call.values():
            first, count = given[0], len(given)
            end = last_call_of(trial.run, first.placed)
            assert end is not None
            ended = end if trial.observation.calls[end].ran else first.placed.call
            function = trial.encoded.calls[ended].function
            blocks = f"{count} block{'' if count == 1 else 's'}"
            sizes = ", ".join(str(each.size) for each in given[:8])
            yield Diagnostic(
                self.code,
                f"`{function.name}` returned without freeing {blocks} from {named(trial, first.placed)}",
                labels(trial, first.placed, "all of it must be freed in the end"),
                (f"of {sizes}{', ...' if count > 8 else ''} byte{'' if sizes == '1' else 's'}",),
                place=f"{function.name}:{first.placed.path}:left",
            )


def _left(trial: CaseResult) -> dict[int, list[AllocatedBlock]]:
    """Return what did not come back in time, by the call that was given its allocator; nothing where it may stay."""
    by_call: dict[int, list[AllocatedBlock]] = {}
    for each in left_over(trial):
        if last_call_of(trial.run, each.placed) is not None:
            by_call.setdefault(each.placed.call, []).append(each)
    return {} if by_call and may(trial, "memory", each_time=True) else by_call
