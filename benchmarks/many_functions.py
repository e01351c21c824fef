"""A contract of a hundred functions, of five kinds, run from the command line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.ground import SUBJECTS, compile_library

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.board import Board, Effort

RUN = "import sys; from abidance.cli.main import main; sys.exit(main(['run', *sys.argv[1:]]))"


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title(f"`abidance run` on a contract of {effort.functions} functions, 100 cases each, one build")
    contract = write_many(place, effort.functions)
    for jobs in (1, 2):
        seconds, output = run(contract, jobs)
        calls = "".join(re.findall(r"[\d,]+ calls", output)[:1])
        board.figure(f"-j {jobs}", seconds, " s", calls)
    board.below("100 functions, 100 cases each, one build, -j 2", seconds, 60, " s")


def run(contract: Path, jobs: int) -> tuple[float, str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    started = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(contract), "-j", str(jobs), "--seed", "1"],
        env=environment,
        cwd=contract.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return time.perf_counter() - started, ran.stdout


def write_many(place: Path, functions: int) -> Path:
    """Write header, library and contract: the five functions of `subjects/many.*.in` again and again."""
    for name in ("many.h", "many.c", "many.contract.yaml"):
        head, _, repeated = (SUBJECTS / f"{name}.in").read_text(encoding="utf-8").partition("@@\n")
        each = (repeated.replace("@", f"{number:02}") for number in range(functions // 5))
        (place / name).write_text(head + "".join(each), encoding="utf-8")
    library = compile_library(place / "many.c", "release")
    library.rename(place / "libmany.so")
    return place / "many.contract.yaml"
