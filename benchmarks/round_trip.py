"""What one test case costs beyond Hypothesis: encode, ask the worker, run, look, answer, decode."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.codec import encode_plan
from abidance.plan.plan import Access, Address, Block, Call, Plan, Value
from abidance.toolchain.builders import build_library
from abidance.toolchain.library import LibrarySource
from benchmarks.ground import SUBJECTS, compile_library, sanitized_too

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.board import Board, Effort

ADD = Plan((), (), (Call("add", "i32,i32>i32", (Value(b"\1\0\0\0"), Value(b"\2\0\0\0"))),))
COPY_4K = Plan(
    (Block(4096, 1, Access.READ, b"x" * 4096), Block(4096, 1, Access.WRITE)),
    (),
    (
        Call(
            "copy",
            "p,p,u64>i32",
            (Address(1), Address(0), Value((4096).to_bytes(8, "little"))),
            watched=(1,),
        ),
    ),
)
CRASH = Plan((), (), (Call("load", "p>i32", (Value(bytes(8)),)),))
TEN = Plan((), (), ADD.calls * 10)


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title("Round trips to a worker, without Hypothesis")
    board.figure("encode two ints", microseconds(lambda: encode_plan(ADD), effort.trips), " us")
    board.figure("encode 4 KiB", microseconds(lambda: encode_plan(COPY_4K), effort.trips), " us")
    source = place / "plain.c"
    source.write_bytes((SUBJECTS / "plain.c").read_bytes())
    for build in sanitized_too("asan", "tsan"):
        library = compile_library(source, build)
        artifact = build_library(LibrarySource("plain", "path", library), build)
        with Supervisor(WorkerSpec.of(artifact)) as supervisor:
            measure_one(board, build, supervisor, effort.trips)


def measure_one(board: Board, build: str, supervisor: Supervisor, trips: int) -> None:
    started = time.perf_counter()
    supervisor.run(ADD)
    board.figure(f"{build}: start, first call", (time.perf_counter() - started) * 1000, " ms")
    for words, plan in (("two ints", ADD), ("4 KiB in and out", COPY_4K), ("ten calls of two ints", TEN)):
        taken = microseconds(lambda plan=plan: supervisor.run(plan), trips)  # type: ignore[misc]
        board.figure(f"{build}: {words}", taken, " us")

    def crash_and_go_on() -> None:
        supervisor.run(CRASH)
        supervisor.run(ADD)

    crash = microseconds(crash_and_go_on, min(trips, 40)) / 1000
    board.figure(f"{build}: a crash and the next case", crash, " ms")


def microseconds(run: Callable[[], object], times: int) -> float:
    """Return the median time of `run`."""
    taken = []
    for _ in range(times):
        started = time.perf_counter_ns()
        run()
        taken.append(time.perf_counter_ns() - started)
    return statistics.median(taken) / 1000
