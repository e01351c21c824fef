"""What one test case costs beyond Hypothesis: encode, ask the worker, run, look, answer, decode.

python benchmarks/round_trip.py [cases]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.codec import encode_plan
from abidance.plan.plan import Access, Address, Block, Call, Plan, Value
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import Artifact
from abidance.toolchain.runtimes import runtime_of

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = """\
#include <stdint.h>
#include <string.h>
int add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }
int copy(uint8_t *to, const uint8_t *from, uint64_t n) { memcpy(to, from, n); return 0; }
int load(const int *p) { return *p; }
"""
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


def median(run: Callable[[], object], times: int) -> float:
    """Return the median time of `run`, in microseconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter_ns()
        run()
        taken.append(time.perf_counter_ns() - started)
    return statistics.median(taken) / 1000


def crash_and_go_on(supervisor: Supervisor) -> None:
    supervisor.run(CRASH)
    supervisor.run(ADD)


def measure(sanitizer: str, cases: int) -> None:
    compiler = find_compiler()
    flags, preload = ("-g", "-O1"), ()
    if sanitizer:
        runtime = runtime_of(compiler, {"address": "asan", "thread": "tsan"}[sanitizer])
        if runtime is None:
            return
        flags, preload = (*flags, f"-fsanitize={sanitizer}"), (runtime,)
    with tempfile.TemporaryDirectory() as name:
        source, library = Path(name, "library.c"), Path(name, "library.so")
        source.write_text(SOURCE, encoding="utf-8")
        made = compiler.compile_shared([source], library, flags)
        assert made.ok, made.words
        short = {"address": "asan", "thread": "tsan"}.get(sanitizer, "")
        artifact = Artifact("bench", short or "release", library, library, frozenset({short} - {""}), preload)
        with Supervisor(WorkerSpec.of(artifact)) as supervisor:
            supervisor.start()
            supervisor.close()
            started = time.perf_counter()
            supervisor.run(ADD)
            first = (time.perf_counter() - started) * 1000
            crash = median(lambda: crash_and_go_on(supervisor), 40) / 1000
            print(
                f"{artifact.build:8} two ints {median(lambda: supervisor.run(ADD), cases):6.1f} us"
                f"   4 KiB in and out {median(lambda: supervisor.run(COPY_4K), cases):6.1f} us"
                f"   ten calls {median(lambda: supervisor.run(TEN), cases):6.1f} us"
                f"   crash and next case {crash:5.1f} ms   start {first:5.0f} ms"
            )


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    print(f"encoding: two ints {median(lambda: encode_plan(ADD), number):.1f} us, ", end="")
    print(f"4 KiB {median(lambda: encode_plan(COPY_4K), number):.1f} us")
    for each in ("", "address", "thread"):
        measure(each, number)
