"""ABD377: a double free, or a free by another allocator than the one that allocated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.allocated_blocks import is_allocated, source_of
from abidance.checks.evidence.callback_text import labels, named
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic
from abidance.plan.observation import DeallocationStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import Invocation

_WRONG = (
    DeallocationStatus.STRANGE,
    DeallocationStatus.INSIDE,
    DeallocationStatus.AGAIN,
    DeallocationStatus.OTHERS,
)


class AllocatorMisused(Check):
    """Flags a double free, or memory freed with an allocator other than its own.

    ## Why it matters
    The caller's allocator has a heap of its own, a pool or an arena. Foreign blocks corrupt it, and its blocks
    corrupt the C library's heap.

    ## Example
        zalloc: {callback: {allocates: items * size}, user_data: opaque}      # and the library calls free(window)
        zfree: {callback: {frees: address}, user_data: opaque}

    ## How it is detected
    A callback with `allocates` returns memory of exact size, between guard pages or redzones, and records it.
    One with `frees` looks it up: it must be the start of a live block of the same allocator. Callbacks in one
    record or parameter list are one allocator. `free` and `realloc` of the C library are intercepted. Freeing
    NULL is permitted.

    ## Not detected
    Live blocks of the same allocator that are freed in place of one another.
    """

    id = "ABD377"
    name = "allocator-misused"
    only_with = Evidence.INVOKED | Evidence.MISFREED
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each way that it went wrong."""
        told: set[tuple[int | None, DeallocationStatus]] = set()
        for each in trial.run.invocations:
            if each.given_back in _WRONG and each.callback is not None:
                key = each.callback, each.given_back
                if key not in told:
                    told.add(key)
                    yield self._given_back(trial, each)
        for index, returned in enumerate(trial.observation.calls):
            block = returned.side_effects.misfreed
            if block is not None and is_allocated(trial, block):
                yield self._astray(trial, index, block)

    def _given_back(self, trial: CaseResult, each: Invocation) -> Diagnostic:
        assert each.callback is not None
        placed = trial.encoded.callbacks[each.callback]
        function = trial.encoded.calls[max(each.call, 0)].function
        return Diagnostic(
            self.code,
            f"`{function.name}` passed {_what(placed.shape.frees, each)} to {named(trial, placed)}",
            labels(trial, placed, "frees what was allocated before"),
            place=f"{function.name}:{placed.path}:{each.given_back}",
        )

    def _astray(self, trial: CaseResult, index: int, block: int) -> Diagnostic:
        function, placed = trial.encoded.calls[index].function, source_of(trial, block)
        whose = named(trial, placed) if placed is not None else "an allocator"
        places = labels(trial, placed, "its memory is freed with it") if placed else function_labels(function)
        return Diagnostic(
            self.code,
            f"`{function.name}` passed a block from {whose} to the C library's `free`",
            places,
            place=f"{function.name}:{placed.path if placed else ''}:astray",
        )


def _what(frees: int | None, each: Invocation) -> str:
    match each.given_back:
        case DeallocationStatus.STRANGE:
            return "memory from no allocator"
        case DeallocationStatus.AGAIN:
            return "a block that was freed before"
        case DeallocationStatus.OTHERS:
            return "a block of another allocator"
    at = each.at[frees] if frees is not None else None
    return f"a pointer {at[1]} bytes into a block" if at else "a pointer into a block"
