"""What the native loop itself adds to the times that it measures: beside loops that are written in C by hand."""

from __future__ import annotations

import ctypes
import platform
import shutil
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.call_order import ConcurrentCalls, Order
from abidance.plan.plan import Call, Plan, Value
from abidance.run.cost.timing import Series
from abidance.toolchain.builders import build_library
from abidance.toolchain.library import LibrarySource
from benchmarks.ground import SUBJECTS, compile_library

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.board import Board, Effort

NANO = 1e9
TURNS = 210
"""So much work takes about 200 ns."""
ROUNDS, PAIRS = 10, 48
"""A series has two to the power of the first calls; so many of them take turns with loops by hand."""
LOOP = 1 << 14
EMPTY = Plan((), (), (Call("nothing_at_all", "i32>i32", (Value(b"\1\0\0\0"),)),))
WORK = Plan((), (), (Call("some_work", "u32>u32", (Value(TURNS.to_bytes(4, "little")),)),))


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title("The native loop's own cost, beside loops in C by hand in the same run")
    if platform.machine() != "x86_64":
        board.note("calls are timed on x86-64 only")
        return
    for name in ("timed.c", "timed.h"):
        shutil.copy(SUBJECTS / name, place)
    path = compile_library(place / "timed.c", "release")
    by_hand = ctypes.CDLL(str(path))
    by_hand.loop_by_hand.restype = by_hand.histogram_by_hand.restype = ctypes.c_double
    pairs: list[tuple[float, float, float, float]] = []
    artifact = build_library(LibrarySource("timed", "path", path), "release")
    with Supervisor(WorkerSpec.of(artifact)) as supervisor:
        for _ in range(PAIRS if effort.repeats > 1 else 2):
            loop = by_hand.loop_by_hand(ctypes.c_uint64(LOOP))
            empty = series(supervisor, EMPTY).at(0.5) * NANO
            found = by_hand.histogram_by_hand(TURNS, 1 << ROUNDS, ctypes.c_double(0.99))
            pairs.append((loop, empty, found, series(supervisor, WORK).at(0.99) * NANO))
    loop, empty, found, ours = map(median, zip(*pairs, strict=True))
    board.figure("an empty function, by hand", loop, " ns")
    board.figure("an empty function, p50 of the native loop", empty, " ns")
    board.figure("a function of 200 ns, p99 by hand", found, " ns")
    board.figure("a function of 200 ns, p99 of the native loop", ours, " ns")
    apart = median(abs(each[1] - each[0]) for each in pairs)
    ratio = median(each[3] / each[2] for each in pairs)
    board.below("empty function: native loop apart from a loop by hand", apart, 2, " ns")
    board.below("p99 of 200 ns: native loop apart from HDR by hand", 100 * abs(ratio - 1), 5, " %")


def series(supervisor: Supervisor, plan: Plan) -> Series:
    """Return a series as `cost` makes them."""
    timed = replace(plan, lanes=ConcurrentCalls(1, ROUNDS, Order.TIMED))
    return Series.of([supervisor.run(timed, 30).calls[0].measured])
