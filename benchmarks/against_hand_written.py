"""Test cases a second, against what one would write otherwise: ctypes and Hypothesis in one process."""

from __future__ import annotations

import ctypes
import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from benchmarks.ground import Ground

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.board import Board, Effort

INTS = st.integers(-(1 << 31), (1 << 31) - 1)
FUNCTIONS = {"larger": "two ints", "checksum": "a buffer of up to 4 KiB"}


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title(f"Test cases a second, {effort.cases} at a time, against hand-written ctypes and Hypothesis")
    set_hypothesis_home_dir(place / ".hypothesis")
    ground = Ground.of("sound", place, ("release", "asan"))
    hand_written = written_by_hand(place / "libsound-release.so")
    with ground.session:
        for function, words in FUNCTIONS.items():
            by_hand, ours, sanitized = [], [], []
            for number in range(-1, effort.repeats):
                # Interleaved, so that what else the machine does befalls all alike. The first round warms up.
                rates = (
                    rate_by_hand(hand_written[function], effort.cases, number + 1),
                    rate(ground, function, "release", effort.cases, number + 1),
                    rate(ground, function, "asan", effort.cases, number + 1),
                )
                if number >= 0:
                    for kept, each in zip((by_hand, ours, sanitized), rates, strict=True):
                        kept.append(each)
            share = median(a / b for a, b in zip(ours, by_hand, strict=True))
            share_sanitized = median(a / b for a, b in zip(sanitized, by_hand, strict=True))
            board.figure(f"{words}: by hand, in one process", median(by_hand), "/s")
            board.figure(f"{words}: contract, worker", median(ours), "/s", f"{share:.2f} of it")
            board.figure(f"{words}: contract, worker with ASan", median(sanitized), "/s", f"{share_sanitized:.2f}")
            board.goal(f"cases a second, {words}, share of by hand", share, 0.8, at_least=True)


def rate(ground: Ground, function: str, build: str, cases: int, number: int) -> float:
    """Return the cases a second of one item, as `abidance run` runs it."""
    ground.session.settings = replace(ground.session.settings, max_examples=cases, seed=number)
    finished = ground.run(ground.item(function, build))
    assert not finished.findings, finished.findings
    return finished.cases / finished.seconds


def rate_by_hand(test: Callable[[], None], cases: int, number: int) -> float:
    counted: list[int] = []
    test.hypothesis.inner_test.counted = counted  # type: ignore[attr-defined]
    limited = settings(max_examples=cases, deadline=None, suppress_health_check=list(HealthCheck))
    started = time.perf_counter()
    seed(number)(limited(test))()
    return len(counted) / (time.perf_counter() - started)


def written_by_hand(path: Path) -> dict[str, Callable[[], None]]:
    """Return the tests that a careful user would write."""
    library = ctypes.CDLL(str(path))
    library.larger.argtypes = [ctypes.c_int32, ctypes.c_int32]
    library.larger.restype = ctypes.c_int32
    library.checksum.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    library.checksum.restype = ctypes.c_uint32
    calls = 0
    return {}
