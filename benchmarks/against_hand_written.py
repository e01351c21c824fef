"""Test cases a second, against what one would write otherwise: ctypes and Hypothesis in one process."""

from __future__ import annotations

import ctypes
import time
from dataclasses import replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from benchmarks.ground import Ground, sanitized_too

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.board import Board, Effort

INTS = st.integers(-(1 << 31), (1 << 31) - 1)
FUNCTIONS = {"larger": "two ints", "checksum": "buffer up to 4 KiB", "digest": "buffer of 4 KiB"}
DEFAULT = 100
"""Hypothesis's own `max_examples`, with which most tests are run."""
MANY_INTS = 1.0
"""The share of two ints' cases beyond that: most are then made up without Hypothesis's engine."""


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title("Test cases a second, against ctypes and Hypothesis in one process")
    set_hypothesis_home_dir(place / ".hypothesis")
    builds = sanitized_too("asan")
    ground = Ground.of("sound", place, builds)
    hand_written = written_by_hand(place / "libsound-release.so")
    with ground.session:
        for function, words in FUNCTIONS.items():
            runs = [partial(run_by_hand, hand_written[function])]
            runs += [partial(run_contract, ground, function, build) for build in builds]
            for asked in (DEFAULT, effort.cases):
                # Interleaved, so that what else the machine does befalls all alike. The first round warms up.
                rounds = [[run(asked, number) for run in runs] for number in range(effort.repeats + 1)][1:]
                goal = MANY_INTS if function == "larger" and asked > DEFAULT else 0.8
                tell(board, f"{words}, {asked} asked for", builds, rounds, goal)


def tell(board: Board, words: str, builds: Sequence[str], rounds: list[list[float]], goal: float) -> None:
    by_hand, *ours = map(median, zip(*rounds, strict=True))
    board.figure(f"{words}: by hand", by_hand, "/s")
    for column, (build, rate) in enumerate(zip(builds, ours, strict=True), 1):
        share = median(each[column] / each[0] for each in rounds)
        board.figure(f"{words}: a contract, {build}", rate, "/s", f"{share:.2f} of by hand")
        if build == "release":
            board.at_least(f"{words}: speed against by hand", share, goal)


def run_contract(ground: Ground, function: str, build: str, asked: int, number: int) -> float:
    """Run one item as `abidance run` does, and return its cases a second."""
    ground.session.settings = replace(ground.session.settings, max_examples=asked, seed=number)
    finished = ground.run(ground.item(function, build))
    assert not finished.findings, finished.findings
    return finished.cases / finished.seconds


def run_by_hand(write: Callable[[list[None]], Callable[[], None]], asked: int, number: int) -> float:
    ran: list[None] = []
    limited = settings(max_examples=asked, deadline=None, suppress_health_check=list(HealthCheck))
    test = seed(number)(limited(write(ran)))
    started = time.perf_counter()
    test()
    return len(ran) / (time.perf_counter() - started)


def written_by_hand(path: Path) -> dict[str, Callable[[list[None]], Callable[[], None]]]:
    """Return the tests that a careful user would write; each case that one runs lengthens a list."""
    library = ctypes.CDLL(str(path))
    library.larger.argtypes = [ctypes.c_int32, ctypes.c_int32]
    library.larger.restype = ctypes.c_int32
    library.checksum.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    library.checksum.restype = ctypes.c_uint32
    library.digest.argtypes = [ctypes.c_char_p]
    library.digest.restype = ctypes.c_uint32

    def larger(ran: list[None]) -> Callable[[], None]:
        @given(INTS, INTS)
        def test(a: int, b: int) -> None:
            ran.append(None)
            result = library.larger(a, b)
            assert result >= a
            assert result >= b

        return test

    def checksum(ran: list[None]) -> Callable[[], None]:
        @given(st.binary(min_size=0, max_size=4096))
        def test(raw: bytes) -> None:
            ran.append(None)
            assert library.checksum(raw, len(raw)) & 0xFFFF < 65521

        return test

    def digest(ran: list[None]) -> Callable[[], None]:
        @given(st.binary(min_size=4096, max_size=4096))
        def test(raw: bytes) -> None:
            ran.append(None)
            assert library.digest(raw) & 0xFFFF < 65521

        return test

    return {"larger": larger, "checksum": checksum, "digest": digest}
