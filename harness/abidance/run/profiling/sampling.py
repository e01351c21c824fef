"""A function's calls made over and over in a worker that `perf` samples meanwhile."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode_lanes
from abidance.core.costs import PICOSECOND
from abidance.plan.call_order import ConcurrentCalls, Order
from abidance.run.execution.threads import OFTEN, rounds_of
from abidance.run.inputs.applicability import changes_for_good
from abidance.run.profiling.stacks import StackFolding
from abidance.toolchain.perf import PerfError, sampled, stacks_of
from abidance.watch.build import arena_path, heap_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.model.values import Case
    from abidance.core.profiles import FoldedStack, ProfileFrame
    from abidance.run.cost.execution import CostExecution

WAITING = 8.0
"""So many times as long as calls are to be sampled are they made at most: making them takes time as well."""
FEWEST = 50
"""Fewer samples than this tell nothing."""
_ATTACHING = 0.2


@dataclass(frozen=True, slots=True)
class SampledCalls:
    """The stacks of calls, how many there were, and how long they took together, in seconds."""

    frames: tuple[ProfileFrame, ...]
    stacks: tuple[FoldedStack, ...]
    calls: int
    seconds: float
    in_callbacks: int = 0
    """Samples in what stands in for callbacks, which are none of the stacks."""


def sample_calls(
    execution: CostExecution, function_name: str, cases: Sequence[Case], event: str, seconds: float
) -> SampledCalls:
    """Make the calls in turns for so many seconds, and sample them; raises PerfError where that tells too little."""
    executor = execution.executor
    boundary, supervisor = executor.boundary, executor.supervisor
    function = boundary.functions[function_name]
    promise = function.promise
    assert promise is not None
    streams = rounds_of(boundary, function) == OFTEN and not changes_for_good(boundary.contract, promise)
    lanes = ConcurrentCalls(1, OFTEN, Order.STREAMED) if streams else ConcurrentCalls(1, 0, Order.TIMED)
    plans = [encode_lanes(boundary, case, 1) for case in cases]
    execution.measured(
        supervisor, plans[0], lanes
    )  # after which there is a worker, and it is known how long one takes
    process = supervisor.process
    calls, taken = 0, 0.0
    with tempfile.TemporaryDirectory(prefix="abidance-perf-") as folder:
        data = Path(folder, "data")
        with sampled(process, event, data):
            time.sleep(_ATTACHING)
            end = time.monotonic() + WAITING * seconds
            for plan in cycle(plans):
                for numbers in execution.measured(supervisor, plan, lanes):
                    calls += numbers[0] if streams else 1
                    taken += (numbers[1] if streams else numbers[0]) * PICOSECOND
                if taken >= seconds or time.monotonic() > end or supervisor.process != process:
                    break
        if supervisor.process != process:
            raise PerfError(
                "a call ended its process, or did not come back, while it was made again and again"
            )
        harness = {arena_path(), heap_path(), *_stubs(execution)} - {None}
        folding = StackFolding(
            function_name, function.declaration.symbol, supervisor.spec.library, frozenset(map(str, harness))
        )
        frames, stacks = folding.folded(stacks_of(data))
    inside = sum(stack.weight for stack in stacks)
    if inside < FEWEST:
        raise PerfError(
            f"only {inside} of {inside + folding.dropped + folding.in_callbacks:,} samples were inside of the "
            f"{calls:,} calls, which took {taken:.2g} s together"
        )
    return SampledCalls(frames, stacks, calls, taken, folding.in_callbacks)


def _stubs(execution: CostExecution) -> tuple[Path | None, ...]:
    stubs = execution.executor.supervisor.spec.stubs
    return stubs.calls, stubs.direct, stubs.callbacks
