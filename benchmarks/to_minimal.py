"""From the first crash to the finding: shrunk to the minimal call, repeated, symbolized and kept."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from abidance.core.events import CaseRan
from benchmarks.ground import Ground, sanitized_too

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.events import Event, ItemFinished
    from abidance.run.engine.items import Item
    from benchmarks.board import Board, Effort

LIMITS = {"release": 1.0, "asan": 3.0}


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title("From the first crash to its minimal call")
    builds = sanitized_too("asan")
    ground = Ground.of("defective", place, builds)
    with ground.session:
        for build in builds:
            slowest = 0.0
            for function in ground.contract.functions:
                item = ground.item(function, build)
                seconds, finished = zip(
                    *(shrink(ground, item, number) for number in range(max(effort.repeats // 2, 1))),
                    strict=True,
                )
                board.figure(f"{build}: {function}", median(seconds), " s", words(finished[0]))
                slowest = max(slowest, median(seconds))
            board.below(
                f"first crash to minimal call, {build}, slowest function", slowest, LIMITS[build], " s"
            )


def shrink(ground: Ground, item: Item, number: int) -> tuple[float, ItemFinished]:
    """Return how long it took from the crash that was found first, without the further search past what it showed."""
    ground.session.settings = replace(ground.session.settings, max_examples=300, seed=number)
    times: dict[int, float] = {}

    def listen(event: Event) -> None:
        if isinstance(event, CaseRan):
            times[event.cases] = time.perf_counter()

    finished = ground.run(item, listen)
    ended = time.perf_counter()
    assert finished.findings, item
    assert finished.beyond is not None, item
    further = times[finished.cases] - times[finished.cases - finished.beyond.cases]
    return ended - times[min(finding.found_after for finding in finished.findings)] - further, finished


def words(finished: ItemFinished) -> str:
    finding = finished.findings[0]
    call = finding.call.splitlines()[-1]
    return f"{finished.calls} calls in all; {finding.diagnostic.code.name}: {call.partition('  ')[0]}"
