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

    Rates = tuple[float, float]

INTS = st.integers(-(1 << 31), (1 << 31) - 1)
FUNCTIONS = {"larger": "two ints", "checksum": "buffer up to 4 KiB", "digest": "buffer of 4 KiB"}
DEFAULT = 100
"""Hypothesis's own `max_examples`, with which most tests are run."""


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title(f"Test cases a second: with {DEFAULT} asked for, and each of {effort.cases} more")
    set_hypothesis_home_dir(place / ".hypothesis")
    builds = sanitized_too("asan")
    ground = Ground.of("sound", place, builds)
    hand_written = written_by_hand(place / "libsound-release.so")
    with ground.session:
        for function, words in FUNCTIONS.items():
            rounds = []
            for number in range(effort.repeats + 1):
                # Interleaved, so that what else the machine does befalls all alike.
                runs = [partial(run_by_hand, hand_written[function], number=number)]
                runs += [partial(run_contract, ground, function, build, number=number) for build in builds]
                rounds.append([rates(run, effort.cases) for run in runs])
            tell(board, words, builds, rounds[1:])  # the first round warmed up


def tell(board: Board, words: str, builds: Sequence[str], rounds: list[list[Rates]]) -> None:
    for which, asked in enumerate((f"{DEFAULT} asked for", "each one more")):
        by_hand = median(each[0][which] for each in rounds)
        board.figure(f"{words}, {asked}: by hand, in one process", by_hand, "/s")
        for column, build in enumerate(builds, 1):
            rate = median(each[column][which] for each in rounds)
            share = median(each[column][which] / each[0][which] for each in rounds)
            board.figure(f"{words}, {asked}: a contract, {build}", rate, "/s", f"{share:.2f} of by hand")
            if build == "release":
                board.goal(f"cases a second, {words}, {asked}, of by hand", share, 0.8, at_least=True)


def rates(run: Callable[[int], tuple[int, float]], more: int) -> Rates:
    """Return the cases a second of a default run, and of what more cases add to it."""
    cases, seconds = run(DEFAULT)
    more_cases, more_seconds = run(DEFAULT + more)
    return cases / seconds, (more_cases - cases) / (more_seconds - seconds)


def run_contract(ground: Ground, function: str, build: str, asked: int, *, number: int) -> tuple[int, float]:
    """Run one item as `abidance run` does, and return its cases and how long they took."""
    ground.session.settings = replace(ground.session.settings, max_examples=asked, seed=number)
    finished = ground.run(ground.item(function, build))
    assert not finished.findings, finished.findings
    return finished.cases, finished.seconds


def run_by_hand(write: Callable[[list[None]], Callable[[], None]], asked: int, *, number: int) -> tuple[int, float]:
    ran: list[None] = []
    test = seed(number)(settings(max_examples=asked, deadline=None, suppress_health_check=list(HealthCheck))(write(ran)))
    started = time.perf_counter()
    test()
    return len(ran), time.perf_counter() - started


def written_by_hand(path: Path) -> dict[str, Callable[[list[None]], Callable[[], None]]]:
    """Return the tests that a careful user would write; each appends to a list for every case that it runs."""
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
